"""The real command line in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.repository import TestRepository


class CommandLine:
    """Runs `ftaction` in a repository, with a store and a home that are the test's own."""

    def __init__(self, repository: TestRepository, store: Path) -> None:
        self.repository = repository
        self.variables = {**repository.environment, "FTACTION_STORE": str(store)}

    def configure(self, configuration: dict[str, object]) -> None:
        """Write the configuration, and commit it."""
        self.repository.write(".firsttry.json", json.dumps({"version": 1} | configuration))
        self.repository.commit()

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "ftaction", *arguments],
            cwd=self.repository.root, env=self.variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
        )  # fmt: skip

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Status, standard output, standard error."""
        with self.start(*arguments) as process:
            out, err = process.communicate()
        return process.returncode, out, err

    def plan(self) -> dict[str, Any]:
        """What would be done, by check."""
        status, out, err = self.run("plan", "--json")
        assert status == 0, err
        document: dict[str, Any] = json.loads(out)
        return document

    def reported(self, *arguments: str) -> dict[str, Any]:
        """The last line of `run --json`."""
        _, out, err = self.run("run", "--json", *arguments)
        assert out, err
        document: dict[str, Any] = json.loads(out.splitlines()[-1])["report"]
        return document
