"""What passed and failed on the same inputs lately: checks, and the tests within them."""

from collections.abc import Iterator, Mapping

from ftaction.model.run import Suspect
from ftaction.plan.troubles import flaky, rate
from ftaction.run.memory import Memory


def suspects(memory: Memory, ran: Mapping[str, str]) -> tuple[Suspect, ...]:
    """`ran`: the fingerprint of each check that did, empty where it is not remembered. Each check before its tests."""
    return tuple(one for check, fingerprint in ran.items() for one in _of(memory, check, fingerprint))


def _of(memory: Memory, check: str, fingerprint: str) -> Iterator[Suspect]:
    if found := memory.rate(check, fingerprint):
        yield Suspect(check, *found)
    record = memory.latest(fingerprint) if fingerprint else None
    for trouble in filter(flaky, record.troubles if record else ()):
        yield Suspect(check, *rate(trouble), trouble.test)
