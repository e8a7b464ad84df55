"""What watching costs a real suite: `python -m tests.bench.watching ROOT PYTHON [--rounds N] [-- PYTEST ARGUMENTS]`, bare and watched in turns.

User CPU of the process and all it waited for, so that others on the machine disturb less than they do the clock. PYTHON has what the suite needs.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from ftaction.model.trace import Trace
from ftaction.run.tests_job import Selection, collect, prepare


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("python", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    mine, rest = (sys.argv[1:], []) if "--" not in sys.argv else (sys.argv[1 : sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1 :])
    asked = parser.parse_args(mine)
    command = [str(asked.python.absolute()), "-m", "pytest", "-q", "-p", "no:cacheprovider", *rest]
    bare, watched = [], []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "job"
        for number in range(asked.rounds):
            bare.append(_user_seconds(command, asked.root, dict(os.environ)))
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            added = prepare(folder, root=asked.root, environment=os.environ, selection=Selection())
            watched.append(_user_seconds(command, asked.root, {**os.environ, **added}))
            print(f"round {number + 1}: bare {bare[-1]:.2f} s, watched {watched[-1]:.2f} s: {watched[-1] / bare[-1]:.3f}", flush=True)
        _tell(folder, bare, watched)
    return 0


def _user_seconds(command: list[str], root: Path, env: dict[str, str]) -> float:
    process = subprocess.Popen(command, cwd=root, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime


def _tell(folder: Path, bare: list[float], watched: list[float]) -> None:
    size = sum(path.stat().st_size for path in (folder / "out").iterdir())
    begun = time.perf_counter()
    found = collect(folder)
    seconds = time.perf_counter() - begun
    ratios = sorted(one / other for one, other in zip(watched, bare, strict=True))
    print(f"watched / bare: median {median(ratios):.3f}, from {ratios[0]:.3f} to {ratios[-1]:.3f}; of the least of each {min(watched) / min(bare):.3f}")
    if isinstance(found, Trace):
        print(f"{len(found.tests):,} tests, {len(found.windows):,} windows, {len(found.units):,} units; {size:,} bytes, read in {seconds:.2f} s")
        print("whole" if found.whole else f"not whole: {found.doubt}")
    else:
        print(f"nothing seen: {found}")


if __name__ == "__main__":
    raise SystemExit(main())
