"""As in the action's container: the program is root, checks are the workspace's owner, and whoever asks is nobody. What a check can reach of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.asking.siege import KEY

REACHED = all(folder.stat().st_mode & 0o001 for folder in Path(os.path.realpath(sys.executable)).parents)
pytestmark = pytest.mark.skipif(os.geteuid() != 0 or not REACHED, reason="only root can run checks as another user, and with a Python that may start one")
OWNER = 1001
HERE = Path(__file__).parent.parent.parent
PATIENCE = 10

MEET = f"""
import glob, json, os, sys, time
def wait(path):
    end = time.monotonic() + {PATIENCE}
    while not os.path.exists(path) and time.monotonic() < end:
        time.sleep(0.01)
"""
WORKER = f"""{MEET}
sys.stdin.read()
open("GATE/asked", "w").close()
wait("GATE/spied")
key = os.environ["HOUSE_API_KEY"]
print(json.dumps([{{"id": 1, "answer": {{"text": "I have the key" if key == "{KEY}" else "none"}}}}]))
"""
SPY = f"""{MEET}
wait("GATE/asked")
found = {{"uid": os.getuid(), "asked": os.path.exists("GATE/asked"), "key": [], "reached": [], "own": "HOUSE_API_KEY" in os.environ}}
for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/task/*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
    try:
        found["key"] += [path] if b"{KEY}" in open(path, "rb").read() else []
    except OSError:
        pass
folders = {{word for path in glob.glob("/proc/[0-9]*/cmdline") for word in open(path, errors="replace").read().split(chr(0)) if "/asks/" in word}}
found["folders"] = len(folders)
for folder in folders:
    for name in ("order.json", "out/said", "out/new", "home/new", "out", ""):
        for mode in ("r", "a"):
            try:
                open(f"{{folder}}/{{name}}", mode).close()
                found["reached"].append(f"{{mode}} {{name}}")
            except OSError:
                pass
    try:
        found["reached"] += os.listdir(folder)
    except OSError:
        pass
print(json.dumps(found), file=open("GATE/spied.json", "w"))
open("GATE/spied", "w").close()
"""


def test_a_check_beside_reaches_neither_the_key_nor_what_is_asked_and_said(ground: Path) -> None:
    workspace, gate, store = ground / "workspace", ground / "gate", ground / "store"
    for folder in (workspace, ground / "temp", ground / "home", gate):
        folder.mkdir()
    gate.chmod(0o777)
    for name, text in {"worker.py": WORKER, "spy.py": SPY}.items():
        (gate / name).write_text(text.replace("GATE", str(gate)))
    configuration = {
        "version": 1,
        "verification": {"parallel": True, "max_workers": 2},
        "workers": {"house": {"run": [sys.executable, "-I", str(gate / "worker.py")], "env": ["HOUSE_API_KEY"]}},
        "phases": {"plan": {"worker": "house", "model": "small"}},
        "checks": {"review": {"ask": "ask.md", "phase": "plan"}, "spy": {"run": [sys.executable, "-I", str(gate / "spy.py")], "stage": "slow"}},
    }
    (workspace / ".firsttry.json").write_text(json.dumps(configuration))
    (workspace / "ask.md").write_text("Review.\n")
    subprocess.run(["git", "init", "-q", "."], cwd=workspace, check=True)
    subprocess.run(["chown", "-hR", f"{OWNER}:{OWNER}", *(str(ground / name) for name in ("workspace", "temp", "home"))], check=True)
    environment = {
        "PATH": os.environ["PATH"], "HOME": f"{ground}/home", "PYTHONPATH": str(HERE), "HOUSE_API_KEY": KEY,
        "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(workspace), "RUNNER_TEMP": f"{ground}/temp", "GITHUB_OUTPUT": f"{ground}/output",
    }  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-m", "ftaction", "run", "--store", str(store)], cwd=workspace, env=environment, capture_output=True, text=True, check=False
    )
    assert (gate / "spied.json").exists(), ran.stdout + ran.stderr
    spied = json.loads((gate / "spied.json").read_text())
    assert spied.pop("folders") > 0, "where it lies can be seen"
    assert spied == {"uid": OWNER, "asked": True, "own": False, "key": [], "reached": []}, ran.stdout
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert KEY not in ran.stdout + ran.stderr
    report = next(Path(line) for line in (ground / "output").read_text().split("\n") if line.endswith("report.json"))
    assert not any(KEY in path.read_text(errors="replace") for path in report.parent.rglob("*") if path.is_file())
