"""A pytest plug-in that stands in the virtual environment of a replayed repository: it tells which tests ran, how they ended, how long they took.

It writes `report.jsonl` into the folder `replay` of the environment, where there is none yet and a file `on` asks for it: a pytest within
a test finds one that is there. Every selector is looked at by these same eyes, whatever it says of itself.
"""

import json
import os
import sys
from typing import TextIO

import pytest

FOLDER = os.path.join(sys.prefix, "replay")


class Reporter:
    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.tests: dict[str, tuple[str, float]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        outcome, seconds = self.tests.get(report.nodeid, ("passed", 0.0))
        if report.failed:
            outcome = "failed"
        elif report.skipped and outcome == "passed":
            outcome = "skipped"
        self.tests[report.nodeid] = outcome, seconds + report.duration
        if report.when == "teardown":
            outcome, seconds = self.tests.pop(report.nodeid)
            self._write([report.nodeid, outcome, round(seconds, 5)])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._write([report.nodeid, "uncollected", 0.0])

    def pytest_unconfigure(self) -> None:
        for nodeid, (outcome, seconds) in self.tests.items():
            self._write([nodeid, outcome, round(seconds, 5)])
        self.file.close()

    def _write(self, line: list[object]) -> None:
        self.file.write(json.dumps(line) + "\n")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or not os.path.exists(os.path.join(FOLDER, "on")):
        return
    try:
        file = open(os.path.join(FOLDER, "report.jsonl"), "x", encoding="ascii")  # noqa: SIM115  # it is closed when pytest is
    except FileExistsError:
        return
    config.pluginmanager.register(Reporter(file), "replay-reporter")
