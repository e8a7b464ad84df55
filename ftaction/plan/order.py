"""Which checks, and in what order: stages and groups, moved later where a need runs later."""

from collections.abc import Mapping, Sequence

from ftaction.errors import Stop
from ftaction.model.check import Check, Config, Stage
from ftaction.model.plan import Step


def choose(config: Config, names: tuple[str, ...], profile: str | None) -> tuple[str, ...]:
    """The chosen checks and all they need, in the configuration's order. Everything where nothing is named."""
    chosen = names or ()
    if profile is not None:
        if profile not in config.profiles:
            raise Stop(f"there is no profile `{profile}`", _known("profiles", config.profiles))
        chosen += config.profiles[profile]
    if unknown := [name for name in chosen if name not in config.checks]:
        raise Stop(f"there is no check {', '.join(f'`{name}`' for name in unknown)}", _known("checks", config.checks))
    wanted: set[str] = set()
    waiting = list(chosen or config.checks)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting.extend(config.checks[name].needs)
    return tuple(name for name in config.checks if name in wanted)


def steps(config: Config, chosen: tuple[str, ...]) -> tuple[Step, ...]:
    """Ungrouped fast checks, mutating ones one at a time, the groups, ungrouped slow ones. Each check has its stage by now."""
    groups = len(config.verification.parallel_groups)
    titles = {0: "fast", 1: "after mutating", 2 + groups: "slow"} | {2 + number: f"group {number + 1}" for number in range(groups)}
    by_rank: dict[int, list[Check]] = {}
    for name, rank in _ranks(config, chosen).items():
        by_rank.setdefault(rank, []).append(config.checks[name])
    found: list[Step] = []
    for rank, checks in sorted(by_rank.items()):
        found += [Step(title=f"mutating {check.name}", checks=(check,)) for check in checks if check.stage is Stage.MUTATING]
        others = tuple(check for check in checks if check.stage is not Stage.MUTATING)
        found += [Step(title=titles.get(rank, "slow"), checks=others)] if others else []
    return tuple(found)


def _ranks(config: Config, chosen: tuple[str, ...]) -> dict[str, int]:
    groups = config.verification.parallel_groups
    own = {name: 2 + number for number, group in enumerate(groups) for name in group}
    staged = {Stage.FAST: 0, Stage.MUTATING: 1, Stage.SLOW: 2 + len(groups)}
    ranks: dict[str, int] = {}
    for check in needs_first([config.checks[name] for name in chosen]):
        mine = own.get(check.name, staged[check.stage or Stage.FAST])
        ranks[check.name] = max([mine, *(_after(config.checks[need], ranks[need], check) for need in check.needs)])
    return ranks


def needs_first(checks: Sequence[Check]) -> list[Check]:
    """The same checks, each behind those it needs; otherwise in their order. `needs` has no circle by now."""
    by_name = {check.name: check for check in checks}
    ordered: dict[str, Check] = {}
    stack = list(reversed(checks))
    while stack:
        missing = [by_name[need] for need in stack[-1].needs if need in by_name and need not in ordered]
        if missing:
            stack.extend(reversed(missing))
        else:
            check = stack.pop()
            ordered.setdefault(check.name, check)
    return list(ordered.values())


def _after(need: Check, rank: int, check: Check) -> int:
    """Within one rank mutating checks come first, so what a mutating check needs must be of an earlier rank, or mutating too."""
    return rank + 1 if check.stage is Stage.MUTATING and need.stage is not Stage.MUTATING else rank


def _known(what: str, names: Mapping[str, object]) -> str:
    return f"The {what} are: {', '.join(names)}." if names else f"The configuration has no {what}."
