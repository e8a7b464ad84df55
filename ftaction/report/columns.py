"""How wide text is on a terminal, after UAX 11 (https://www.unicode.org/reports/tr11/), and text cut and filled to a width.

Terminals differ in single characters. Where in doubt a character counts as wide, for a line that turns out short does no harm.
"""

_MORE = "…"
_PICTURE = "\ufe0f"  # asks for the picture of the character before it, which takes one column more


def width(text: str) -> int:
    """Columns. `text` is printable: it holds nothing that moves a cursor."""
    return len(text) if text.isascii() else sum(map(_width, text))


def cut(text: str, columns: int) -> str:
    """As much of it as fits, with a sign where something is missing."""
    if width(text) <= columns:
        return text
    taken = 0
    for index, char in enumerate(text):
        taken += _width(char)
        if taken > columns - 1:
            return text[:index] + _MORE if columns > 0 else ""
    return text


def fill(text: str, columns: int) -> str:
    """With spaces behind it."""
    return text + " " * (columns - width(text))


def _width(char: str) -> int:
    import unicodedata  # imported where used: hardly any name of a check needs it

    if char.isascii() or char == _PICTURE:
        return 1
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.category(char) in ("Mn", "Me") else 1
