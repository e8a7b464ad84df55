"""The table of what may go wrong between the pieces of one download: the first answer is right, or looks so."""

from typing import NamedTuple

from tests.faults import kinds as k
from tests.faults.proxy import Fault


class Range(NamedTuple):
    """`skip`: how many answers are honest before; `times`: how often it happens, None for always."""

    name: str
    why: str
    fault: Fault
    ends: str
    skip: int = 0
    times: int | None = None


RANGES = [
    Range("ignored", "a server that knows no ranges sends all of it", k.without_ranges, "works"),
    Range("ignored-later", "a server behind a balancer knows none", k.without_ranges, "lost", skip=1),
    Range("no-header", "206 without saying which", k.other_range(lambda *_: ""), "works", times=1),
    Range("no-header-ever", "206 without saying which, also where all was asked for", k.other_range(lambda *_: ""), "works"),
    Range("other-start", "206 with another beginning", k.other_range(lambda start, end, total: f"bytes {start + 1}-{end}/{total}"), "lost", skip=1),
    Range("other-end", "206 with another end", k.other_range(lambda start, end, total: f"bytes {start}-{end - 1}/{total}"), "lost", skip=1),
    Range("other-total", "206 of an entity of another length", k.other_range(lambda start, end, total: f"bytes {start}-{end}/{total + 1}"), "lost", skip=1),
    Range("total-less", "the first answer says there is less", k.other_range(lambda start, end, total: f"bytes {start}-{end}/1500"), "lost"),
    Range("total-huge", "the first answer says there is an exabyte", k.other_range(lambda start, end, total: f"bytes {start}-{end}/{10**17}"), "lost"),
    Range("total-beyond", "the first answer says more than a number holds", k.other_range(lambda start, end, total: f"bytes {start}-{end}/{10**30}"), "works"),
    Range("total-star", "the first answer does not know the length", k.other_range(lambda start, end, total: f"bytes {start}-{end}/*"), "works"),
    Range("unit", "206 in another unit", k.other_range(lambda start, end, total: f"items {start}-{end}/{total}"), "works"),
    Range("arabic", "206 in other digits", k.other_range(lambda start, end, total: "bytes \u0660-\u0661/\u0662".encode().decode("latin-1")), "works"),
    Range("neighbour", "another stretch in place of the one asked for", k.neighbour, "lost", skip=1, times=1),
    Range("flipped", "one piece is damaged on the way", k.bytes_changed(k.flipped), "lost", skip=1, times=1),
    Range("short-piece", "a piece ends early, once", k.truncated, "works", skip=1, times=1),
    Range("short-pieces", "each piece ends early, and the next goes on from there", k.truncated, "lost", skip=1),
    Range("reset-piece", "the connection breaks within the second piece", k.reset_within_body, "works", skip=1, times=1),
    Range("trouble-piece", "503 to the second piece", k.status(503), "works", skip=1, times=1),
    Range("trouble-pieces", "503 to all but the first", k.status(503), "lost", skip=1),
    Range("expired-piece", "the address runs out between the pieces", k.status(403), "works", skip=1, times=1),
    Range("expired-pieces", "the address runs out and stays so", k.status(403), "lost", skip=1),
    Range("gone-piece", "the entry is removed between the pieces", k.status(404), "lost", skip=1),
    Range("changed-tag", "the entry was replaced between the pieces", k.tag('"another"'), "lost", skip=1),
    Range("no-tag", "later answers have no tag", k.tag(""), "works", skip=1),
    Range("weak-tag", "tags that say nothing of bytes", k.tag('W/"x"'), "works"),
    Range("precondition", "412: it is another entry now", k.status(412), "lost", skip=1),
    Range("not-satisfiable", "416 to the first range: all is asked for", k.status(416), "works", times=1),
    Range("not-satisfiable-later", "416 to a later range", k.status(416), "lost", skip=1),
    Range("more", "a piece is longer than it says", k.bytes_changed(lambda content: content + b"x"), "lost", skip=1, times=1),
    Range("multipart", "206 of several parts", k.status(206, b"--x\r\n", Content_Type="multipart/byteranges; boundary=x"), "lost"),
]
