"""Which tests of a suite ran, and by what right the others did not, in words and as data."""

from collections import Counter

from ftaction.model.narrow import Blind
from ftaction.model.plan import Run
from ftaction.model.run import Judged
from ftaction.model.selection import Cause, Right, Rule, Selected, Selection, Whole

_SHOWN = 3  # causes or details named before the rest is counted

RULES = {
    Rule.NO_MAP: "no whole run of it was watched yet",
    Rule.FINAL: "a final checkpoint",
    Rule.OFF: "`tests: all` says so",
    Rule.COMMAND: "its command can't be narrowed",
    Rule.ENVIRONMENT: "the environment is another one",
    Rule.OLD: "the last whole run was too long ago",
    Rule.UNSEEN: "the last whole run could not be watched to its end",
    Rule.LOCK_FILE: "a lock file changed from which its command installs",
    Rule.CONFIGURATION: "configuration changed",
    Rule.COMPILED: "compiled code changed",
    Rule.SERVICES: "services changed",
    Rule.SHADOWING: "a new file stands before a module of the same name",
    Rule.STANDARD: "a file is named like a module of Python's own, and whoever watched would hide that",
    Rule.AROUND: "what changed runs around the tests",
    Rule.WIDE: "what changed is mentioned nearly everywhere, or changes the whole process",
    Rule.DISTRUST: "a skip of it, or of tests of it, was found wrong: see `ftaction trust`",
    Rule.LOADED: "what changed is loaded by no test's own import",
    Rule.FAILED: "its last whole run did not pass",
    Rule.UNPROVED: "no whole pass of it is remembered",
}

RIGHT = {True: "right", False: "WRONG", None: "not told by this run"}

_RIGHTS = {
    Right.RAN: "ran what changed in",
    Right.MENTIONS: "ran what uses changed names in",
    Right.MODULE: "rely on",
    Right.OPENED: "read",
    Right.LISTED: "list the folder of",
    Right.ITSELF: "stand in",
    Right.FAILED: "failed last in",
    Right.NOT_FOLLOWED: "start programs that can't be followed in",
    Right.FLAKY: "are flaky in",
    Right.WITNESS: "load",
    Right.SEES: "see",
    Blind.READS: "see what reads files in",
    Blind.STARTS: "see what starts programs in",
    Blind.LOADS: "see what loads modules by computed names in",
    Blind.LISTS: "see what names files by a pattern in",
    Blind.PLACES: "see what computes paths in",
    Blind.LEADS_AWAY: "see imports of what is not in the repository in",
}


def selection(of: Selection) -> str:
    """What runs, and why that is enough, on one line."""
    match of:
        case Whole(rule=rule, details=details):
            said = f": {RULES[rule]}" if isinstance(rule, Rule) else ""  # the others are sentences themselves
            return f"all tests: {rule.value}{said}{f' ({_some(details)})' if details else ''}"
        case Selected():
            total = len(of.tests) + len(of.left_out)
            share = f", {of.seconds / of.of_seconds:.0%} of their time" if of.of_seconds else ""
            return f"{len(of.tests):,} of {total:,} {of.unit}s{share}: {causes(of)}"


def chosen(of: Run, judged: Judged | None) -> str:
    """Which tests ran or would have run, on one line; nothing where they can't be told apart."""
    if of.would:
        told = {None: "", True: ", right", False: ", WRONG"}[judged.right if judged else None]
        return f"observed{told}: it would run {selection(of.would)}"
    if of.selection is None:
        return ""
    audited = of.selection.audited if isinstance(of.selection, Selected) else {}
    told = f": {RIGHT[judged.right]}" if judged else ""
    return selection(of.selection) + (f"; {len(audited):,} of those left out audited{told}" if audited else "")


def causes(of: Selected) -> str:
    """The most frequent ones."""
    counted = Counter(of.tests.values()).most_common()
    shown = ", ".join(f"{number:,} {_RIGHTS[cause.right]} {cause.path}" for cause, number in counted[:_SHOWN])
    rest = sum(number for _, number in counted[_SHOWN:])
    return f"{shown} and {rest:,} more" if rest else shown or "none can notice what changed"


def lines(of: Selection) -> list[str]:
    """What runs and what does not, one on each line; nothing of single tests, which may be thousands."""
    if not isinstance(of, Selected) or of.unit == "test":
        return []
    return [
        *(f"  runs {name}: {_RIGHTS[cause.right]} {cause.path}" for name, cause in of.tests.items()),
        *(f"  left out: {name}" for name in sorted(of.left_out)),
    ]


def document(of: Selection) -> dict[str, object]:
    """For `report.json`. Times in seconds."""
    match of:
        case Whole(rule=rule, details=details):
            return {"rule": rule.value, "details": list(details), "selected": None, "left_out": 0}
        case Selected():
            counted = Counter(of.tests.values()).most_common()
            run = {"run": of.run if isinstance(of.run, str) else list(of.run)} if of.run else {}
            return {
                "rule": "", "details": [], "selected": sorted(of.tests), "left_out": len(of.left_out), "of": len(of.tests) + len(of.left_out),
                "seconds": round(of.seconds, 4), "of_seconds": round(of.of_seconds, 4), "causes": [_cause(cause, number) for cause, number in counted],
                "audited": sorted(of.audited), "unit": of.unit, **run, **({"not_selected": sorted(of.left_out)} if of.unit != "test" else {}),
            }  # fmt: skip


def judged_document(of: Judged | None) -> dict[str, object] | None:
    """The same of what was left out and ran all the same."""
    return None if of is None else {"tests": of.tests, "seconds": round(of.seconds, 4), "wrong": list(of.wrong), "right": of.right}


def _cause(of: Cause, number: int) -> dict[str, object]:
    return {"right": of.right.value, "path": of.path, "tests": number}


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
