"""As root in a workspace of another user, as in the action's container: git fetches as that user, and nothing of root's stands in his way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.changes.scene import Host, workflow

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
OWNER = 1001
HERE = Path(__file__).parents[2]


def test_the_base_is_fetched_as_the_owner(first_host: Host, ground: Path) -> None:
    host = first_host.copied(ground)
    clone = host.checked_out(host.merge)
    (ground / "event.json").write_text(json.dumps(host.pull_request()))
    (ground / "home").mkdir()
    subprocess.run(["chown", "-hR", f"{OWNER}:{OWNER}", str(ground / "work"), str(clone.root), str(ground / "home")], check=True)
    variables = workflow("pull_request", host.merge, "refs/pull/1/merge") | {"HOME": f"{ground}/home", "PYTHONPATH": str(HERE)}
    variables |= {"GITHUB_EVENT_PATH": f"{ground}/event.json", "GITHUB_WORKSPACE": str(clone.root)}
    command = [sys.executable, "-m", "ftaction", "changed", "--json", "--store", f"{ground}/store"]
    done = subprocess.run(command, cwd=clone.root, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["complete"], document["doubt"]) == (True, "")
    assert [one["path"] for one in document["files"]] == sorted(host.changes)
    assert {path.lstat().st_uid for path in (clone.root / ".git").rglob("*")} == {OWNER}
