"""What was distrusted counts again, because somebody says so."""

from ftaction.model.ending import Passed
from ftaction.model.record import Record
from ftaction.plan.audit import named, named_within
from ftaction.run.ground import Ground, View
from ftaction.run.keep import origin


def believe(ground: Ground, view: View, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of these checks that were distrusted until now."""
    if ground.memory is None:
        return ()
    marks, now = ground.memory.marks, ground.world.now()
    checks = [ground.config.checks[name] for name in dict.fromkeys(names)]
    found = [(check.name, said) for check in checks for said in (named(check), named_within(check)) if marks.find(said)]
    for name, said in found:
        marks.clear(said, Record(check=name, fingerprint="", ending=Passed(), seconds=0.0, ended=now, origin=origin(ground, view)))
    return tuple(dict.fromkeys(name for name, _ in found))
