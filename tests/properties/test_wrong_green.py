"""Whatever happened before, a run is green only when the commands, run by hand on the same files, pass; and red only when they don't.

Edits, reverts, failing runs, runs ended by a signal or SIGKILL in the middle of a check, edits in the middle of a check, two runs at once.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.properties.profile import settings
from tests.properties.workshop import Workshop, put

FILES = ("src/a.txt", "src/b.txt", "docs/c.txt", "top.txt", "hidden/key")
GOOD = ("1\n", "22\n")
BAD = ("BAD\n", "BAD 4\n")
CONTENTS = GOOD + BAD
NAMES = ("source", "named", "every", "outside", "made", "uses", "secret")
BEGIN = "sh $HOOK"  # before a check reads: whatever the test wants to happen just then

CHECKS: dict[str, dict[str, Any]] = {
    "source": {"run": f"{BEGIN} source; ! grep -rq BAD src", "inputs": ["src/**"]},
    "named": {"run": ["sh", "-c", f"{BEGIN} named; ! grep -q BAD src/a.txt docs/c.txt"], "inputs": ["**/[ac].txt"]},
    "every": {"run": f"{BEGIN} every; ! grep -rqs BAD src docs top.txt"},
    "outside": {"run": f"{BEGIN} outside; ! grep -rqs BAD docs top.txt", "inputs": ["!src/**"]},
    "made": {"run": f"{BEGIN} made; cat src/*.txt > out; ! grep -q BAD src/b.txt", "inputs": ["src"], "outputs": ["out"]},
    "uses": {"run": f"{BEGIN} uses; ! grep -q BAD out top.txt", "inputs": ["top.txt"], "needs": ["made"]},
    "secret": {"run": f"{BEGIN} secret; ! grep -q BAD hidden/key", "inputs": ["hidden"]},
}


class History(RuleBasedStateMachine):
    """Everything that may come before a run that counts."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="history-"))
        self.shop = Workshop(self.folder, ignored=("/out", "/hidden/"))
        self.hook = put(self.folder / "hook", "")
        self.shop.variables["HOOK"] = str(self.hook)
        self.fifo = self.folder / "fifo"
        os.mkfifo(self.fifo)

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @initialize(chosen=st.sets(st.sampled_from(NAMES), min_size=2), parallel=st.booleans(), committed=st.booleans())
    def begin(self, chosen: set[str], parallel: bool, committed: bool) -> None:
        chosen |= {"made"} if "uses" in chosen else set()
        self.names = [name for name in NAMES if name in chosen]
        checks = {name: {**CHECKS[name], "env": ["HOOK"]} for name in self.names}
        verification = {"parallel": parallel, "fail_fast": "never", "sequential_fallback": False}
        self.shop.write(".firsttry.json", json.dumps({"version": 1, "verification": verification, "checks": checks}))
        for path in FILES:
            self.shop.write(path, CONTENTS[0])
        self.committed = committed
        if committed:
            self.shop.commit()

    @rule(path=st.sampled_from(FILES), content=st.sampled_from(CONTENTS))
    def edit(self, path: str, content: str) -> None:
        self.shop.write(path, content)

    @rule(path=st.sampled_from(FILES), content=st.sampled_from(CONTENTS))
    def edit_and_run(self, path: str, content: str) -> None:
        self.shop.write(path, content)
        self.run()

    @rule()
    def commit(self) -> None:
        self.shop.commit()
        self.committed = True

    @rule()
    def revert(self) -> None:
        if self.committed:
            self.shop.git("stash", "--quiet")

    @rule()
    def spoil_the_output(self) -> None:
        self.shop.write("out", "BAD\n")

    @rule()
    def run(self) -> None:
        ran = self.shop.run_as_configured()
        by_hand = self._by_hand()
        assert ran.green == by_hand, f"green is {ran.green}, by hand {by_hand}:\n{ran.why()}"

    @rule()
    def run_twice(self) -> None:
        self.run()
        again = self.shop.run_as_configured()
        assert not again.green or not again.ran, again.why()

    @rule(path=st.sampled_from(FILES), bad=st.sampled_from(BAD), good=st.sampled_from(GOOD))
    def run_while_a_file_is_mended(self, path: str, bad: str, good: str) -> None:
        """Every check meets it mended; afterwards it is as bad as when the run began."""
        self.shop.write(path, bad)
        self.hook.write_text(f"echo {good.strip()} > {path}\n")
        self.shop.run_as_configured()
        self.hook.write_text("")
        self.shop.write(path, bad)
        self.run()

    @rule(during=st.sampled_from(NAMES), number=st.sampled_from([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
    def run_until_a_signal(self, during: str, number: signal.Signals) -> None:
        self.hook.write_text(f"if [ $1 = {during} ]; then read pid < {self.fifo}; kill -{int(number)} $pid; fi\n")
        end = os.open(self.fifo, os.O_RDWR | os.O_NONBLOCK)
        run = self._start()
        os.write(end, f"{run.pid}\n".encode() * len(NAMES))
        run.communicate()
        os.close(end)
        self.hook.write_text("")

    @rule()
    def run_two_at_once(self) -> None:
        """They share the output, so that one may fail the other; a green one is green."""
        by_hand = self._by_hand()
        runs = [self._start() for _ in range(2)]
        for run in runs:
            said, _ = run.communicate()
            assert run.returncode != 0 or by_hand, said.decode()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "ftaction", "run", "--store", str(self.shop.store)]
        return subprocess.Popen(command, cwd=self.shop.root, env=self.shop.variables, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def _by_hand(self) -> bool:
        """The commands one after the other, on a copy, what they need first; without any memory of ours."""
        with tempfile.TemporaryDirectory() as folder:
            copy = shutil.copytree(self.shop.root, f"{folder}/copy", ignore=shutil.ignore_patterns(".git", "out"))
            for name in self.names:
                run = CHECKS[name]["run"]
                command = run if isinstance(run, list) else ["bash", "-eo", "pipefail", "-c", run]
                if subprocess.run(command, cwd=copy, env={**self.shop.variables, "HOOK": "/dev/null"}, check=False).returncode:
                    return False
        return True


History.TestCase.settings = settings(examples=12, thorough=200, steps=12)
TestHistory = History.TestCase
