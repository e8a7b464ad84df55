"""From proposals to named checks and their groups."""

from collections import Counter
from collections.abc import Sequence

from ftaction.model.check import Check
from ftaction.tools.detect.proposal import Kind, Proposal


def named(proposals: Sequence[Proposal]) -> dict[str, Proposal]:
    """Each proposal under the shortest name that tells it from the others: `test`, `test:web`, `lint:ruff`, `lint:web:eslint`."""
    rivals = Counter((proposal.kind, proposal.place, proposal.detail) for proposal in proposals)
    places = {kind: {place for other, place, _ in rivals if other is kind} for kind in Kind}
    ends = {kind: Counter(_end(place) for place in places[kind]) for kind in Kind}
    named: dict[str, Proposal] = {}
    for proposal in proposals:
        kind, place = proposal.kind, proposal.place
        label = (_end(place) if ends[kind][_end(place)] == 1 else place) if len(places[kind]) > 1 else ""
        tool = proposal.tool if rivals[kind, place, proposal.detail] > 1 else ""
        name = ":".join(part for part in (kind, label, proposal.detail, tool) if part)
        unique, number = name, 2
        while unique in named:
            unique, number = f"{name}-{number}", number + 1
        named[unique] = proposal
    return named


def _end(place: str) -> str:
    """The last part of a folder's path; the whole of it is the label only where another ends alike."""
    return place.rsplit("/", 1)[-1]


def check_of(name: str, proposal: Proposal) -> Check:
    return Check(name=name, run=proposal.run, inputs=proposal.inputs, stage=proposal.stage, working_directory=proposal.place or ".")


def groups(checks: dict[str, Proposal]) -> tuple[tuple[str, ...], ...]:
    """Everything that only reads side by side, then the suites. Checks that write stand in no group: they run alone."""
    reading = tuple(name for name, proposal in checks.items() if proposal.stage is None and proposal.kind is not Kind.TEST)
    suites = tuple(name for name, proposal in checks.items() if proposal.stage is None and proposal.kind is Kind.TEST)
    return tuple(group for group in (reading, suites) if group)
