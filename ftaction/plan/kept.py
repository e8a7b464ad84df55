"""A configuration that was read and found right, as plain data and back, so that a warm run needs neither YAML nor the table of keys."""

from typing import Any

from ftaction.model.check import Cache, Check, Config, FailFast, Mode, OnChange, Shell, Stage, Tests, Verification
from ftaction.model.finding import Source
from ftaction.model.package import Declared


def to_data(config: Config) -> dict[str, Any]:
    """What JSON can hold."""
    return {
        "verification": config.verification._asdict(),
        "profiles": config.profiles,
        "checks": {name: check._asdict() | {"ask": check.ask and check.ask._asdict()} for name, check in config.checks.items()},
        "cache": config.cache._asdict(),
        "phases": {name: phase._asdict() for name, phase in config.phases.items()},
        "workers": {name: worker._asdict() for name, worker in config.workers.items()},
        "packages": config.packages,
        "source": config.source,
    }


def from_data(data: dict[str, Any]) -> Config:
    """The same configuration. Raises `KeyError`, `TypeError` or `ValueError` for anything that `to_data` did not make."""
    verification = data["verification"]
    words = {"fail_fast": FailFast(verification["fail_fast"]), "mode": Mode(verification["mode"])}
    groups = tuple(tuple(group) for group in verification["parallel_groups"])
    config = Config(
        verification=Verification(**verification | words | {"parallel_groups": groups, "full_suite": tuple(verification["full_suite"])}),
        profiles={name: tuple(names) for name, names in data["profiles"].items()},
        checks={name: _check(values) for name, values in data["checks"].items()},
        cache=Cache(**data["cache"] | {"keys": tuple(data["cache"]["keys"])}),
        packages={name: Declared(folder, tuple(needs)) for name, (folder, needs) in data["packages"].items()},
        source=data["source"],
    )
    if not data["phases"] and not data["workers"] and not any(values["ask"] for values in data["checks"].values()):
        return config
    from ftaction.plan.kept_asking import with_asking  # imported where used: most repositories ask no model

    return with_asking(config, data)


def _check(values: dict[str, Any]) -> Check:
    frozen = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    stage, on_change = values["stage"], values["on_change"]
    words = {"stage": stage and Stage(stage), "on_change": on_change and OnChange(on_change), "shell": Shell(values["shell"]), "tests": Tests(values["tests"])}
    findings = values["findings"]
    sources = {"findings": None if findings is None else tuple(Source(str(kind), str(name)) for kind, name in findings)}
    return Check(**frozen | words | sources | {"ask": None})
