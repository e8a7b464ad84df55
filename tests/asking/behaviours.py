"""What a worker prints, by name: every one answers about all but what it is there to get wrong, which is `items/b.txt`.

Each takes the items of a prompt (number, name, content), and whether an earlier answer about them could not be used.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Sequence

Items = Sequence[tuple[int, str, str]]
Behaviour = Callable[[Items, bool], str]
BAD = "items/b.txt"


def good(items: Items, _again: bool = False) -> str:
    """One row an item."""
    return json.dumps([_row(number, name) for number, name, _ in items])


def _row(number: int, name: str) -> dict[str, object]:
    return {"id": number, "answer": {"text": f"of {name}", "findings": [{"level": "warning", "line": 1, "message": f"seen in {name}"}]}}


def _but(items: Items, bad: Callable[[int], list[object]]) -> str:
    rows: list[object] = []
    for number, name, _ in items:
        rows += bad(number) if name == BAD else [_row(number, name)]
    return json.dumps(rows)


def invalid(items: Items, _again: bool) -> str:
    return "I would rather not say" if _of(items) else good(items)


def invalid_once(items: Items, again: bool) -> str:
    return good(items) if again else invalid(items, again)


def cut_off(items: Items, _again: bool) -> str:
    return good(items)[:-20] if _of(items) else good(items)


def empty(items: Items, _again: bool) -> str:
    return "" if _of(items) else good(items)


def misfit(items: Items, _again: bool) -> str:
    return _but(items, lambda number: [{"id": number, "answer": {"findings": [{"level": "catastrophe", "message": "m"}]}}])


def misfit_once(items: Items, again: bool) -> str:
    return good(items) if again else misfit(items, again)


def too_few(items: Items, _again: bool) -> str:
    return _but(items, lambda _: [])


def too_many(items: Items, _again: bool) -> str:
    return _but(items, lambda number: [_row(number, "one"), _row(number, "two")])


def imagined(items: Items, _again: bool) -> str:
    return json.dumps([*json.loads(good(items)), {"id": 99, "answer": {"text": "of nothing"}}, {"id": True, "answer": {}}, "text"])


def huge(items: Items, _again: bool) -> str:
    return _but(items, lambda number: [{"id": number, "answer": {"text": "x" * 10_000_000}}])


def large(items: Items, _again: bool) -> str:
    return _but(items, lambda number: [{"id": number, "answer": {"text": "x" * 400_000}}])


def wrapped(items: Items, _again: bool) -> str:
    return f"Here is what I found [all of it]:\n```json\n{good(items)}\n```\nAnything else?"


def strange_text(items: Items, _again: bool) -> str:
    """What JSON may hold and a terminal or a file may not."""
    finding = {"level": "warning", "line": 1, "message": "\ud800 \x00 \x1b[31m ::error::no\n"}
    return json.dumps([{"id": number, "answer": {"text": "\udcff\x00", "findings": [finding]}} for number, _, _ in items])


def crash(items: Items, _again: bool) -> str:
    if _of(items):
        sys.stderr.write("warming up\nno such model\n")
        sys.stderr.flush()
        os._exit(3)
    return good(items)


def crash_late(items: Items, _again: bool) -> str:
    if _of(items):
        sys.stdout.write(good(items))
        sys.stdout.flush()
        os._exit(3)
    return good(items)


def leaky(_items: Items, _again: bool) -> str:
    sys.exit(f"this key is not good: {os.environ['WORKER_API_KEY']}")


def killed(items: Items, _again: bool) -> str:
    if _of(items):
        os.kill(os.getpid(), signal.SIGKILL)
    return good(items)


def parricide(items: Items, _again: bool) -> str:
    """It ends the process that asks."""
    if _of(items):
        os.kill(os.getppid(), signal.SIGKILL)
    return good(items)


def flood(items: Items, _again: bool) -> str:
    return "x" * (17 << 20) if _of(items) else good(items)


def _of(items: Items) -> bool:
    return any(name == BAD for _, name, _ in items)
