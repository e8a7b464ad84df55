"""What all scenarios share: the two images, a home for act, and that a skipped scenario is a failure."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.e2e.repository import PROJECT

collect_ignore = ["mixed"]
ACTION_IMAGE = "ftaction-e2e"


@pytest.fixture(scope="session")
def job_image() -> str:
    """The image that jobs run in: the one the Dockerfile builds on, which `base-image` made."""
    lines = (PROJECT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    image = next(line.removeprefix("ARG PYTHON_IMAGE=") for line in lines if line.startswith("ARG PYTHON_IMAGE="))
    subprocess.run(["docker", "image", "inspect", "--format", "{{.Id}}", image], check=True, stdout=subprocess.DEVNULL)
    return image


@pytest.fixture(scope="session")
def action_image(job_image: str) -> str:
    """The image of the action, built from the Dockerfile as it stands."""
    subprocess.run(["docker", "build", "--quiet", "--tag", ACTION_IMAGE, str(PROJECT)], check=True)
    return ACTION_IMAGE


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """act's home: its caches live as long as the session."""
    return tmp_path_factory.mktemp("home")


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
