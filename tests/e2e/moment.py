"""Waiting, without polling, for the moment when a check inside a container has begun."""

from __future__ import annotations

import os
import select
import subprocess
from pathlib import Path

TIMEOUT = 300.0  # seconds; the image may have to be built first


class Begun:
    """A named pipe in the workspace: the check writes a line into it, the scenario waits for that."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(path)
        path.chmod(0o666)  # the check is another user
        self._reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def wait(self, process: subprocess.Popen[str]) -> None:
        """Return once the check has begun; fail if the process ends first."""
        ended = os.pidfd_open(process.pid)
        try:
            ready, _, _ = select.select([self._reader, ended], [], [], TIMEOUT)
        finally:
            os.close(ended)
        if self._reader not in ready:
            process.kill()
            output, _ = process.communicate()
            raise AssertionError(f"the check never began:\n{output}")
        os.close(self._reader)
