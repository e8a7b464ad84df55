"""Words of texts: whoever makes up a name while it runs has it from a text somewhere, of a program or of a file of data."""

import re
from collections.abc import Iterable, Iterator

_TEXT = re.compile(
    rb'''(?P<long>"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\')'''
    rb"""|(?P<short>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|#[^\n]*""",
    re.DOTALL,
)
_WORD = re.compile(rb"[\w-]+")
MOST = 1_000_000  # bytes of a file of data: what is larger is no table of names


def in_programs(contents: Iterable[bytes]) -> frozenset[bytes]:
    """Every word of the texts in these programs. Documentation says nothing to a program."""
    return frozenset(_plain(word) for content in contents for text in _texts(content) for word in _WORD.findall(text))


def in_data(contents: Iterable[bytes]) -> frozenset[bytes]:
    """Every word of these files."""
    return frozenset(_plain(word) for content in contents if len(content) <= MOST for word in _WORD.findall(content))


def says(words: frozenset[bytes], name: str) -> bool:
    """Whether a name is among them, in any case and with any dashes: `dry-run` for `DRY_RUN`."""
    return _plain(name.encode()) in words


def _plain(word: bytes) -> bytes:
    return word.lower().replace(b"_", b"").replace(b"-", b"")


def _texts(content: bytes) -> Iterator[bytes]:
    for found in _TEXT.finditer(content):
        if found["short"]:
            yield found["short"]
        elif found["long"] and not _is_documentation(content, found.start()):
            yield found["long"]


def _is_documentation(content: bytes, start: int) -> bool:
    """Whether a text is a line's beginning, and no part of an expression that began before."""
    before = content[max(0, start - 200) : start].rstrip(b" \t")
    return not before or (before.endswith(b"\n") and before.rstrip()[-1:] not in b"([{,=+%\\")
