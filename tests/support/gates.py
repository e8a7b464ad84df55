"""Commands that a test releases by hand, so that no test sleeps: each says through a pipe that it began and waits for its status."""

import os
import select
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

PATIENCE = 60.0  # seconds until a test that waits in vain fails; never reached where all is well


class Gates:
    """One folder of named pipes. Opened for both directions, so that neither side ever waits for the other to open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True)
        self._events = self._open("events")
        self._lines: list[str] = []
        self._rest = b""
        self._gates: dict[str, int] = {}

    def command(self, name: str, before: str = "", after: str = "") -> str:
        """A shell line: `before`, begin, wait to be released, `after`, end with the status it was released with."""
        gate = self._folder / name
        if name not in self._gates:
            self._gates[name] = self._open(name)
        lines = [before, f"echo {name} > {shlex.quote(f'{self._folder}/events')}", f"read -r code < {shlex.quote(str(gate))}", after, "exit $code"]
        return "\n".join(line for line in lines if line)

    def saying(self, word: str) -> str:
        """A shell line that says a word, which `wait` waits for."""
        return f"echo {word} > {shlex.quote(f'{self._folder}/events')}"

    def wait(self, *names: str) -> None:
        """Until each of them began, once more than it was waited for before."""
        for name in names:
            while name not in self._lines:
                self._more(name)
            self._lines.remove(name)

    def begun(self) -> list[str]:
        """Those that began by now and were not waited for, without waiting."""
        while select.select([self._events], [], [], 0)[0]:
            self._read()
        return list(self._lines)

    def release(self, name: str, code: int = 0) -> None:
        os.write(self._gates[name], b"%d\n" % code)

    def release_all(self) -> None:
        for name in self._gates:
            self.release(name, 99)

    @contextmanager
    def directed(self, *acts: object) -> Iterator[None]:
        """Beside the block, which runs in the main thread as signals want it, do the acts in order.

        An act is a tuple: `("wait", names…)`, `("release", name, code)` or any callable. A failing act fails the test and opens every gate.
        """
        failed: list[BaseException] = []

        def direct() -> None:
            try:
                for act in acts:
                    if callable(act):
                        act()
                    elif isinstance(act, tuple):
                        getattr(self, act[0])(*act[1:])
            except BaseException as error:  # noqa: BLE001  # handed to the main thread
                failed.append(error)
                for _ in range(8):
                    self.release_all()

        thread = Thread(target=direct)
        thread.start()
        try:
            yield
        finally:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "the acts did not come to their end"
        if failed:
            raise failed[0]

    def _open(self, name: str) -> int:
        path = self._folder / name
        os.mkfifo(path)
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def _more(self, name: str) -> None:
        ready, _, _ = select.select([self._events], [], [], PATIENCE)
        assert ready, f"{name} never began; begun: {self._lines}"
        self._read()

    def _read(self) -> None:
        *lines, self._rest = (self._rest + os.read(self._events, 4096)).split(b"\n")
        self._lines += [line.decode() for line in lines]
