"""A plan, for people."""

from ftaction.model.check import Command
from ftaction.model.plan import Decision, Plan, Run
from ftaction.report import words

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
