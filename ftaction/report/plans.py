"""A plan, and the explanation of one check, for people."""

from ftaction.model.check import Check, Command
from ftaction.model.plan import Decision, Plan, Reason, Replay, Run, Unaffected
from ftaction.report import tests, words

_VERBS = {"ran": "run", "replayed": "replay", "unaffected": "unaffected", "not run": "blocked"}


def plan_lines(plans: tuple[Plan, ...], because: dict[str, str]) -> list[str]:
    """Each step with its checks: what would happen to each, its command, and why."""
    lines: list[str] = []
    for plan in plans:
        lines += [f"{plan.step.title}:"]
        for check in plan.step.checks:
            decision = plan.decisions[check.name]
            lines += [f"  {_VERBS[words.source(decision)]:<10} {words.printable(check.name)}: {command(check.run)}"]
            lines += [f"             {words.printable(words.reason(decision))}{_expected(decision)}"]
            lines += [f"             found: {words.printable(because[check.name])}"] if check.name in because else []
    return lines


def explain_lines(check: Check, decision: Decision) -> list[str]:
    """Everything known of one check's fate, a line each."""
    lines = [f"{words.printable(check.name)}: {command(check.run)}"]
    match decision:
        case Replay(record=record):
            lines += ["would be replayed", f"proved {words.printable(words.by_whom(record))}", f"saves {words.duration(record.seconds)}"]
            lines += [f"see {words.printable(record.origin.run)}"] if record.origin.run else []
        case Unaffected(base=record, moved=moved, selection=None):
            lines += ["would be left out: nothing it depends on changed", f"passed {words.printable(words.by_whom(record))}"]
            lines += ["only tools moved since:", *(f"  {words.difference(one)}" for one in moved)] if moved else []
            lines += [f"see {words.printable(record.origin.run)}"] if record.origin.run else []
        case Run(why=why):
            lines += [
                f"would run: {words.printable(words.reason(decision))}" if not why.differences else "would run, because since the nearest earlier record:"
            ]
            lines += [f"  {words.difference(one)}" for one in why.differences]
            lines += [f"which tests: {words.printable(tests.selection(decision.selection))}"] if decision.selection and why.differences else []
            lines += map(words.printable, tests.lines(decision.selection)) if decision.selection else []
            lines += [f"that record was made {words.printable(words.by_whom(why.earlier))}"] if why.earlier and why.reason is not Reason.DISTRUSTED else []
        case _:
            lines += [words.printable(words.reason(decision))]
            lines += map(words.printable, tests.lines(decision.selection)) if isinstance(decision, Unaffected) and decision.selection else []
    return lines


def command(run: Command) -> str:
    """A command on one line."""
    text = run if isinstance(run, str) else " ".join(run)
    first, *rest = text.strip().split("\n")
    return words.printable(first) + (f" … ({words.count(len(rest), 'more line')})" if rest else "")


def _expected(decision: Decision) -> str:
    """How long it will likely take, and whether it starts before others."""
    if not isinstance(decision, Run):
        return ""
    facts = [f"about {words.duration(decision.expected)}"] if decision.expected else []
    facts += ["first, for it failed last"] if decision.failed_last else []
    return f" ({', '.join(facts)})" if facts else ""
