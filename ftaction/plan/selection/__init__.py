"""Which tests a change can affect: from what was seen of each test when it passed, and what differs since then."""
