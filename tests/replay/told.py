"""Reading what the plug-in `within/replay_reporter.py` told of one run of pytest."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .places import Place

WITHIN = Path(__file__).with_name("within")

Tests = dict[str, tuple[str, float]]
"""A test's id -> passed, failed, skipped or uncollected (then the id is a collector's), and its seconds with set-up and tear-down."""


def install(place: Place) -> None:
    """As an installed package with an entry point, so that no command line differs."""
    (site,) = place.venv.glob("lib/python3*/site-packages")
    about = site / "replay_reporter-1.dist-info"
    about.mkdir(exist_ok=True)
    shutil.copy(WITHIN / "replay_reporter.py", site)
    shutil.copy(WITHIN / "entry_points.txt", about)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: replay-reporter\nVersion: 1\n")
    (about / "RECORD").write_text("")
    place.told.mkdir(exist_ok=True)


@contextmanager
def listening(place: Place) -> Iterator[Path]:
    """While one run of pytest goes on; yields the file that it will tell in."""
    report = place.told / "report.jsonl"
    report.unlink(missing_ok=True)
    (place.told / "on").touch()
    try:
        yield report
    finally:
        (place.told / "on").unlink(missing_ok=True)


def read(report: Path) -> Tests:
    """Nothing where no test ran. A last line that was cut off is left out."""
    tests: Tests = {}
    for line in report.read_text().splitlines() if report.exists() else ():
        try:
            name, outcome, seconds = json.loads(line)
        except ValueError:
            continue
        if tests.get(name, ("", 0.0))[0] != "failed":
            tests[name] = outcome, seconds
    return tests
