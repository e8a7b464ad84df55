"""Real Pythons with a real pytest, each in a virtual environment of its own below .build, made once."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements" / "within.txt"

OLDEST, NEWEST = "3.8", "3.13"
"""Two are enough for each run: the oldest can only be told what to run, the newest is watched. ALSO widens that, as in ALSO="3.11 3.12"."""

ALSO = os.environ.get("ALSO", "").split()
WATCHED = [version for version in (NEWEST, *ALSO) if tuple(map(int, version.split("."))) >= (3, 12)]
ALL = [OLDEST, NEWEST, *ALSO]


def interpreter(version: str) -> str:
    """Where a Python is; that it is missing is a failure, for a suite that is skipped says nothing."""
    installed = sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob(f"versions/{version}.*/bin/python"))
    found = str(installed[-1]) if installed else shutil.which(f"python{version}")
    assert found, f"these tests need Python {version}, under pyenv or on PATH"
    return found


@cache
def python(version: str) -> str:
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    home = ROOT / ".build" / "within" / f"{version}-{digest}"
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / f"{version}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several processes run these tests at once
        if not (home / "ready").exists():
            shutil.rmtree(home, ignore_errors=True)
            subprocess.run([interpreter(version), "-m", "venv", str(home)], check=True)
            pip = [
                str(home / "bin" / "python"),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--require-hashes",
                "--requirement",
                str(LOCK),
            ]
            subprocess.run(pip, check=True)
            (home / "ready").touch()
    return str(home / "bin" / "python")
