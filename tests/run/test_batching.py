"""Commands that share a shell: each has its own output, status and time, whatever the batch size and whatever the one before did."""

import shlex
import sys
from pathlib import Path

import pytest

from ftaction.model.ending import CouldNotStart, Ending, Failed, Passed, TimedOut
from tests.support.gates import Gates
from tests.support.rig import Rig, check, config, endings, log

Command = str | list[str]

ODD = ["", " ", "$HOME", "`id`", "a'b", 'a"b', "a\\b", "*", "a\nb", "-n", "é", ";", "&", "#"]
COMMANDS: list[tuple[str, Command, Ending, str]] = [
    ("nothing", "true", Passed(), ""),
    ("exit", "echo before; exit 7; echo after", Failed(7), "before\n"),
    ("exit 0", "exit 0; false", Passed(), ""),
    ("cd", "cd folder && ls", Passed(), "c.txt\n"),
    ("pwd after cd", 'test "$PWD" = "$(pwd)" && ls a.txt', Passed(), "a.txt\n"),
    ("export", "export LEAK=1 PATH=/nowhere; echo $LEAK", Passed(), "1\n"),
    ("no export", 'echo "leak=${LEAK-}"; ls a.txt', Passed(), "leak=\na.txt\n"),
    ("set", "set -f +e; shopt -s extglob; false; echo *; exit 5", Failed(5), "*\n"),
    ("options", 'echo "$-" | tr -d c; shopt -q extglob || echo plain', Passed(), "ehB\nplain\n"),
    ("unset", "unset PATH HOME; umask 077; ulimit -c 0", Passed(), ""),
    ("umask", "umask", Passed(), "0022\n"),
    ("exec", "exec echo replaced; echo never", Passed(), "replaced\n"),
    ("exec redirect", "exec >/dev/null 2>&1; echo unseen", Passed(), ""),
    ("trap", "trap 'echo trapped' EXIT; echo body", Passed(), "body\ntrapped\n"),
    ("failing trap", "trap 'exit 9' EXIT; true", Failed(9), ""),
    ("function", "echo() { command echo mine; }; wait() { :; }; echo", Passed(), "mine\n"),
    ("alias", "shopt -s expand_aliases\nalias wait=true\necho done", Passed(), "done\n"),
    ("reads input", "cat; read -r line || echo no input", Passed(), "no input\n"),
    ("closes descriptors", "exec 0<&- 3>&- 4>&- 10>&-; echo closed", Passed(), "closed\n"),
    ("closes output", "exec 1>&- 2>&-; true", Passed(), ""),
    ("descriptors above", "echo end 0 >&3", Failed(1), "bash: line 1: 3: Bad file descriptor\n"),
    ("signal", "kill -TERM $$", Failed(143), ""),
    ("kill", "kill -KILL $$", Failed(137), ""),
    ("abort", [sys.executable, "-c", "import os; os.abort()"], Failed(134), ""),
    ("first line fails", "echo one\nfalse\necho two", Failed(1), "one\n"),
    ("pipe fails", "false | cat", Failed(1), ""),
    ("last line passes", "false || true", Passed(), ""),
    ("lines", "x=1\nif test $x = 1; then\n  echo yes\nfi\ncat <<'EOF'\n$x\nEOF", Passed(), "yes\n$x\n"),
    ("no such program", "no-such-program-anywhere", Failed(127), "bash: line 1: no-such-program-anywhere: command not found\n"),
    ("syntax", "if true; then", Failed(2), ""),
    ("a bracket too many", "true )", Failed(2), ""),
    ("long", "echo " + "x" * 100_000, Passed(), "x" * 100_000 + "\n"),
    ("many lines", "\n".join(["true"] * 5_000) + "\necho end", Passed(), "end\n"),
    ("arguments", ["printf", "%s|", *ODD], Passed(), "|".join(ODD) + "|"),
    ("no such argument", ["no-such-program"], Failed(127), ""),
    ("arguments like options", ["-l"], Failed(127), ""),
    ("a program like an assignment", ["A=1"], Failed(127), ""),
    ("background", "echo fore; (trap '' HUP; exec cat /dev/zero >/dev/null) &", Passed(), "fore\n"),
    ("status of the end", "(exit 300)", Failed(44), ""),
]  # fmt: skip
UNTOLD = {"syntax", "a bracket too many", "no such argument", "arguments like options", "a program like an assignment"}
"""Their output is bash's wording, or holds a path of this machine."""


@pytest.mark.parametrize("batch_size", [1, 2, 8])
@pytest.mark.parametrize("slots", [1, 3])
def test_each_command_is_its_own(rig: Rig, batch_size: int, slots: int) -> None:
    checks = [check(name, run, inputs=["a.txt"]) for name, run, _, _ in COMMANDS]
    report = rig.run(config(*checks, batch_size=batch_size, max_workers=slots, fail_fast="never", sequential_fallback=False))
    assert endings(report) == {name: ending for name, _, ending, _ in COMMANDS}
    found = {name: log(report, name).replace("/usr/bin/bash", "bash") for name, *_ in COMMANDS if name not in UNTOLD}
    assert found == {name: text for name, _, _, text in COMMANDS if name not in UNTOLD}
    assert all(0 <= one.seconds < 60 for one in report.results)


@pytest.mark.parametrize("batch_size", [1, 2, 8])
def test_a_command_that_takes_too_long_harms_only_itself(rig: Rig, gates: Gates, batch_size: int) -> None:
    checks = [
        check("a", "echo a"),
        check("b", gates.command("b", before="echo b"), timeout=0.3, needs=["a"]),
        check("c", "echo c; exit 3", locks=["x"]),
        check("d", "echo d"),
    ]
    report = rig.run(config(*checks, batch_size=batch_size, max_workers=1, fail_fast="never"))
    assert endings(report) == {"a": Passed(), "b": TimedOut(0.3), "c": Failed(3), "d": Passed()}
    assert {name: log(report, name) for name in "abcd"} == {name: f"{name}\n" for name in "abcd"}


@pytest.mark.parametrize("batch_size", [1, 2, 8])
@pytest.mark.parametrize("number", ["TERM", "KILL", "HUP", "STOP"])
def test_a_command_that_ends_its_shell_harms_only_itself(rig: Rig, batch_size: int, number: str) -> None:
    checks = [check("a", "true"), check("b", f"kill -{number} $PPID; echo b; sleep 60", timeout=1.5), check("c", "echo c"), check("d", "exit 4")]
    report = rig.run(config(*checks, batch_size=batch_size, max_workers=1, fail_fast="never"))
    found = endings(report)
    assert isinstance(found.pop("b"), CouldNotStart | TimedOut)
    assert found == {"a": Passed(), "c": Passed(), "d": Failed(4)}
    assert log(report, "c") == "c\n"


@pytest.mark.parametrize("batch_size", [1, 8])
def test_what_a_command_leaves_behind_does_not_end_the_next(rig: Rig, batch_size: int, tmp_path: Path) -> None:
    """A daemon of the first ends the shell while the second runs in it: the second is run again in a shell of its own."""
    daemon = f"echo > {tmp_path}/ready; read -r shell < {tmp_path}/pipe; kill -KILL $shell"
    begin = f"mkfifo {tmp_path}/pipe {tmp_path}/ready; setsid --fork bash -c {shlex.quote(daemon)} >/dev/null 2>&1; read -r < {tmp_path}/ready"
    second = f"if test -e {tmp_path}/once; then echo again; exit 0; fi; touch {tmp_path}/once; echo $PPID > {tmp_path}/pipe; exec sleep 60"
    checks = [check("first", begin), check("second", second, needs=["first"])]
    report = rig.run(config(*checks, batch_size=batch_size, max_workers=1, fail_fast="never"))
    lost = CouldNotStart("the shell that ran it was ended from outside, so its status is not known")
    assert endings(report) == {"first": Passed(), "second": Passed() if batch_size == 8 else lost}


def test_the_folder_is_where_the_check_says(rig: Rig) -> None:
    checks = [check("in", "ls", working_directory="folder"), check("gone", "ls", working_directory="nowhere"), check("after", "ls a.txt")]
    report = rig.run(config(*checks, max_workers=1, fail_fast="never"))
    assert endings(report) == {"in": Passed(), "gone": CouldNotStart("its working folder is not there"), "after": Passed()}
    assert log(report, "in") == "c.txt\n"


def test_variables_that_steer_bash_do_not_reach_the_shell_around(rig: Rig) -> None:
    rig.variables |= {"SHELLOPTS": "errexit:nounset", "CDPATH": str(rig.repository.root), "BASH_ENV": "/nowhere"}
    checks = [check("a", "exit 3", env=["SHELLOPTS", "CDPATH", "BASH_ENV"]), check("b", "echo $BASH_ENV", env=["SHELLOPTS", "CDPATH", "BASH_ENV"])]
    report = rig.run(config(*checks, max_workers=1, fail_fast="never"))
    assert endings(report) == {"a": Failed(3), "b": Passed()}
    assert "/nowhere\n" in log(report, "b")
