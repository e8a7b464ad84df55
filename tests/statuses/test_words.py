"""What a check run says, as a whole and at its limits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftaction.model.ending import CouldNotStart, Failed
from ftaction.model.finding import Finding, Level
from ftaction.report.check_runs import annotations, ended, run_name
from tests.report.pages import kinds, links, rendered
from tests.report.runs import MAIN, RUNS, STRANGE, replayed, report, result
from tests.statuses.scene import NOW, RUN, findings
from tests.support.golden import Golden


@pytest.mark.parametrize("name", RUNS)
def test_check_runs(name: str, golden: Golden) -> None:
    runs = [ended(run_name("FirstTry", one.check), one, RUN, NOW) for one in RUNS[name].results]
    golden(f"check-runs-{name}.md", "\n".join(f"# {run.name}\n\n{run.conclusion}: {run.title}\n\n{run.summary}\n" for run in runs))


NAMES = [
    (("FirstTry", "lint", ""), "FirstTry / lint", "the name to require"),
    (("FirstTry", "lint", "3.12, ubuntu"), "FirstTry / lint (3.12, ubuntu)", "as GitHub names a job of a matrix"),
    (("FirstTry", "", ""), "FirstTry", "of the whole run"),
    (("FirstTry", "", "3.12"), "FirstTry (3.12)", "of the whole run in a matrix"),
    (("linux checks", "test:unit", ""), "linux checks / test:unit", "a prefix of one's own"),
]


@pytest.mark.parametrize(("given", "name", "reason"), NAMES, ids=[row[2] for row in NAMES])
def test_a_name(given: tuple[str, str, str], name: str, reason: str) -> None:
    assert run_name(*given) == name


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=300), min_size=2, max_size=2, unique=True))
def test_two_checks_never_share_a_name(names: list[str]) -> None:
    first, second = (run_name("FirstTry", name) for name in names)
    assert first != second
    assert max(len(first), len(second)) <= 255
    assert first.isprintable()
    assert first == " ".join(first.split())


PLACES: list[tuple[str, dict[str, object], tuple[int, ...] | None]] = [
    ("a line", {"line": 3}, (3, 3, 0, 0)),
    ("a column", {"line": 3, "column": 4}, (3, 3, 4, 4)),
    ("columns", {"line": 3, "column": 4, "end_column": 9}, (3, 3, 4, 9)),
    ("columns the wrong way round", {"line": 3, "column": 4, "end_column": 2}, (3, 3, 4, 4)),
    ("several lines have no columns", {"line": 3, "end_line": 5, "column": 4, "end_column": 2}, (3, 5, 0, 0)),
    ("lines the wrong way round", {"line": 3, "end_line": 1}, (3, 3, 0, 0)),
    ("an end column alone", {"line": 3, "end_column": 2}, (3, 3, 0, 0)),
    ("more than any file has", {"line": 3, "end_line": 1 << 40, "column": 1 << 40}, (3, (1 << 31) - 1, 0, 0)),
    ("no line", {"line": 0}, None),
    ("a line that is none", {"line": 1 << 40}, None),
    ("no file", {"line": 3, "path": ""}, None),
    ("a file that is not the repository's", {"line": 3, "path": "/usr/lib/a.py"}, None),
    ("above the repository", {"line": 3, "path": "../a.py"}, None),
    ("a name that JSON can't hold", {"line": 3, "path": "\udcff.py"}, None),
    ("a name with a line break", {"line": 3, "path": "a\nb.py"}, None),
]


@pytest.mark.parametrize(("of", "place"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES])
def test_where_an_annotation_stands(of: dict[str, object], place: tuple[int, ...] | None) -> None:
    found = annotations(result("lint"), findings(1, **of))
    assert [(one.start_line, one.end_line, one.start_column, one.end_column) for one in found] == ([place] if place else [])


def test_what_matters_comes_first() -> None:
    """Errors before warnings, then what is on lines that were touched, then as the tool has it."""
    levels = {1: Level.NOTICE, 2: Level.ERROR, 3: Level.WARNING, 4: Level.NOTICE, 5: Level.ERROR}
    one = result("lint", findings=tuple(Finding("a", line, level, "m") for line, level in levels.items()))
    found = ended("n", one, RUN, NOW, report(one, lines={"a": ((4, 5),), "b": ((1, 9),)})).annotations
    assert [(one.start_line, one.annotation_level) for one in found] == [(5, "failure"), (2, "failure"), (3, "warning"), (4, "notice"), (1, "notice")]


def test_long_texts_are_cut() -> None:
    (one,) = annotations(result("c" * 300), findings(1, message="é" * 100_000, detail="\x1b[31mx\n" * 100_000, rule="r" * 300))
    assert (len(one.title), len(one.message.encode()) <= 8_003, len(one.raw_details.encode()) <= 16_003) == (255, True, True)
    assert "\x1b" not in one.raw_details
    run = ended("n" * 255, result("x", ending=CouldNotStart("p" * 100_000), findings=findings(1000, path="", message="m" * 1000)), RUN, NOW)
    assert (len(run.title), len(run.summary) < 65_535) == (255, True)


def test_it_leads_to_the_run_that_proved_it() -> None:
    assert links(rendered(ended("n", replayed("lint"), RUN, NOW).summary)) == [MAIN.run, RUN]
    assert links(rendered(ended("n", replayed("lint", origin=MAIN._replace(run="javascript:alert(1)")), "", NOW).summary)) == []


@pytest.mark.parametrize("one", STRANGE.results, ids=range(len(STRANGE.results)))
def test_hostile_texts_stay_texts(one: object) -> None:
    assert isinstance(one, type(STRANGE.results[0]))
    run = ended("n", one._replace(ending=Failed(1), findings=findings(3, path="", message=one.check)), RUN, NOW)
    tokens = rendered(run.summary)
    allowed = {"paragraph", "bullet_list", "list_item", "link"}
    assert kinds(tokens) <= {f"{name}_{end}" for name in allowed for end in ("open", "close")} | {"inline", "text", "text_special", "softbreak"}
    assert run.title.isprintable()
