"""A terminal to look at: pyte understands what is written, and shows what a user would see."""

from collections.abc import Callable, Sequence

import pyte

from ftaction.model.check import Check
from ftaction.model.ending import Ending, Passed
from ftaction.model.plan import Decision, Plan, Reason, Run, Step, Why
from ftaction.model.run import Result
from ftaction.run.live import Live

HIDDEN = 25 << 5  # pyte's name of the mode that shows the cursor
SYNCHRONIZED = 2026 << 5


class Terminal:
    """A screen, what was written to it, and the live view of a run of which a test says what happens."""

    def __init__(self, columns: int = 80, lines: int = 24) -> None:
        self.screen = pyte.HistoryScreen(columns, lines, history=10_000)
        self.screen.set_mode(pyte.modes.LNM)  # a terminal's driver makes a return of each new line
        self.stream = pyte.Stream(self.screen)
        self.writes: list[str] = []
        self.meanwhile: Callable[[], None] | None = None
        self.writing = False
        self.now = 100.0
        self.live = Live(self.write, lambda _: "", lambda: (self.screen.columns, self.screen.lines), lambda: self.now, beat=0)

    def write(self, text: str) -> None:
        """`meanwhile`: what happens while this is written, once."""
        assert not self.writing, "a stream is not written to while it is written to"
        self.writing = True
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        self.writes.append(text)
        self.stream.feed(text)
        self.writing = False

    def begin(self, *steps: Sequence[str], expected: Callable[[str], float | None] = lambda _: None, slots: int = 2) -> None:
        """A run of these steps; the first one is planned."""
        self.steps = tuple(Step(f"group {number}", tuple(Check(name=name, run="x") for name in names)) for number, names in enumerate(steps, start=1))
        self.expected = expected
        self.live.begun(self.now, self.steps, slots, expected)
        self.plan(0)

    def plan(self, number: int, **others: Decision) -> None:
        step = self.steps[number]
        runs = {check.name: Run(why=Why(reason=Reason.FORCED), expected=self.expected(check.name)) for check in step.checks}
        self.live.planned(Plan(step, runs | others))

    def after(self, seconds: float) -> None:
        self.now += seconds
        self.live.tick()

    def end(self, name: str, seconds: float = 1.0, ending: Ending | None = None) -> None:
        self.live.finished(Result(check=name, step="group 1", decision=Run(why=Why(reason=Reason.FORCED)), ending=ending or Passed(), seconds=seconds))

    def resize(self, columns: int, lines: int, *, breaks: bool) -> None:
        """Some terminals break lines that no longer fit into several, others cut them. What no longer fits above the cursor scrolls away."""
        screen, found = self.screen, self.rows[: self.screen.cursor.y]
        screen.erase_in_display(2)
        screen.lines, screen.columns = lines, columns
        if breaks:
            found = [row[start : start + columns] for row in found for start in range(0, max(len(row), 1), columns)]
        found = found[-(lines - 1) :] if lines > 1 else []
        for y, row in enumerate(found):
            for x, char in enumerate(row[:columns]):
                screen.buffer[y][x] = screen.cursor.attrs._replace(data=char)
        screen.cursor.x, screen.cursor.y = 0, len(found)

    @property
    def rows(self) -> list[str]:
        """What is seen, without the empty rest."""
        return "\n".join(row.rstrip() for row in self.screen.display).rstrip("\n").split("\n")

    @property
    def cursor_hidden(self) -> bool:
        return HIDDEN not in self.screen.mode
