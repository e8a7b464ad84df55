"""A configuration's text as plain data, with the place of every key and value: YAML 1.1 as PyYAML reads it, or JSON.

Text from a pull request is untrusted: its size and depth are bounded before it is parsed, and what its aliases expand to while it is read.
"""

import re

from ftaction.plan.places import Document, refuse

MOST_BYTES = 1_000_000  # the largest configuration anyone wrote by hand is far below this

_START = "Start with `version: 1` and `checks:`, or delete the file to have checks found."
_NOT_UTF8 = re.compile("[\ud800-\udfff]")


def parse(text: str, file: str) -> Document:
    """Raises `ConfigError` where the text can't be read at all; mistakes that leave data to look at are in the document.

    `text`: as UTF-8 with `surrogateescape`, so that bytes of another encoding can be shown where they stand.
    """
    if len(text) > MOST_BYTES or len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise refuse(file, f"the file is larger than {MOST_BYTES:,} bytes", "A configuration is a page or two: move scripts to files of their own.")
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise refuse(file, "the file is empty", _START)
    if wrong := _NOT_UTF8.search(text):
        raise refuse(file, "the file is not UTF-8", "Save it as UTF-8.", text, wrong.start())
    if file.endswith(".json"):
        from ftaction.plan.json_text import read_json

        return read_json(text, file)
    from ftaction.plan.yaml_text import read_yaml

    document = read_yaml(text, file)
    if document is None:
        raise refuse(file, "the file holds only comments", _START)
    return document
