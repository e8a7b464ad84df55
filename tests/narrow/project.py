"""A repository with one check of a runner, proved by the real command line."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.narrow.toy import LINES
from tests.support.command_line import CommandLine
from tests.support.repository import TestRepository


class Project(CommandLine):
    """The files, beside the runner's packages; `run` is the check's command."""

    def __init__(self, folder: Path, runner: str, modules: Path, files: Mapping[str, str], **check: object) -> None:
        super().__init__(TestRepository(folder / "repository"), folder / "store")
        self.report_path = folder / "report.json"
        self.variables |= {"PATH": f"{modules / '.bin'}:{self.variables['PATH']}", "CI": "1", "NO_COLOR": "1"}
        self.repository.write_all({**files, ".gitignore": "node_modules\n"})
        (self.repository.root / "node_modules").symlink_to(modules)
        self.check = {"run": LINES[runner]} | check
        self.configure({"checks": {"unit": self.check}})

    def change(self, changes: Mapping[str, str | None]) -> None:
        for path, text in changes.items():
            if text is None:
                (self.repository.root / path).unlink()
            else:
                self.repository.write(path, text)

    def prove(self, *words: str) -> dict[str, Any]:
        """The check's entry in the report of one run."""
        status, out, err = self.run("run", "--report", str(self.report_path), *words)
        assert status in (0, 1), out + err
        report: dict[str, Any] = json.loads(self.report_path.read_text())
        (check,) = report["checks"]
        assert (status == 0) is (check["ending"] == "passed"), out + err
        found: dict[str, Any] = check
        return found

    def passed(self) -> "Project":
        """The same, with a whole pass remembered."""
        found = self.prove()
        assert (found["ending"], found["selection"]["rule"]) == ("passed", "no whole pass"), Path(found["log"]).read_text()
        return self

    def planned(self, *words: str) -> dict[str, Any]:
        """What would become of the check."""
        status, out, err = self.run("plan", "--json", *words)
        assert status == 0, err
        (step,) = json.loads(out)["steps"]
        (check,) = step["checks"]
        found: dict[str, Any] = check
        return found


def log(check: Mapping[str, Any]) -> str:
    return Path(check["log"]).read_text()
