"""The histories of a repository's checks as one entry of a shared store: for each check its last lines, the check heard of last at the end."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

from ftaction.run.lines import RECENT

MOST_LINES = RECENT  # of a check: expected times look at five, the nearest record at six (`run/memory.py`)
MOST_BYTES = 2 << 20  # of an entry; what 500 checks need takes 1.8 MB
_MOST_LINE = 1 << 10  # bytes

Histories = dict[str, list[bytes]]


def read(content: bytes) -> Histories:
    """Empty for anything that `written` did not make."""
    try:
        found: dict[str, list[str]] = json.loads(content)
        return {check: [line.encode("utf-8", "surrogateescape") for line in lines] for check, lines in found.items()}
    except (ValueError, AttributeError, TypeError, RecursionError):
        return {}


def merged(old: Mapping[str, Sequence[bytes]], new: Mapping[str, Sequence[bytes]]) -> Histories:
    """The old lines, and the new ones behind them."""
    found = {check: list(lines) for check, lines in old.items() if check not in new}
    for check, lines in new.items():
        short = [line for line in lines if len(line) <= _MOST_LINE]
        found[check] = [*old.get(check, ()), *short][-MOST_LINES:]
    return found


def written(histories: Histories) -> bytes:
    """Without the checks that were not heard of for longest, where it would be too large."""
    checks = list(histories)
    while True:
        texts = {check: [line.decode("utf-8", "surrogateescape") for line in histories[check]] for check in checks}
        content = json.dumps(texts, separators=(",", ":")).encode()
        if len(content) <= MOST_BYTES:
            return content
        checks = checks[len(checks) // 4 + 1 :]


def name(scope: str) -> str:
    """Under which name the histories of a repository stand."""
    return sha256(f"history\n{scope}".encode("utf-8", "surrogateescape")).hexdigest()
