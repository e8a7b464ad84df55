"""Words of texts: whoever makes up a name while it runs has it from a text somewhere, of a program or of a file of data."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

_TEXT = re.compile(
    rb'''(?P<long>"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\')'''
    rb"""|(?P<short>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|#[^\n]*""",
    re.DOTALL,
)
_WORD = re.compile(rb"[\w-]+")
MOST = 1_000_000  # bytes of a file of data: what is larger is no table of names


class Said:
    """Every word of the texts in some programs, whose documentation says nothing to anybody, and of some files of data."""

    def __init__(self, programs: Iterable[bytes], data: Mapping[str, bytes]) -> None:
        self._programs = programs
        self._files = data

    def anywhere(self, name: str) -> bool:
        """Whether it stands in any text, in any case and with any dashes: `dry-run` for `DRY_RUN`."""
        return self.in_programs(name) or self.in_data(name)

    def in_programs(self, name: str) -> bool:
        return _plain(name.encode()) in self._in_programs

    def in_data(self, name: str) -> bool:
        return bool(self.files((name,)))

    def files(self, names: Collection[str]) -> list[str]:
        """The files of data that say any of these."""
        plain = {_plain(name.encode()) for name in names}
        return [path for path, words in self._in_data.items() if not words.isdisjoint(plain)]

    @cached_property
    def _in_programs(self) -> frozenset[bytes]:
        return frozenset(_plain(word) for content in self._programs for text in _texts(content) for word in _WORD.findall(text))

    @cached_property
    def _in_data(self) -> dict[str, frozenset[bytes]]:
        return {path: frozenset(map(_plain, _WORD.findall(content))) for path, content in self._files.items() if len(content) <= MOST}


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
