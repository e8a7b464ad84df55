"""What readers share."""

_MOST = 10_000_000  # lines and columns beyond it are nobody's
_WIDEST = 500  # characters of a line of many


def number(text: str | None) -> int:
    """A line or column; 0 where it is not said or can't be one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= _MOST else 0


def some(lines: list[str], most: int = 40) -> str:
    """What matters of many lines: the first and the last, and how many are left out."""
    if len(lines) > most:
        head = most // 2
        lines = [*lines[:head], f"... {len(lines) - most} lines ...", *lines[head - most :]]
    return "\n".join(line[:_WIDEST] for line in lines).strip("\n")
