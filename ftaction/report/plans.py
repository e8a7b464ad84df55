"""A plan, for people."""

from ftaction.model.check import Command
from ftaction.model.plan import Decision, Plan, Run
from ftaction.report import asking_plan, words

_VERBS = {"ran": "run", "replayed": "replay", "unaffected": "unaffected", "not run": "blocked"}


def plan_lines(plans: tuple[Plan, ...], because: dict[str, str]) -> list[str]:
    """Each step with its checks: what would happen to each, its command or what it asks, what asking takes at most, and why."""
    lines: list[str] = []
    for plan in plans:
        lines += [f"{plan.step.title}:"]
        for check in plan.step.checks:
            decision = plan.decisions[check.name]
            asking = asking_plan.asking_of(decision)
            what = asking_plan.question(check.ask, asking) if check.ask else command(check.run)
            lines += [f"  {_verb(decision):<10} {words.printable(check.name)}: {what}"]
            lines += [f"             {words.printable(words.reason(decision))}{_expected(decision)}"]
            lines += [f"             {line}" for line in asking_plan.most(asking)] if asking else []
            lines += [f"             found: {words.printable(because[check.name])}"] if check.name in because else []
    return [*lines, *asking_plan.total(plans)]


def command(run: Command) -> str:
    """A command on one line."""
    text = run if isinstance(run, str) else " ".join(run)
    first, *rest = text.strip().split("\n")
    return words.printable(first) + (f" … ({words.count(len(rest), 'more line')})" if rest else "")


def _verb(decision: Decision) -> str:
    return "not asked" if _unasked(decision) else _VERBS[words.source(decision)]


def _unasked(decision: Decision) -> bool:
    asking = asking_plan.asking_of(decision)
    return asking is not None and bool(asking.why_not)


def _expected(decision: Decision) -> str:
    """How long it will likely take, and whether it starts before others."""
    if not isinstance(decision, Run) or _unasked(decision):
        return ""
    facts = [f"about {words.duration(decision.expected)}"] if decision.expected else []
    facts += ["first, for it failed last"] if decision.failed_last else []
    return f" ({', '.join(facts)})" if facts else ""
