"""What models answered, kept as records: one an item, under all that the answer depends on, so that it is never asked again."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ftaction.model.asking import Keep
from ftaction.model.finding import Level
from ftaction.model.record import Record
from ftaction.run.logs import masked_text
from ftaction.run.memory import Memory

_MOST = 1 << 20  # bytes of one
_LEVELS = frozenset(level.value for level in Level)


class Given(NamedTuple):
    """One answer as JSON, and the record that says who gave it when."""

    answer: str
    record: Record


class Answers:
    """`counts`: whether an answer of this record may stand here. `given`: those of this run, which need no memory."""

    def __init__(self, memory: Memory | None, given: dict[str, Given], counts: Callable[[Record], bool]) -> None:
        self._memory, self._given, self._counts = memory, given, counts

    def find(self, fingerprint: str) -> Given | None:
        """The answer under exactly this. What is damaged, or of another format, is no answer."""
        if fingerprint in self._given:
            return self._given[fingerprint]
        record = self._memory.find(fingerprint) if self._memory else None
        if record is None or self._memory is None or not record.answer or not self._counts(record):
            return None
        content = self._memory.whole(record.answer, _MOST)
        try:
            return Given(json.dumps(json.loads(content or b"")["answer"], separators=(",", ":"), sort_keys=True), record)
        except (ValueError, KeyError, TypeError, RecursionError):
            return None

    def keep(self, record: Record, answer: str, about: Mapping[str, object], how: Keep) -> bool:
        """Remember an answer; whether it was stored. Of one that is not to be kept there remains that it was given, and how bad what it found is."""
        self._given[record.fingerprint] = Given(answer, record)
        if self._memory is None:
            return False
        kept = json.loads(answer if how is Keep.ANSWERS else without_text(answer))
        digest = self._memory.keep(json.dumps({"answer": kept, **about}, separators=(",", ":")).encode())
        return bool(digest) and self._memory.answered(record._replace(answer=digest))


def masked(answer: str, hidden: tuple[str, ...]) -> str:
    """An answer, as JSON, of which no text holds what must not be told."""
    return json.dumps(_masked(json.loads(answer), hidden), separators=(",", ":"), sort_keys=True)


def _masked(value: Any, hidden: tuple[str, ...]) -> Any:  # noqa: ANN401  # JSON
    if isinstance(value, str):
        return masked_text(value, hidden)
    if isinstance(value, list):
        return [_masked(one, hidden) for one in value]
    return {masked_text(name, hidden): _masked(one, hidden) for name, one in value.items()} if isinstance(value, dict) else value


def without_text(answer: str) -> str:
    """The levels of its findings, and nothing else of it."""
    data: Any = json.loads(answer)
    rows = data.get("findings") if isinstance(data, dict) else None
    levels = [row.get("level") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    known = [level for level in levels if isinstance(level, str) and level in _LEVELS]
    kept = [{"level": level, "message": "what it says is not kept (`store: digest`)"} for level in known]
    return json.dumps({"findings": kept}, separators=(",", ":"), sort_keys=True)
