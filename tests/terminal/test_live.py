"""The live view, judged on a screen after each step: nothing is left over, nothing is shown that is not so."""

import pytest

from ftaction.model.ending import Failed, Passed
from ftaction.model.plan import Replay
from ftaction.model.run import Move
from ftaction.report.columns import cut
from tests.report.runs import HOSTILE, RECORD, REPLAYED
from tests.support.golden import Golden
from tests.terminal.screens import Terminal


def test_a_run_from_its_beginning_to_its_end(golden: Golden) -> None:
    """Each picture stands in the golden file, with what happened before it."""
    terminal, pictures = Terminal(60, 10), []
    times = {"build": 12.0, "lint": 1.0, "slow": 30.0}

    def picture(title: str) -> None:
        pictures.append(f"── {title} ──\n" + "\n".join(terminal.rows))

    terminal.begin(["build", "lint", "types"], ["slow", "later"], expected=times.get)
    picture("planned")
    terminal.live.started("build")
    terminal.live.started("lint")
    terminal.after(1.5)
    picture("two run")
    terminal.end("lint", 1.5)
    terminal.live.started("types")
    terminal.after(1.5)
    picture("one has ended, one was never seen")
    terminal.after(10.0)
    picture("one takes longer than expected")
    terminal.end("build", 13.0, Failed(1))
    terminal.live.again("types")
    terminal.after(0.1)
    picture("nothing runs, and nothing is shown as running")
    terminal.live.started("types")
    terminal.live.moving(Move("outputs", "deps"))
    terminal.after(1.0)
    terminal.live.moving(Move("outputs", "deps", size=12_300_000))
    terminal.after(1.0)
    picture("alone, beside what is put back")
    terminal.live.moving(Move("outputs", "deps", size=12_300_000, ended=True))
    terminal.end("types", 2.0)
    terminal.plan(1)
    terminal.live.started("slow")
    terminal.after(5.0)
    picture("the next group")
    terminal.end("slow", 5.0)
    terminal.end("later", 0.0)
    terminal.live.moving(Move("memory", "", saved=True))
    terminal.after(1.0)
    picture("saved")
    terminal.live.done(REPLAYED)
    picture("done")
    golden("live.txt", "\n\n".join(pictures) + "\n")
    assert not terminal.cursor_hidden


def test_a_run_that_replays_everything_moves_no_cursor() -> None:
    terminal = Terminal()
    terminal.begin(["a", "b"])
    terminal.plan(0, a=Replay(RECORD), b=Replay(RECORD))
    terminal.after(0.1)
    terminal.live.done(REPLAYED)
    assert len(terminal.rows) == 2
    assert "\x1b" not in "".join(terminal.writes)


def test_each_frame_is_one_write_and_the_same_frame_none() -> None:
    terminal = Terminal()
    terminal.begin(["a", "b"])
    terminal.live.started("a")
    before = len(terminal.writes)
    terminal.live.tick()
    assert len(terminal.writes) == before, "nothing changed"
    terminal.after(1.0)
    assert len(terminal.writes) == before + 1
    terminal.end("a")
    assert len(terminal.writes) == before + 2, "what ended and what is below it"
    for text in terminal.writes:
        assert (text.count("\x1b[?2026h"), text.count("\x1b[?2026l")) == (1, 1)
        assert text.startswith("\x1b[?2026h")
        assert text.endswith("\x1b[?2026l")
    assert terminal.screen.mode >= {7 << 5}, "lines wrap again"


def test_only_rows_that_changed_are_written_again() -> None:
    terminal = Terminal()
    terminal.begin(["a", "b", "c"])
    terminal.live.started("a")
    terminal.after(70.0)
    terminal.live.started("b")
    terminal.after(0.3)
    assert "waiting" not in terminal.writes[-1]
    assert terminal.rows == ["run  a  1 m 10 s", "run  b  300 ms", "     1 check waiting", "     0 of 3 checks, 1 m 10 s"]


@pytest.mark.parametrize("lines", [1, 2, 3, 5, 24])
def test_more_run_than_the_screen_has_lines(lines: int) -> None:
    terminal = Terminal(50, lines)
    names = [f"check {number}" for number in range(200)]
    terminal.begin(names, slots=200)
    for name in names:
        terminal.live.started(name)
    for number, name in enumerate(names):
        terminal.after(1.0)
        assert len(terminal.rows) <= max(1, lines)
        if lines > 2:
            shown = sum(row.startswith("run  ") for row in terminal.rows)
            counted = [row for row in terminal.rows if row.endswith(" running")]
            assert shown + sum(int(row.split()[0]) for row in counted) == 200 - number
        terminal.end(name)
    terminal.live.close()
    above = ["".join(line[column].data for column in range(50)).rstrip() for line in terminal.screen.history.top]
    seen = [*above, *terminal.rows] if lines > 1 else above
    assert [row for row in seen if row] == [f"ok   {name}  passed  1.0 s" for name in names], "all that ended stays, once, and nothing else does"


WIDE = {
    "two columns a character": "検査" * 30,
    "marks that take none": "e\u0301" * 60,
    "pictures": "👩🏽‍🚀" * 20,
    "a picture of a plain sign": "❤\ufe0f" * 40,
    "from right to left": "\u202e\u05d0\u05d1\u05d2",
    "what moves a cursor": "\x1b[2J\x1b[31m\r\n\x07\b\x9b5A",
    "halves of a pair": "\udcff\ud800",
    "everything": HOSTILE,
    "long": "x" * 500,
}


@pytest.mark.parametrize("name", WIDE.values(), ids=WIDE)
@pytest.mark.parametrize("columns", [12, 40, 80])
def test_names_that_are_wide_or_hostile(name: str, columns: int) -> None:
    """Each row stays one row, so that drawing it again and again leaves nothing over."""
    terminal = Terminal(columns, 6)
    terminal.begin([name, "plain", "third"])
    terminal.live.started(name)
    terminal.live.started("plain")
    for _ in range(5):
        terminal.after(0.5)
        assert len(terminal.rows) == (3 if terminal.now < 102 else 4)
        assert terminal.rows[1].startswith("run  plain")
    terminal.live.close()
    assert terminal.rows == [""]


@pytest.mark.parametrize("breaks", [True, False], ids=["breaks lines", "cuts lines"])
@pytest.mark.parametrize(("columns", "lines"), [(40, 24), (20, 24), (120, 24), (80, 6), (80, 4), (30, 6), (30, 5), (120, 50)])
def test_the_window_gets_another_size(columns: int, lines: int, breaks: bool) -> None:
    """Nothing is left over, whether it breaks lines that no longer fit or cuts them; what ended last still stands above."""
    terminal = Terminal(80, 24)
    terminal.begin(["first", "a" * 60, "b" * 60, "c", "d"])
    terminal.live.started("first")
    terminal.end("first")
    terminal.live.started("a" * 60)
    terminal.live.started("b" * 60)
    terminal.after(3.0)
    terminal.resize(columns, lines, breaks=breaks)
    for seconds in range(4, 8):
        terminal.after(1.0)
        rows = terminal.rows
        running = [row for row in rows if row.startswith("run  ") and row.endswith(f"  {seconds}.0 s")]
        ended = ["ok   first  passed  1.0 s"[:columns].rstrip(), "ok   first  passed  1.0 s"[columns:]] if lines > 5 else []
        live = running if lines > 4 else ["     2 running"]
        assert [row for row in rows if row] == [*filter(None, ended), *live, cut("     2 checks waiting", columns - 1), rows[-1]]
        assert len(running) == (2 if lines > 4 else 0)
        assert rows[-1].startswith("     1 of 5")


@pytest.mark.parametrize("breaks", [True, False], ids=["breaks lines", "cuts lines"])
def test_the_window_gets_narrower_just_before_the_end(breaks: bool) -> None:
    terminal = Terminal(80, 24)
    terminal.begin(["first", "a" * 60])
    terminal.live.started("first")
    terminal.end("first")
    terminal.live.started("a" * 60)
    terminal.after(3.0)
    terminal.resize(40, 24, breaks=breaks)
    terminal.live.close()
    assert terminal.rows == ["ok   first  passed  1.0 s"]


def test_who_stops_it_while_it_draws_waits_for_the_end_of_the_frame() -> None:
    terminal = Terminal()
    terminal.begin(["a"])
    stopped: list[tuple[bool, list[str]]] = []
    terminal.meanwhile = lambda: terminal.live.pause(lambda: stopped.append((terminal.cursor_hidden, terminal.rows)))
    terminal.live.started("a")
    assert stopped == [(False, [""])], "a stopped process has given the terminal back"
    terminal.after(1.0)
    assert terminal.rows == ["run  a  1.0 s"]


def test_the_cursor_comes_back_whatever_ends_the_run() -> None:
    terminal = Terminal()
    terminal.begin(["a"])
    terminal.live.started("a")
    assert terminal.cursor_hidden
    stopped: list[bool] = []
    terminal.live.pause(lambda: stopped.append(terminal.cursor_hidden))
    assert (stopped, terminal.rows) == ([False], [""]), "a stopped process has given the terminal back"
    terminal.after(1.0)
    assert (terminal.cursor_hidden, terminal.rows) == (True, ["run  a  1.0 s"])
    terminal.live.close()
    terminal.live.close()
    assert (terminal.cursor_hidden, terminal.rows) == (False, [""])
    terminal.live.moving(Move("bundle", "late"))
    terminal.live.tick()
    assert terminal.rows == [""], "nothing is drawn after the end"


LEFT: list[tuple[str, dict[str, float], str]] = [
    ("two slots, one after the other", {"a": 10.0, "b": 4.0, "c": 5.0, "d": 0.5}, ", about 8 s left"),
    ("the later group may be replayed or run", {"a": 10.0, "b": 4.0, "c": 5.0, "d": 20.0}, ", 8 s to 28 s left"),
    ("what never ran counts as nothing, and that is said", {"a": 10.0, "b": 4.0, "d": 1.0}, ", at least 8 s left"),
    ("a later one that never ran", {"a": 10.0, "b": 4.0, "c": 5.0}, ", at least 8 s left"),
    ("longer than it should", {"a": 1.0, "b": 1.0, "c": 5.0, "d": 0.5}, ", about 5 s left"),
    ("nothing is known", {}, ""),
]


@pytest.mark.parametrize(("times", "said"), [row[1:] for row in LEFT], ids=[row[0] for row in LEFT])
def test_how_long_the_rest_takes(times: dict[str, float], said: str) -> None:
    terminal = Terminal()
    terminal.begin(["a", "b", "c"], ["d"], expected=times.get)
    terminal.live.started("a")
    terminal.live.started("b")
    terminal.after(1.9)
    assert "left" not in "".join(terminal.rows), "a short run needs no outlook"
    terminal.after(0.1)
    assert terminal.rows[-1] == f"     0 of 4 checks, 2 s{said}"


def test_what_is_judged_again_is_not_done() -> None:
    terminal = Terminal()
    terminal.begin(["a", "b"])
    for name in "ab":
        terminal.live.started(name)
        terminal.end(name, ending=Passed())
    terminal.plan(0, b=Replay(RECORD))
    terminal.live.started("a")
    terminal.after(3.0)
    assert terminal.rows[-1] == "     1 of 2 checks, 3 s"
