"""A run on a terminal that is watched: what has ended stays, what goes on is drawn below it.

Each frame is one write, between the marks of a synchronized update (https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036),
which terminals that don't know them ignore. Lines don't wrap while it is drawn, so that a character that a terminal takes for wider than we
do can't add a row that nobody erases.
"""

import signal
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, RLock, Thread

from ftaction.model.plan import Plan, Step
from ftaction.model.run import Move, Report, Result
from ftaction.report.columns import width
from ftaction.report.screen import LONG, Left, Running, Scene, rows
from ftaction.run.progress import Progress
from ftaction.run.surfaces import Logs, Plain, Write

_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"
_HIDE, _SHOW = "\x1b[?25l", "\x1b[?25h"  # the cursor
_STRAIGHT, _WRAP = "\x1b[?7l", "\x1b[?7h"
_KEPT = 200  # lines that may have to be written again
_ANEW = 1.0  # seconds between two looks at how long the rest will take

Size = Callable[[], tuple[int, int]]


class Live(Plain):
    """`size`: the terminal's columns and lines, asked for each frame. `beat`: seconds between frames; 0 leaves it to whoever calls `tick`."""

    watched = True

    def __init__(self, write: Write, logs: Logs, size: Size, clock: Callable[[], float], beat: float = 0.1) -> None:
        super().__init__(write, logs, size()[0])
        self._size = size
        self._clock = clock
        self._beat = beat
        self._began = clock()
        self._lock = RLock()
        self._within = 0  # how often this thread is inside
        self._stop: Callable[[], None] | None = None
        self._ended = Event()
        self._hidden = False
        self._drawn: list[str] = []
        self._drawn_on = (0, 0)
        self._kept: deque[str] = deque(maxlen=_KEPT)
        self._progress = Progress()
        self._moves: dict[tuple[str, str, bool], tuple[Move, float]] = {}
        self._left: tuple[float, Left | None] = (-_ANEW, None)

    def begun(self, began: float, steps: tuple[Step, ...], slots: int, expected: Callable[[str], float | None]) -> None:
        """From now on frames are drawn."""
        with self._alone():
            self._began = began
            self._progress = Progress(steps, slots, expected)
        if self._beat:
            Thread(target=self._go_on, name="live view", daemon=True).start()

    def planned(self, plan: Plan) -> None:
        """Who waits, and how long each will take."""
        with self._alone():
            self._progress.planned(plan)
            self._left = (-_ANEW, None)

    def started(self, check: str) -> None:
        """From waiting to running."""
        with self._alone():
            self._progress.started(check, self._clock())
            self._frame()

    def again(self, check: str) -> None:
        """It no longer runs."""
        with self._alone():
            self._progress.again(check)
            self._frame()

    def finished(self, result: Result) -> None:
        """Its line stays."""
        with self._alone():
            self._progress.finished(result.check)
            line = self._line(result)
            if line:
                self._frame(line)

    def moving(self, move: Move) -> None:
        """Shown with the next frame."""
        with self._alone():
            key = (move.what, move.name, move.saved)
            if move.ended:
                self._moves.pop(key, None)
            else:
                self._moves[key] = (move, self._moves[key][1] if key in self._moves else self._clock())

    def tick(self) -> None:
        """Draw what is going on."""
        with self._alone():
            self._frame()

    def done(self, report: Report) -> None:
        """Nothing live remains; what is told is as wide as the terminal is now."""
        self.close()
        self._width = self._size()[0]
        super().done(report)

    def close(self) -> None:
        """The terminal is as it was: nothing live, and its cursor. May be called again."""
        with self._alone():
            self._ended.set()
            self._erase()

    def pause(self, stop: Callable[[], None]) -> None:
        """The same, as long as `stop` lasts. A signal may ask for it while this very thread draws: then as soon as that is done."""
        with self._alone():
            self._stop = stop

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock:
            self._within += 1
            try:
                yield
            finally:
                self._within -= 1
            while self._stop and not self._within:
                stop, self._stop = self._stop, None
                self._erase()
                stop()

    def _go_on(self) -> None:
        try:
            while not self._ended.wait(self._beat):
                self.tick()
        except Exception:  # noqa: BLE001  # the terminal has gone, or can't show it: the main thread finds that out by itself
            with self._alone():
                self._ended.set()
                self._drawn = []

    def _erase(self) -> None:
        columns, lines = self._size()
        gone = self._anew([], columns, lines) if self._narrower(columns, lines) else f"{self._up()}\x1b[J" if self._drawn else ""
        text = gone + (f"{_WRAP}{_SHOW}{_END}" if self._hidden else "")  # a signal may have cut a frame
        self._drawn, self._hidden = [], False
        if text:
            self._write(text)

    def _frame(self, above: str = "") -> None:
        if self._ended.is_set():
            if above:
                self._write(above)
            return
        now, (columns, lines) = self._clock(), self._size()
        new = rows(self._scene(now), columns, lines - 1)
        self._kept.extend(above.splitlines())
        if not above and (new, (columns, lines)) == (self._drawn, self._drawn_on):
            return
        text = self._anew(new, columns, lines) if self._narrower(columns, lines) else self._below(new, above)
        self._drawn, self._drawn_on = new, (columns, lines)
        if text:
            hide = "" if self._hidden or not new else _HIDE
            self._hidden = self._hidden or bool(new)
            self._write(f"{_BEGIN}{hide}{text}{_END}" if new or self._hidden else text)

    def _below(self, new: list[str], above: str) -> str:
        """What has ended, and below it only the rows that are others than they were."""
        old = self._drawn if not above else []
        parts = [f"\r{row}\x1b[K\n" if row != was else "\n" for row, was in zip(new, [*old, *[None] * len(new)], strict=False)]
        gone = "\x1b[J" if len(old) > len(new) else ""
        erase = "\x1b[J" if above and self._drawn else ""
        return f"{self._up()}{erase}{above}{_STRAIGHT if parts else ''}{''.join(parts)}{_WRAP if parts else ''}{gone}"

    def _narrower(self, columns: int, lines: int) -> bool:
        """Whether what is drawn may not stand where it was."""
        return bool(self._drawn) and (columns < self._drawn_on[0] or lines <= len(self._drawn))

    def _anew(self, new: list[str], columns: int, lines: int) -> str:
        """The whole screen. Where it became narrower some terminals break what stands there into more lines and some cut it: nobody can say which."""
        room, shown = lines - 1 - len(new), deque[str]()
        for line in reversed(self._kept):
            room -= max(1, -(-width(line) // columns))
            if room < 0:
                break
            shown.appendleft(f"{line}\n")
        return f"\x1b[H\x1b[2J{''.join(shown)}{_STRAIGHT}{''.join(f'{row}{chr(10)}' for row in new)}{_WRAP}"

    def _up(self) -> str:
        """To where the rows begin."""
        return f"\x1b[{len(self._drawn)}F" if self._drawn else ""

    def _scene(self, now: float) -> Scene:
        progress = self._progress
        running = sorted(progress.running.items(), key=lambda one: one[1])
        long = now - self._began >= LONG
        if long and now - self._left[0] >= _ANEW:
            self._left = (now, progress.left(now))
        return Scene(
            seconds=now - self._began, done=len(progress.done), of=progress.of,
            running=tuple(Running(name, max(0.0, now - since), progress.expected.get(name)) for name, since in running),
            waiting=len(progress.waiting), again=len(progress.alone),
            moves=tuple(move._replace(seconds=max(0.0, now - since)) for move, since in self._moves.values()),
            left=self._left[1] if long else None,
        )  # fmt: skip


def show_cursor_when_stopped(live: Live) -> None:
    """Where the terminal's user stops this process (Ctrl-Z) he gets his cursor back; when it goes on, so does the view."""

    def stop() -> None:
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, stopped)

    def stopped(_number: int, _frame: object) -> None:
        live.pause(stop)

    signal.signal(signal.SIGTSTP, stopped)
