"""Programs from npm, in locked versions, installed where they are not yet."""

import fcntl
import shutil
import subprocess
from pathlib import Path

BUILD = Path(__file__).parents[2] / ".build"


def install(locked: Path, into: Path) -> Path:
    """Everything in the folder `locked` is copied beside the packages. Several test runs at once install once. Install scripts do not run."""
    into.mkdir(parents=True, exist_ok=True)
    with (into / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for file in locked.iterdir():
            shutil.copy(file, into)
        wanted = (locked / "package-lock.json").read_text()
        marker = into / ".installed"
        if not marker.is_file() or marker.read_text() != wanted:
            marker.unlink(missing_ok=True)
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
            done = subprocess.run(command, cwd=into, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            marker.write_text(wanted)
    return into
