"""A repository with four items and a prompt, a command worker that behaves as it is told, and what came of asking it."""

import json
import sys
from pathlib import Path
from typing import Any

from ftaction.model.asking import Account, Api, Ask, Phase, Worker
from ftaction.model.check import Check, Config, Stage
from ftaction.model.run import Report, Result
from tests.support.repository import committed
from tests.support.rig import Rig, result
from tests.support.rig import config as plain_config

KEY = "sk-a-key-that-nobody-else-may-see"
ITEMS = tuple(f"items/{letter}.txt" for letter in "abcd")


class Scene:
    """`rig` runs it; `behave` says how the command worker answers from now on. `worker` and `phase` may be changed before a run."""

    def __init__(self, folder: Path) -> None:
        files = {name: f"first line of {name}\nsecond line\n" for name in ITEMS}
        self.rig = Rig(committed(folder / "repository", {**files, "ask.md": "Say what each of these is.\n{items}\n"}))
        self.folder = folder / "worker"
        (self.folder / "calls").mkdir(parents=True)
        script = str(Path(__file__).with_name("worker.py"))
        self.worker = Worker(run=(sys.executable, "-P", script, str(self.folder), "{model}"), timeout=60.0)
        self.phase = Phase("w", "small")
        self.behave("good")

    def behave(self, name: str) -> None:
        (self.folder / "behaviour").write_text(name)

    def speak(self, api: Api, url: str, **more: Any) -> None:
        """Ask behind an API from now on."""
        name = {Api.ANTHROPIC: "ANTHROPIC_API_KEY", Api.OPENAI: "OPENAI_API_KEY"}[api]
        self.rig.variables[name] = KEY
        self.worker = Worker(api=api, url=url if api is Api.ANTHROPIC else f"{url}/v1", env=(name,), timeout=60.0)._replace(**more)

    def config(self, *checks: Check, **verification: object) -> Config:
        return plain_config(*checks, **verification)._replace(workers={"w": self.worker}, phases={"p": self.phase})

    def run(self, *checks: Check, **request: object) -> Report:
        return self.rig.run(self.config(*(checks or (asks(),))), **request)

    def calls(self) -> list[dict[str, Any]]:
        """What the command worker was given since this was last asked, in the order of arrival."""
        paths = sorted((self.folder / "calls").glob("[0-9]*"), key=lambda path: int(path.name))
        found = [json.loads(path.read_text()) for path in paths]
        for path in paths:
            path.unlink()
        return found


def asks(name: str = "review", *, check: dict[str, Any] | None = None, **ask: Any) -> Check:
    """A check that asks about all items, two in a call, unless told otherwise."""
    settled: dict[str, Any] = {"prompt": "ask.md", "phase": "p", "items": ("items/**",), "batch": 2} | ask
    needs = tuple(settled.get("handed", ()))
    rest: dict[str, Any] = {"needs": needs, "stage": Stage.SLOW, "tool": "none"} | (check or {})
    return Check(name=name, run=(), ask=Ask(**settled), **rest)


def account(report: Report, name: str = "review") -> Account:
    found = of(report, name).account
    assert found is not None
    return found


def of(report: Report, name: str = "review") -> Result:
    return result(report, name)


def left(report: Report, name: str = "review") -> dict[str, str]:
    """Why, by item."""
    return {one.item: one.why for one in account(report, name).left}


def spent(report: Report, name: str = "review") -> tuple[int, int, int, int]:
    """Calls, those that were made again, tries that were turned away, answers: of all models."""
    models = account(report, name).spent
    return sum(one.calls for one in models), sum(one.again for one in models), sum(one.refused for one in models), sum(one.answers for one in models)


def messages(report: Report, name: str = "review") -> list[tuple[str, int, str]]:
    return sorted((one.path, one.line, one.message) for one in of(report, name).findings)
