"""`ftaction explain`: what would happen to a check and why, what would make it run, what happened to it in the last run."""

from collections import Counter
from typing import NamedTuple

from ftaction.model.asking import Asking
from ftaction.model.check import Check
from ftaction.model.ending import Blocked
from ftaction.model.manifest import Manifest
from ftaction.model.plan import Decision, Plan, Reason, Replay, Run, Unaffected
from ftaction.model.record import Record
from ftaction.report import asking_plan, last, tests, words
from ftaction.report.last import Last
from ftaction.report.plans import command

_MOST = 50  # lines of a section, unless all are asked for
_FOLDERS = 8


class Asked(NamedTuple):
    """One check, what would happen to it, and everything that its outcome depends on, where that is known. `step`: when it would run."""

    check: Check
    decision: Decision
    step: str = ""
    manifest: Manifest | None = None


def explained(of: Asked, before: Last | None, *, whole: bool) -> list[str]:
    """Sections with a blank line between them. `before`: the last run on this machine; `whole`: nothing is only counted."""
    asking = asking_plan.asking_of(of.decision)
    parts = [
        [f"{words.printable(of.check.name)}: {asking_plan.question(of.check.ask, asking) if of.check.ask else command(of.check.run)}"],
        _fate(of.decision, whole=whole),
        _some(asking_plan.items(asking), whole=whole) if asking else [],
        asking_plan.again(of.check.ask) if of.check.ask else [],
        _not_affected(of.decision),
        _would_run(of, whole=whole),
        last.of_check(before, of.check.name, of.check.needs) if before else [],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part).split("\n")


def explained_run(plans: tuple[Plan, ...], before: Last | None) -> list[str]:
    """The last run as a whole, and what the next one would do."""
    counted = Counter(words.source(decision) for plan in plans for decision in plan.decisions.values())
    verbs = {"ran": "run", "replayed": "be replayed", "unaffected": "be left out", "not run": "be blocked"}
    now = ", ".join(f"{number} would {verbs[source]}" for source, number in counted.items())
    expected = sum(decision.expected or 0.0 for plan in plans for decision in plan.decisions.values() if isinstance(decision, Run))
    lines = [f"The next run: {now}{f', for {words.duration(expected)} one after the other' if expected else ''}. `ftaction plan` says which."]
    return [*(last.of_run(before) if before else ["No run of this repository is kept on this machine."]), "", *lines]


def _fate(of: Decision, *, whole: bool) -> list[str]:
    match of:
        case Replay(record=record, asking=Asking()):
            return [f"It would be replayed: {words.reason(of)}.", *_link(record)]
        case Replay(record=record):
            return ["It would be replayed: exactly this is remembered, and it passed.", *_proof(record), f"  saves {words.duration(record.seconds)}"]
        case Unaffected(base=record, moved=moved, selection=None):
            only = ["  only tools moved since:", *_some([f"    {words.difference(one)}" for one in moved], whole=whole)] if moved else []
            return ["It would be left out: nothing it depends on changed since it passed.", *_proof(record), *only]
        case Unaffected(base=record, selection=selection):
            lines = list(map(words.printable, tests.lines(selection))) if selection else []
            return [f"It would be left out: {words.printable(words.reason(of))}.", *_some(lines, whole=whole), *_proof(record)]
        case Run():
            return _run(of, whole=whole)
        case Blocked():
            return [f"It would not be started: {words.printable(words.reason(of))}."]


def _run(of: Run, *, whole: bool) -> list[str]:
    why, earlier = of.why, of.why.earlier
    missed = why.reason is Reason.CHANGED
    lines = [f"It would {'end as ' if of.asking and of.asking.why_not else 'run: '}{words.printable(words.reason(of))}."]
    if missed:
        number = words.count(len(why.differences), "thing")
        lines = [f"It would run: {number} that it depends on {'is' if len(why.differences) == 1 else 'are'} not as in the nearest record."]
        lines += _some([f"  {words.difference(one)}" for one in why.differences], whole=whole)
    lines += [f"  that record was made {words.printable(words.by_whom(earlier))}", *_link(earlier)] if earlier and why.reason is not Reason.DISTRUSTED else []
    lines += [f"  which tests: {words.printable(tests.selection(of.selection))}"] if of.selection and missed else []
    lines += _some([f"  {words.printable(line)}" for line in tests.lines(of.selection)], whole=whole) if of.selection else []
    lines += [f"  {line}" for line in asking_plan.most(of.asking)] if of.asking else []
    lines += [f"  it takes about {words.duration(of.expected)}"] if of.expected and not (of.asking and of.asking.why_not) else []
    lines += ["  it starts before others of its step, for it failed last"] if of.failed_last else []
    return [*lines, *(["  what comes of it is not remembered, so it runs each time"] if of.fingerprint is None and of.asking is None else [])]


def _not_affected(of: Decision) -> list[str]:
    """Of what was left out or replayed: what that would have been otherwise."""
    if not isinstance(of, Run) or of.instead is None:
        return []
    return [f"Without that it would be {words.source(of.instead)}: {words.printable(words.reason(of.instead))}."]


def _would_run(of: Asked, *, whole: bool) -> list[str]:
    """What its outcome depends on: another byte of any of it, and it runs."""
    if of.manifest is None:
        return []
    head = [line.split("\t") for line in of.manifest.head.splitlines()]
    named = {section: [parts[1] for parts in head if parts[0] == section and len(parts) > 1] for section in ("env", "toolchain", "need", "platform")}
    paths = [line.partition("\t")[2] for line in of.manifest.inputs.splitlines()]
    globs = f", by {', '.join(f'`{glob}`' for glob in of.check.inputs)}" if of.check.inputs else "" if of.check.package else ", for it names no `inputs`"
    lines = ["What would make it run: another content of"]
    lines += [f"  {words.count(len(paths), 'file')}{words.printable(globs)}{f', and those of package {of.check.package}' if of.check.package else ''}"]
    lines += _files(paths, whole=whole)
    lines += [f"  its command, or {words.count(len(named['toolchain']), 'tool')}: {_names(named['toolchain'], whole=whole)}"] if named["toolchain"] else []
    lines += [f"  {words.count(len(named['env']), 'variable')}: {_names(named['env'], whole=whole)}"] if named["env"] else []
    lines += [f"  what these make: {_names(named['need'], whole=whole)}"] if named["need"] else []
    lines += [f"  the machine: {_names(named['platform'], whole=whole)}"] if named["platform"] else []
    needs = f", when {', '.join(map(words.printable, of.check.needs))} passed" if of.check.needs else ""
    return [*lines, *([f"It would run in step `{words.printable(of.step)}`{needs}."] if of.step else [])]


def _files(paths: list[str], *, whole: bool) -> list[str]:
    """All of them, or the folders that hold most."""
    if whole:
        return [f"    {words.printable(path)}" for path in paths]
    folders = Counter(path.partition("/")[0] + "/" if "/" in path else path for path in paths).most_common()
    shown = [f"    {words.printable(name)}{f' ({number:,})' if name.endswith('/') else ''}" for name, number in folders[:_FOLDERS]]
    rest = sum(number for _, number in folders[_FOLDERS:])
    return [*shown, f"    and {words.count(rest, 'more file')}"] if rest else shown


def _names(names: list[str], *, whole: bool) -> str:
    shown = names if whole else names[:_FOLDERS]
    return words.printable(", ".join(shown)) + (f" and {len(names) - len(shown):,} more" if len(names) > len(shown) else "")


def _proof(record: Record) -> list[str]:
    return [f"  proved {words.printable(words.by_whom(record))}", *_link(record)]


def _link(record: Record | None) -> list[str]:
    return [f"  see {words.printable(record.origin.run)}"] if record and record.origin.run else []


def _some(lines: list[str], *, whole: bool) -> list[str]:
    shown = lines if whole else lines[:_MOST]
    return [*shown, f"  and {len(lines) - len(shown):,} more: `--all` shows them"] if len(lines) > len(shown) else shown
