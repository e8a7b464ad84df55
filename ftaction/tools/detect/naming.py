"""From proposals to named checks and their groups."""

from collections import Counter
from collections.abc import Sequence

from ftaction.model.check import Check
from ftaction.tools.detect.proposal import Kind, Proposal


def named(proposals: Sequence[Proposal]) -> dict[str, Proposal]:
    """Each proposal under the shortest name that tells it from the others: `test`, `test:web`, `lint:ruff`, `lint:web:eslint`."""
    named: dict[str, Proposal] = {}
    for proposal in proposals:
        name = _name(proposal, proposals)
        unique, number = name, 2
        while unique in named:
            unique, number = f"{name}-{number}", number + 1
        named[unique] = proposal
    return named


def check_of(name: str, proposal: Proposal) -> Check:
    return Check(name=name, run=proposal.run, inputs=proposal.inputs, stage=proposal.stage, working_directory=proposal.place or ".")


def groups(checks: dict[str, Proposal]) -> tuple[tuple[str, ...], ...]:
    """Everything that only reads side by side, then the suites. Checks that write stand in no group: they run alone."""
    reading = tuple(name for name, proposal in checks.items() if proposal.stage is None and proposal.kind is not Kind.TEST)
    suites = tuple(name for name, proposal in checks.items() if proposal.stage is None and proposal.kind is Kind.TEST)
    return tuple(group for group in (reading, suites) if group)


def _name(proposal: Proposal, proposals: Sequence[Proposal]) -> str:
    rivals = [other for other in proposals if other.kind is proposal.kind]
    parts: list[str] = [proposal.kind]
    if proposal.place and len({other.place for other in rivals}) > 1:
        parts.append(_label(proposal.place, {other.place for other in rivals}))
    beside = [other for other in rivals if other.place == proposal.place]
    if proposal.detail:
        parts.append(proposal.detail)
    if Counter((other.place, other.detail) for other in beside)[proposal.place, proposal.detail] > 1:
        parts.append(proposal.tool)
    return ":".join(parts)


def _label(place: str, places: set[str]) -> str:
    """The last part of a folder's path, or the whole of it where another ends alike."""
    last = place.rsplit("/", 1)[-1]
    return last if [other.rsplit("/", 1)[-1] for other in places].count(last) == 1 else place
