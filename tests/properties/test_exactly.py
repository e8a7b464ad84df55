"""Every edit of a generated repository re-runs exactly the checks whose outcome may depend on it, and replays all others.

What really ran is seen from the log that the commands write outside the repository, not from what the program says.
"""

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ftaction.model.check import Check, Stage
from tests.properties.generated import CONTENTS, DECLARED, EVERYBODY, FILES, IGNORED, INPUTS, NOBODY, PROGRAMS, Drawn, Model
from tests.properties.profile import settings
from tests.properties.workshop import Workshop, put

NAMES = ("one", "two", "three", "four")


@st.composite
def drawn(draw: st.DrawFn) -> dict[str, Drawn]:
    checks: dict[str, Drawn] = {}
    for name in NAMES[: draw(st.integers(2, 4))]:
        checks[name] = Drawn(
            name=name,
            inputs=draw(st.sampled_from(INPUTS)),
            program=draw(st.sampled_from(PROGRAMS)),
            env=frozenset(draw(st.sets(st.sampled_from(DECLARED[:2]), max_size=2))),
            needs=frozenset(draw(st.sets(st.sampled_from(sorted(checks)), max_size=1)) if checks else ()),
            makes=draw(st.booleans()),
        )
    return checks


class Edits(RuleBasedStateMachine):
    """Each rule is one edit; after each one the line is run and judged."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="edits-"))
        self.shop = Workshop(self.folder, ignored=("/.venv/", "/node_modules/", "/secret/", "/made.log", "/src/kept.txt", "/out-*"))
        self.model = Model(checks={})

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @initialize(checks=drawn(), absent=st.sets(st.sampled_from(FILES), max_size=6), committed=st.booleans())
    def begin(self, checks: dict[str, Drawn], absent: set[str], committed: bool) -> None:
        self.model.checks = checks
        self.model.files[".gitignore"] = (self.shop.root.joinpath(".gitignore").read_text(), False)
        for path in FILES:
            if path not in absent:
                self._put(path, "1\n")
        for path in IGNORED:
            self._put_ignored(path, "1\n")
        for program in PROGRAMS:
            self._build(program.name, 0)
        for name in ("python", "package", "node", "modules"):
            self._build(name, 0)
        if committed:
            self.shop.commit()

    # Edits that may matter.

    @rule(path=st.sampled_from(FILES), content=st.sampled_from(CONTENTS))
    def write(self, path: str, content: str) -> None:
        self._put(path, content, self.model.files.get(path, ("", False))[1])

    @rule(path=st.sampled_from(FILES))
    def delete(self, path: str) -> None:
        if self.model.files.pop(path, None):
            os.unlink(self.shop.root / path)

    @rule(path=st.sampled_from(FILES))
    def mode(self, path: str) -> None:
        if path in self.model.files:
            content, executable = self.model.files[path]
            self._put(path, content, not executable)

    @rule(old=st.sampled_from(FILES), new=st.sampled_from(FILES))
    def rename(self, old: str, new: str) -> None:
        if old in self.model.files and old != new:
            self.model.files[new] = self.model.files.pop(old)
            (self.shop.root / new).parent.mkdir(parents=True, exist_ok=True)
            os.rename(self.shop.root / old, self.shop.root / new)

    @rule(path=st.sampled_from(IGNORED), content=st.sampled_from(CONTENTS))
    def write_ignored(self, path: str, content: str) -> None:
        self._put_ignored(path, content)

    @rule(path=st.sampled_from(IGNORED))
    def delete_ignored(self, path: str) -> None:
        if self.model.ignored.pop(path, None) is not None:
            os.unlink(self.shop.root / path)

    @rule(name=st.sampled_from((*DECLARED, *EVERYBODY)), value=st.sampled_from(("", "C", "UTC", None)))
    def variable(self, name: str, value: str | None) -> None:
        for variables in (self.model.variables, self.shop.variables):
            variables.pop(name, None)
            if value is not None:
                variables[name] = value

    @rule(name=st.sampled_from([*(program.name for program in PROGRAMS), "python", "package", "node", "modules"]), number=st.integers(0, 2))
    def build(self, name: str, number: int) -> None:
        self._build(name, number)

    @rule(name=st.sampled_from(NAMES), version=st.integers(0, 2))
    def command(self, name: str, version: int) -> None:
        if name in self.model.checks:
            self.model.checks[name] = replace(self.model.checks[name], version=version)

    # Edits that never matter.

    @rule(name=st.sampled_from(NOBODY), value=st.sampled_from(("x", "y")))
    def strange_variable(self, name: str, value: str) -> None:
        self.shop.variables[name] = value

    @rule(path=st.sampled_from(FILES), seconds=st.integers(1, 10**9))
    def touch(self, path: str, seconds: int) -> None:
        if path in self.model.files:
            os.utime(self.shop.root / path, (seconds, seconds))

    @rule()
    def commit(self) -> None:
        self.shop.commit()

    @rule(path=st.sampled_from(FILES))
    def stage(self, path: str) -> None:
        if path in self.model.files:
            self.shop.git("add", "--", path)

    @rule()
    def unstage(self) -> None:
        self.shop.git("rm", "-r", "-q", "--cached", "--ignore-unmatch", ".")

    @rule(number=st.integers(0, 2))
    def install_what_nobody_calls(self, number: int) -> None:
        self.shop.program("nobody-calls-this", f"#!/bin/sh\n# {number}\n")

    @rule()
    def move_an_output(self) -> None:
        for path in self.shop.root.glob("out-*"):
            path.write_text("spoilt by hand")

    @precondition(lambda self: self.model.checks)
    @invariant()
    def exactly_the_checks_concerned_run(self) -> None:
        expected = self.model.unproved()
        ran = self.shop.run({name: self._check(check) for name, check in self.model.checks.items()})
        logged = self.shop.logged()
        assert logged == sorted(expected), f"{logged} ran, {sorted(expected)} had to:\n{ran.why()}"
        assert ran.ran == expected, ran.why()
        assert ran.green, ran.why()
        self.model.learn()

    def _check(self, check: Drawn) -> Check:
        output = f"out-{check.name}"
        make = f" && echo {check.name} {check.version} > {output}" if check.makes else ""
        local = ".venv/bin/" if check.program.name == "inside" else ""
        return Check(
            name=check.name, run=f"{local}{check.program.name} {check.name} {check.version}{make}", inputs=check.inputs.globs, env=tuple(sorted(check.env)),
            needs=tuple(sorted(check.needs)), outputs=(output,) if check.makes else (), stage=Stage.FAST,
        )  # fmt: skip

    def _put(self, path: str, content: str, executable: bool = False) -> None:
        self.shop.write(path, content, executable)
        self.model.files[path] = (content, executable)

    def _put_ignored(self, path: str, content: str) -> None:
        self.shop.write(path, content)
        self.model.ignored[path] = content

    def _build(self, name: str, number: int) -> None:
        """One program, interpreter, distribution or installed folder in one of its builds."""
        self.model.builds[name] = number
        root = self.shop.root
        script = f'#!/bin/sh\n# build {number}\necho "$1" >> {self.shop.log}\n'
        match name:
            case "inside":
                put(root / ".venv/bin/inside", script.replace("/bin/sh", f"{root}/.venv/bin/python"), executable=True)
            case "python":  # the kernel starts a script by a script; `sh` reads what it is given
                put(root / ".venv/bin/python", f'#!/bin/sh\n# build {number}\n. "$@"\n'.replace('. "$@"', 'exec /bin/sh "$@"'), executable=True)
                put(root / ".venv/pyvenv.cfg", "home = nowhere\n")
            case "package":
                site = root / ".venv/lib/python3.11/site-packages"
                shutil.rmtree(site, ignore_errors=True)
                put(site / f"thing-1.{number}.dist-info/RECORD", "thing/__init__.py,sha256=abc,3\n")
            case "modules":
                put(root / "node_modules/.package-lock.json", f'{{"build": {number}}}')
            case _:
                self.shop.program(name, script)


Edits.TestCase.settings = settings(examples=20, thorough=300, steps=12)
TestEdits = Edits.TestCase
