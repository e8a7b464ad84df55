"""A regular expression as JavaScript writes it, for `re`.

It is read piece by piece, so that what means something else here, or nothing, is refused by name and not guessed. What may take for ever on a
short line, a repeat whose whole content repeats as well, is refused too.
"""

import re
import warnings
from typing import NamedTuple

_GROUP = re.compile(r"\(\?(?:(?P<name><(?P<named>[A-Za-z_]\w*)>)|(?P<kind>:|=|!|<=|<!))")
_REPEAT = re.compile(r"(?:[*+?]|\{(?P<least>\d{1,4})(?P<comma>,)?(?P<most>\d{1,4})?\})\??")
_ESCAPE = re.compile(r"\\(?:[dDwWsSbBfnrtv]|[1-9]\d?(?!\d)|0(?!\d)|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|k<(?P<named>[A-Za-z_]\w*)>|[^0-9A-Za-z\n])")
_CLASS = re.compile(r"\[\^?(?:[^\]\\\n]|\\.)+\]")
_LONGEST = 2000


class _Read(NamedTuple):
    """A piece, where it ends, whether it repeats without end, and whether it may be missing."""

    text: str
    end: int
    endless: bool = False
    missing: bool = False


def compiled(text: str) -> re.Pattern[str]:
    """Raises `ValueError` that says what can't be read."""
    if len(text) > _LONGEST:
        raise ValueError(f"a regular expression of more than {_LONGEST} characters")
    read = _alternatives(text, 0, 0)
    if read.end < len(text):
        raise ValueError(f"`)` without `(` in {text!r}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what may come to mean something else in a class
            return re.compile(read.text, re.ASCII)  # GitHub's runner matches as ECMAScript does: only ASCII digits and letters
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"{text!r}: {error}") from None


def _alternatives(text: str, at: int, depth: int) -> _Read:
    """Up to the `)` that ends it, or the end. Endless where one alternative is a repeat without end and nothing else that must be there."""
    if depth > 50:
        raise ValueError(f"groups more than 50 deep in {text!r}")
    parts: list[str] = []
    endless = missing = False
    pieces: list[_Read] = []
    while True:
        if at >= len(text) or text[at] in ")|":
            must = [one for one in pieces if not one.missing]
            alone = must if must else pieces
            endless |= any(one.endless for one in alone) and len(must) <= 1
            missing |= not must
            if at >= len(text) or text[at] == ")":
                return _Read("".join(parts), at, endless, missing)
            pieces = []
            parts.append("|")
            at += 1
            continue
        piece = _piece(text, at, depth)
        parts.append(piece.text)
        at = piece.end
        pieces.append(piece)


def _piece(text: str, at: int, depth: int) -> _Read:
    """One atom with its repeat."""
    atom, shown = _atom(text, at, depth), text[at : at + 20]
    repeat = _REPEAT.match(text, atom.end)
    if not repeat:
        return atom
    if atom.text in ("^", "$", r"\b", r"\B") or text.startswith(("*", "+", "?"), repeat.end()):
        raise ValueError(f"nothing to repeat at {shown!r} in {text!r}")
    many = repeat[0][0] in "*+" or bool(repeat["comma"] and not repeat["most"]) or int(repeat["most"] or repeat["least"] or "1") > 50
    if many and atom.endless:
        raise ValueError(f"a repeat of nothing but a repeat, which may take for ever, at {shown!r} in {text!r}")
    none = repeat[0][0] in "*?" or repeat["least"] == "0"
    return _Read(atom.text + repeat[0], repeat.end(), many or atom.endless, none or atom.missing)


def _atom(text: str, at: int, depth: int) -> _Read:
    char = text[at]
    if char == "(":
        return _group(text, at, depth)
    if char == "[":
        found = _CLASS.match(text, at)
        if not found:
            raise ValueError(f"a class that is empty or has no end at {text[at : at + 20]!r} in {text!r}")
        return _Read(_class(found[0]), found.end())
    if char == "\\":
        escape = _ESCAPE.match(text, at)
        if not escape:
            raise ValueError(f"{text[at : at + 3]!r} in {text!r} is not supported")
        return _Read(f"(?P={escape['named']})" if escape["named"] else escape[0], escape.end(), missing=escape[0] in (r"\b", r"\B"))
    if char in "*+?":
        raise ValueError(f"nothing to repeat at {text[at : at + 20]!r} in {text!r}")
    return _Read(rf"\{char}" if char in "{}]" else char, at + 1, missing=char in "^$")


def _group(text: str, at: int, depth: int) -> _Read:
    opening = _GROUP.match(text, at)
    if not opening and text.startswith("(?", at):
        raise ValueError(f"{text[at : at + 4]!r} in {text!r} is not supported")
    begin = f"(?P<{opening['named']}>" if opening and opening["named"] else opening[0] if opening else "("
    inner = _alternatives(text, opening.end() if opening else at + 1, depth + 1)
    if inner.end >= len(text):
        raise ValueError(f"`(` without `)` in {text!r}")
    looks = bool(opening and opening["kind"] and opening["kind"] != ":")
    return _Read(f"{begin}{inner.text})", inner.end + 1, inner.endless and not looks, inner.missing or looks)


def _class(text: str) -> str:
    r"""A `[` in it is one, and `\b` is a backspace, for both."""
    at = 1
    while at < len(text) - 1:
        if text[at] == "\\":
            escape = _ESCAPE.match(text, at)
            if not escape or escape["named"] or escape[0] == r"\B" or escape[0][1] in "123456789":
                raise ValueError(f"{text[at : at + 2]!r} in {text!r} is not supported")
            at = escape.end()
        else:
            at += 1
    return text[0] + text[1:-1].replace("[", r"\[") + "]"
