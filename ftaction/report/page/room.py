"""What a page has room for: texts of any size come to no more than was said, cut where it hurts least, and saying so."""

import json
from collections.abc import Iterable, Sequence

_LEAST = 200  # characters; of less there is nothing to tell


def level(sizes: Iterable[int], room: int) -> int:
    """The most that each may take so that all of them fit: who needs less leaves the rest to the others."""
    ascending = sorted(sizes)
    for number, size in enumerate(ascending):
        share = room // (len(ascending) - number)
        if size > share:
            return share
        room -= size
    return max(ascending, default=0)


def block(value: object) -> str:
    """JSON that can stand in a `script` element and in nothing else's way: ASCII, and no character that HTML knows."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def text_block(text: str, most: int) -> str:
    """A text as such a block of at most `most` characters: its beginning and three times as much of its end. Empty where there is no room."""
    found = block(text)
    keep = len(text)
    while len(found) > most:
        keep = min(keep * 9 // 10, keep * most // len(found))
        if keep < _LEAST:
            return ""
        head = keep // 4
        found = block(f"{text[:head]}\n… {len(text) - keep:,} characters left out …\n{text[head - keep :]}")
    return found


def list_block(rows: Sequence[object], most: int) -> tuple[str, int]:
    """The first of these rows that fit, as a block, and how many they are."""
    kept: list[str] = []
    room = most - 2
    for row in rows:
        one = block(row)
        room -= len(one) + 1
        if room < 0:
            break
        kept.append(one)
    return f"[{','.join(kept)}]", len(kept)
