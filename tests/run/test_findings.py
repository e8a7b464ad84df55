"""What a tool said is read when its check ends, kept with its record, and told again when it is replayed."""

from __future__ import annotations

import json
import os

import pytest

from ftaction.model.check import OnChange, Stage
from ftaction.model.finding import Finding, Level, Source
from ftaction.run.findings import MOST
from tests.support.rig import Rig, check, config, decisions, result

MYPY = (Source("reader", "mypy"),)
SAID = (
    'src/a.py:3: error: bad  [misc]\nelsewhere.py:1: error: of no file here  [misc]\nsrc/a.py:1: note: only so\nsrc/a.py:3:2: error: "text" too  [arg-type]\n'
)
FOUND = (
    Finding("src/a.py", 3, Level.ERROR, "bad", rule="misc"),
    Finding("", 0, Level.ERROR, "elsewhere.py:1: of no file here", rule="misc"),
    Finding("src/a.py", 3, Level.ERROR, '"text" too', column=2, rule="arg-type"),
    Finding("src/a.py", 1, Level.NOTICE, "only so"),
)


@pytest.fixture
def said(rig: Rig) -> Rig:
    rig.repository.write_all({"src/a.py": "1\n2\n3\n", "said.txt": SAID})
    rig.repository.commit()
    return rig


def test_errors_come_first_and_paths_are_those_of_the_repository(said: Rig) -> None:
    report = said.run(config(check("types", "cat said.txt; exit 1", findings=MYPY)))
    assert result(report, "types").findings == FOUND


def test_nothing_is_an_error_in_a_check_that_passed_and_a_replay_says_the_same(said: Rig) -> None:
    checks = config(check("types", "cat said.txt", findings=MYPY))
    first = result(said.run(checks), "types")
    assert first.findings == tuple(one._replace(level=Level.WARNING if one.level is Level.ERROR else one.level) for one in FOUND)
    for beside in ([], [check("other", "true")]):
        again = said.run(config(*checks.checks.values(), *beside))
        assert decisions(again)["types"] == "Replay"
        assert result(again, "types").findings == first.findings


def test_a_replay_of_a_failure_says_what_it_said(said: Rig) -> None:
    checks = config(check("types", "cat said.txt; exit 1", findings=MYPY))
    said.run(checks)
    again = said.run(checks, replay_failures=True)
    assert decisions(again) == {"types": "Replay"}
    assert result(again, "types").findings == FOUND


def test_findings_that_are_lost_or_damaged_take_nothing_else_with_them(said: Rig) -> None:
    checks = config(check("types", "cat said.txt", findings=MYPY))
    said.run(checks)
    blobs = [path for path in said.store_folder.glob("cas/**/*") if path.is_file() and b'"unread"' in _plain(path.read_bytes())]
    assert len(blobs) == 1
    blobs[0].write_bytes(b"damaged")
    again = said.run(checks)
    assert decisions(again) == {"types": "Replay"}
    assert result(again, "types").findings == ()


def _plain(content: bytes) -> bytes:
    import zstandard

    return zstandard.decompress(content, max_output_size=1 << 20) if content.startswith(b"\x28\xb5\x2f\xfd") else content


def test_an_empty_list_reads_nothing(said: Rig) -> None:
    assert result(said.run(config(check("types", "cat said.txt; exit 1", findings=[]))), "types").findings == ()


def test_what_fails_is_read_by_its_sign_where_nobody_knows_the_tool_and_what_passes_is_not(said: Rig) -> None:
    report = said.run(config(check("make", "cat said.txt; exit 1"), check("fine", "cat said.txt")))
    assert result(report, "make").findings == FOUND
    assert result(report, "fine").findings == ()


def test_a_secret_is_in_no_finding(said: Rig) -> None:
    said.variables["MY_TOKEN"] = "s3cr3t-value"
    command = 'echo "src/a.py:1: error: $MY_TOKEN leaked  [misc]"; exit 1'
    report = said.run(config(check("types", command, env=("MY_TOKEN",), findings=MYPY)))
    assert [one.message for one in result(report, "types").findings] == ["*** leaked"]


def test_of_very_many_the_first_are_kept_errors_before_the_rest_and_the_rest_is_counted(said: Rig) -> None:
    lines = [f"src/a.py:{number}: {'note' if number % 2 else 'error'}: number {number}" for number in range(1, 2 * MOST + 201)]
    said.repository.write("said.txt", "\n".join(lines))
    report = said.run(config(check("types", "cat said.txt; exit 1", findings=MYPY)))
    found = result(report, "types")
    assert (len(found.findings), found.unread) == (MOST, MOST + 200)
    assert {one.level for one in found.findings} == {Level.ERROR}


def test_what_would_hide_text_or_move_a_cursor_is_taken_out_and_what_is_long_is_cut(said: Rig) -> None:
    said.repository.write("said.txt", f"src/a.py:1: error: \x1b[31mred\x1b[0m \u202ertl {'x' * 5000}\n")
    (found,) = result(said.run(config(check("types", "cat said.txt; exit 1", findings=MYPY))), "types").findings
    assert found.message.startswith("red rtl xxx")
    assert len(found.message) == 2001


def test_lines_that_were_touched_are_told(said: Rig) -> None:
    said.repository.write("src/a.py", "1\n2\n3\nnew\n")
    asked: list[set[str]] = []

    def lines(_changes: object, paths: object) -> dict[str, tuple[tuple[int, int], ...]]:
        asked.append(set(paths))  # type: ignore[call-overload]  # a collection of paths
        return {"src/a.py": ((4, 4),)}

    world = said.world()._replace(lines=lines)
    from ftaction import app
    from ftaction.model.run import Request

    report = app.run(world, config(check("types", "cat said.txt; exit 1", findings=MYPY)), Request())
    assert asked == [{"src/a.py"}]
    assert report.lines == {"src/a.py": ((4, 4),)}


def test_history_is_of_earlier_runs_alone(said: Rig) -> None:
    checks = config(check("types", "cat said.txt; exit 1"))
    assert said.run(checks).history == {"types": ()}
    (earlier,) = said.run(checks).history["types"]
    assert (earlier.passed, earlier.here) == (False, True)
    assert json.dumps(earlier)


def test_what_stands_at_either_end_of_a_very_long_log_is_found(said: Rig) -> None:
    noise = "(yes 'noise that no reader knows' || true) | head -c 200000000"
    command = f"echo 'src/a.py:1: error: at the beginning  [misc]'; {noise}; echo; echo 'src/a.py:3: error: at the end  [misc]'; exit 1"
    found = result(said.run(config(check("types", command, findings=MYPY))), "types")
    assert [one.message for one in found.findings] == ["at the beginning", "at the end"]
    os.unlink(found.log)


_CASE = '<testcase classname="t" name="one" file="src/a.py" line="2"><failure message="no">trace</failure></testcase>'
_PLACE = {"physicalLocation": {"artifactLocation": {"uri": "src/a.py"}, "region": {"startLine": 2}}}
_RESULTS = [{"ruleId": "R1", "level": "error", "message": {"text": "no"}, "locations": [_PLACE]}]
WRITTEN = [
    ("junit", "out/*.xml", f"<testsuite>{_CASE}</testsuite>"),
    ("sarif", "out/a.sarif", json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "t"}}, "results": _RESULTS}]})),
]


@pytest.mark.parametrize(("kind", "glob", "content"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_files_that_the_check_writes(said: Rig, kind: str, glob: str, content: str) -> None:
    path = glob.replace("*", "report")
    said.repository.write_all({".gitignore": "out\n", "content": content})
    write = check("test", f"mkdir -p out; cat content > {path}; exit 1", findings=(Source(kind, glob),))
    (one,) = result(said.run(config(write)), "test").findings
    assert (one.path, one.level, "no" in one.message) == ("src/a.py", Level.ERROR, True)
    older = check("test", "exit 1", findings=(Source(kind, glob),))
    os.utime(said.repository.root / path, (1, 1))
    assert result(said.run(config(older)), "test").findings == (), "what an earlier run wrote says nothing of this one"


def test_a_file_that_is_no_such_file_is_told_and_fails_nothing(said: Rig) -> None:
    said.repository.write_all({"matcher.json": "{", "bad.xml": "<a>"})
    sources = (Source("matcher", "matcher.json"), Source("junit", "bad.xml"), Source("sarif", "../outside.sarif"), Source("reader", "mypy"))
    report = said.run(config(check("types", "touch bad.xml; cat said.txt", findings=sources)))
    found = result(report, "types")
    assert [one.message.partition(":")[0] for one in found.findings if "can't be read" in one.message] == ["can't be read as matcher", "can't be read as junit"]
    assert len(found.findings) == len(FOUND) + 2


def test_a_matcher_of_githubs_own_format(said: Rig) -> None:
    pattern = {"regexp": r"^(.+)\|(\d+)\|(.+)$", "file": 1, "line": 2, "message": 3}
    said.repository.write("matcher.json", json.dumps({"problemMatcher": [{"owner": "house", "severity": "error", "pattern": [pattern]}]}))
    report = said.run(config(check("types", "echo 'src/a.py|2|house style'; exit 1", findings=(Source("matcher", "matcher.json"),))))
    (one,) = result(report, "types").findings
    assert (one.path, one.line, one.message, one.level) == ("src/a.py", 2, "house style", Level.ERROR)


def test_what_a_mutating_check_changes_is_told_where_and_how(said: Rig) -> None:
    format_ = check("format", "sed -i s/2/two/ src/a.py; echo new > added.py", stage=Stage.MUTATING, on_change=OnChange.FAIL)
    found = {one.path: one for one in result(said.run(config(format_)), "format").findings}
    assert (found["src/a.py"].line, found["src/a.py"].level, found["src/a.py"].message) == (2, Level.ERROR, "format changes this")
    assert found["src/a.py"].detail == "@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3"
    assert "added.py" not in found, "a new file has no line to stand at"
    fine = format_._replace(on_change=OnChange.KEEP)
    assert result(said.run(config(fine)), "format").findings == ()
