"""FirstTry as a contestant: its command, its configuration, what its report says."""

import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import clock
from .clock import Ended, NotMeasuredError
from .replayed import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One check of a generated configuration."""

    name: str
    run: str
    inputs: tuple[str, ...]
    needs: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstTry:
    """How to start it: the words of its command, and the environment it gets."""

    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)

    def start(self, repository: Path, store: Path, words: Sequence[str], *, watch: bool = False) -> Ended:
        env = {**self.env, "FTACTION_STORE": str(store)}
        return clock.run((*self.command, *words), repository, env, watch=watch)

    def run(self, repository: Path, store: Path, *words: str, expected: "Told") -> float:
        """Seconds of one `run`, whose report must tell of exactly this. The report is written in each measured run."""
        report = store.with_suffix(".report.json")
        report.unlink(missing_ok=True)
        ended = self.start(repository, store, ("run", "--report", str(report), *words)).fine("ftaction run")
        told_by(report, ended).must_be(expected)
        return ended.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is read of report.json: each check's source (ran, replayed, …), ending and seconds."""

    sources: tuple[str, ...]
    endings: tuple[str, ...]
    seconds: tuple[float, ...]

    def must_be(self, expected: Told) -> None:
        replayed = sum(source == "replayed" for source in self.sources)
        ran = sum(source == "ran" for source in self.sources)
        if (replayed, ran + replayed) != (expected.replayed, expected.total) or set(self.endings) != {"passed"}:
            endings = ", ".join(sorted(set(self.endings)))
            raise NotMeasuredError(
                f"ftaction replayed {replayed} and ran {ran} of {len(self.sources)} checks ({endings}), "
                f"expected {expected.replayed} of {expected.total} replayed, all passed"
            )


def told_by(report: Path, ended: Ended) -> Report:
    try:
        checks = json.loads(report.read_text())["checks"]
        return Report(
            sources=tuple(str(check["source"]) for check in checks),
            endings=tuple(str(check["ending"]) for check in checks),
            seconds=tuple(float(check["seconds"]) for check in checks),
        )
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise NotMeasuredError(f"no readable report.json ({problem!r}):\n{clock.tail(ended.out)}") from None


def found(explicit: str | None, env: Mapping[str, str]) -> FirstTry:
    """The command that was named, else the one installed beside this interpreter."""
    if explicit:
        return FirstTry(command=tuple(explicit.split()), env=env)
    beside = Path(sys.executable).parent / "ftaction"
    if not os.access(beside, os.X_OK):
        raise NotMeasuredError(f"no `ftaction` beside {sys.executable}: install the project there, or name it with --ftaction")
    return FirstTry(command=(str(beside),), env=env)


def configuration(checks: Iterable[Planned], *, slots: int | None = None) -> str:
    """A `.firsttry.yml` as people write it, with all checks in one group, so that all may run side by side.

    JSON's strings and lists are YAML's too, which spares a writer.
    """
    listed = list(checks)
    lines = ["version: 1", "verification:", "  parallel: true"]
    lines += [f"  max_workers: {slots}"] if slots else []
    lines += ["  parallel_groups:", f"    - {json.dumps([check.name for check in listed])}", "checks:"]
    for check in listed:
        lines.append(f"  {json.dumps(check.name)}:")
        lines.append(f"    run: {json.dumps(check.run)}")
        lines.append(f"    inputs: {json.dumps(check.inputs)}")
        lines += [f"    needs: {json.dumps(check.needs)}"] if check.needs else []
        lines += [f"    locks: {json.dumps(check.locks)}"] if check.locks else []
        lines += [f"    weight: {check.weight}"] if check.weight != 1 else []
    return "\n".join(lines) + "\n"


def emptied(store: Path) -> Path:
    """The same path with nothing there: a first run ever."""
    shutil.rmtree(store, ignore_errors=True)
    return store
