"""What asking came to over all runs: each line of a history counts everything before it, so that a few lines are enough."""

import json
from collections.abc import Iterable, Mapping

from ftaction.model.asking import Account, Spending
from ftaction.run.records import amount

_LONGEST = 150  # characters of a name in a line, which may have a thousand bytes in a bundle


def added(before: Iterable[bytes], check: str, account: Account, now: float) -> bytes:
    """The line that follows."""
    old = newest(before) or Spending(check)
    spent = account.spent
    new = Spending(
        check[:_LONGEST], old.runs + 1, old.items + sum(one.answers for one in spent), old.remembered + account.remembered,
        old.calls + sum(one.calls for one in spent), old.spared + account.saved + sum(one.batched for one in spent),
        old.tokens_in + sum(one.tokens_in or 0 for one in spent), old.tokens_out + sum(one.tokens_out or 0 for one in spent),
        round(old.usd + sum(one.usd or 0.0 for one in spent), 6),
    )  # fmt: skip
    return json.dumps({"asked": new._asdict(), "ended": round(now, 3)}, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def newest(lines: Iterable[bytes]) -> Spending | None:
    """What the line that counts most says; None where none is one."""
    found = [one for one in map(_read, lines) if one]
    return max(found, key=lambda one: (one.runs, one.calls)) if found else None


def _read(line: bytes) -> Spending | None:
    try:
        data: Mapping[str, float] = json.loads(line)["asked"]
        numbers = {name: int(amount(data[name])) for name in Spending._fields if name not in ("check", "usd")}
        return Spending(check=str(data["check"]), usd=amount(data["usd"]), **numbers)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
