"""The parsers on outputs that the tools printed, recorded with the versions in npm/package.json."""

from pathlib import Path

import pytest

from .clock import NotMeasuredError
from .replayed import Told, all_replayed, moon, none_replayed, nx, turbo, wireit

RECORDED = Path(__file__).parent / "recorded"
PARSERS = {"turbo": turbo, "wireit": wireit, "moon": moon, "nx": nx}


@pytest.mark.parametrize(
    ("file", "told"),
    [
        pytest.param("turbo-warm", Told(replayed=2, total=2), id="turbo: all from its cache"),
        pytest.param("turbo-cold", Told(replayed=0, total=2), id="turbo: forced to run"),
        pytest.param("wireit-warm", Told(replayed=8, total=8), id="wireit: all skipped"),
        pytest.param("wireit-half", Told(replayed=7, total=8), id="wireit: `1 script` in the singular"),
        pytest.param("moon-warm", Told(replayed=2, total=2), id="moon: all from its cache"),
        pytest.param("moon-half", Told(replayed=1, total=2), id="moon: one of two"),
        pytest.param("moon-cold", Told(replayed=0, total=2), id="moon: no bracket when nothing was cached"),
        pytest.param("nx-warm", Told(replayed=2, total=2), id="nx: all from its cache"),
    ],
)
def test_each_tool_is_taken_at_its_word(file: str, told: Told) -> None:
    out = (RECORDED / f"{file}.txt").read_text()
    assert PARSERS[file.split("-", maxsplit=1)[0]](out) == told


@pytest.mark.parametrize(
    ("tool", "out"),
    [
        pytest.param("nx", (RECORDED / "nx-cold.txt").read_text(), id="nx names no number when its cache was off"),
        pytest.param("turbo", "  x Invalid turbo.json configuration\n", id="an error has no closing line"),
        pytest.param("moon", "", id="nothing was printed"),
        pytest.param("wireit", "Ran 0 scripts and skipped 8 in 1s.\n" * 2, id="two closing lines: which one counts?"),
    ],
)
def test_an_output_without_its_closing_line_is_no_measurement(tool: str, out: str) -> None:
    with pytest.raises(NotMeasuredError):
        PARSERS[tool](out)


def test_colours_do_not_hide_the_closing_line() -> None:
    assert turbo("\x1b[1mCached:    \x1b[0m8 cached, 8 total\n") == Told(replayed=8, total=8)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(Told(replayed=7, total=8), id="one ran"),
        pytest.param(Told(replayed=7, total=7), id="one was not there"),
        pytest.param(Told(replayed=9, total=9), id="one too many"),
    ],
)
def test_a_run_that_did_not_replay_everything_is_refused(told: Told) -> None:
    with pytest.raises(NotMeasuredError, match="expected 8 of 8"):
        all_replayed("tool", told, 8)


def test_a_cold_run_that_replayed_something_is_refused() -> None:
    none_replayed("tool", Told(replayed=0, total=8), 8)
    with pytest.raises(NotMeasuredError, match="expected 0 of 8"):
        none_replayed("tool", Told(replayed=1, total=8), 8)
