"""Puts back what replayed needs make: first which, for whom and after what, as a value; then the doing, beside the checks of the step.

An archive may come from behind a network, so only a check that needs it waits. Where it can't be had the need runs after all.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple, assert_never

from ftaction.edge.archive import unpack
from ftaction.edge.toolchain import inside
from ftaction.errors import StoreError
from ftaction.model.check import Check
from ftaction.model.plan import Replay, Unaffected
from ftaction.model.record import Record
from ftaction.model.run import Move, Restored
from ftaction.plan.order import needs_first
from ftaction.run import keep
from ftaction.run.ground import Ground, needs_of


class Restore(NamedTuple):
    """The outputs of one replayed need. `wanted_by`: the checks that run and need them; where none of these is left, nobody waits.

    `after`: restores that come first, for where outputs overlap the need of a need was there before. `gone`: why only running it makes them
    anew: something that it needs runs in this step and may replace these outputs, or they were made by other tools.
    """

    check: Check
    record: Record
    wanted_by: frozenset[str]
    after: tuple[str, ...] = ()
    gone: str = ""


def restores(ground: Ground, standing: Mapping[str, Replay | Unaffected], running: Iterable[Check]) -> dict[str, Restore]:
    """What these checks need that no longer stands there as it was made, needs first. What ran here stands here."""
    wanted: dict[str, set[str]] = {}
    names = {check.name for check in running}
    for name in names:
        for need in needs_of(ground, name):
            if need.outputs and need.name in standing and need.ask is None:  # what answers make is made anew each time
                wanted.setdefault(need.name, set()).add(name)
    found: dict[str, Restore] = {}
    for check in needs_first([known.check for known in ground.recognised.values()]) if wanted else ():
        if check.name in wanted:
            after = tuple(name for name, other in found.items() if _overlap(other.check, check))
            record, gone = _record(standing[check.name])
            if any(need.name in names and _overlap(need, check) for need in needs_of(ground, check.name)):
                gone = "what it needs is made anew"
            if after or gone or not _stands(ground, check, record.outputs):
                found[check.name] = Restore(check, record, frozenset(wanted[check.name]), after, gone)
    return found


def _record(decision: Replay | Unaffected) -> tuple[Record, str]:
    """The record that stands for a check, and why its outputs can't be used where they can't."""
    match decision:
        case Replay(record=record):
            return record, ""
        case Unaffected(base=record):
            return record, "other tools made it"  # good enough to say that nothing changed, not to build on
        case _:
            assert_never(decision)


def _stands(ground: Ground, check: Check, digest: str) -> bool:
    if ground.standing.get(check.name) != digest and keep.stands(ground, check, digest):
        ground.standing[check.name] = digest
    return ground.standing.get(check.name) == digest


def made_anew(ground: Ground, name: str) -> None:
    """Its outputs are others now, and with them what other checks had put into them."""
    made = ground.recognised[name].check
    for other in [other for other in ground.standing if made in needs_of(ground, other) and _overlap(ground.recognised[other].check, made)]:
        del ground.standing[other]


def held_by(ground: Ground, check: Check, found: Mapping[str, Restore]) -> tuple[str, ...]:
    """The restores that this check waits for: those of what it needs, its own, and those that would replace what it makes."""
    above = {need.name for need in needs_of(ground, check.name)} if found else set()
    return tuple(name for name, one in found.items() if name in above or _overlap(one.check, check))


def _overlap(one: Check, other: Check) -> bool:
    return any(inside(mine, yours) or inside(yours, mine) for mine in one.outputs for yours in other.outputs)


class Halt:
    """Asks one restore to end, which it does at the next piece of its archive. `whole`: all pieces came, so it is as good as done.

    `told`: is called with the bytes that came so far.
    """

    def __init__(self) -> None:
        self.told: Callable[[int], None] | None = None
        self.asked = False
        self.whole = False
        self.size = 0

    def watch(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces, counted. Raises `StoreError` once it was asked."""
        for piece in pieces:
            self._go_on()
            self.size += len(piece)
            if self.told:
                self.told(self.size)
            yield piece
        self.whole = True  # said before it is asked the last time: who asks and finds it unsaid knows that nothing is put in place
        self._go_on()

    def _go_on(self) -> None:
        if self.asked:
            raise StoreError("nobody waits for it any more")


class Outcome(NamedTuple):
    """What putting back came to; `mark` says how the outputs stand now."""

    told: Restored
    mark: str = ""


class Restoring:
    """The restores of one step, and what came of them. `put_back` may be called in any thread, everything else in the main one."""

    def __init__(self, ground: Ground | None, found: Mapping[str, Restore]) -> None:
        self.all = found
        self.lost: list[str] = []
        self.told: list[Restored] = []
        self._back: set[str] = set()
        self._ground = ground
        for name, one in [(name, one) for name, one in found.items() if one.gone]:
            self.ended(name, Outcome(Restored(name, 0.0, 0, one.gone)))

    def held(self, waiting: Collection[str]) -> frozenset[str]:
        """What is not back and is still waited for, where these checks did not start yet."""
        return frozenset(name for name, one in self.all.items() if name not in self._back and not one.wanted_by.isdisjoint(waiting))

    def put_back(self, name: str, halt: Halt) -> Outcome:
        """Blocks until the outputs stand in place, or nothing was changed and the outcome says why."""
        ground, one = self._ground, self.all[name]
        assert ground is not None
        assert ground.memory is not None, "without memory nothing is replayed"
        began = ground.world.clock()
        problem = mark = ""
        halt.told = lambda size: ground.world.surface.moving(Move("outputs", name, size=size))
        halt.told(0)
        try:
            pieces = ground.memory.stream(one.record.outputs)
            if pieces is None:
                raise StoreError("it is no longer kept")
            unpack(halt.watch(pieces), ground.world.context.root, one.check.outputs, ground.world.identity)
            mark = keep.standing(ground, one.check, one.record.outputs)
        except StoreError as error:
            problem = str(error)
        seconds = ground.world.clock() - began
        ground.world.surface.moving(Move("outputs", name, size=halt.size, seconds=seconds, ended=True, problem=problem))
        return Outcome(Restored(name, seconds, halt.size, problem), mark)

    def given_up(self, name: str) -> None:
        """Its thread goes on, but nobody waits for it any more."""
        assert self._ground is not None
        self._ground.world.surface.moving(Move("outputs", name, ended=True, problem="nobody waits for it any more"))

    def ended(self, name: str, outcome: Outcome) -> None:
        """Remember that it stands there, or that it can't be had from this store."""
        assert self._ground is not None
        assert self._ground.memory is not None
        self.told.append(outcome.told)
        if outcome.told.problem:
            self.lost.append(name)
            self._ground.memory.distrust(self.all[name].record.outputs)
        else:
            self._back.add(name)
            made_anew(self._ground, name)
            self._ground.standing[name] = self.all[name].record.outputs
            keep.mark(self._ground, self.all[name].check, outcome.mark)

    def at_once(self) -> bool:
        """One after the other, in this thread, for a check that nothing may run beside. Whether all stand there."""
        for name in [name for name in self.all if name not in self.lost]:
            self.ended(name, self.put_back(name, Halt()))
        return not self.lost

    def lost_to(self, checks: Collection[str]) -> tuple[str, ...]:
        """The needs that must run again, for these checks wait for their outputs."""
        return tuple(name for name in self.all if name in self.lost and not self.all[name].wanted_by.isdisjoint(checks))


NOTHING = Restoring(None, {})
"""Of a step that needs nothing back."""
