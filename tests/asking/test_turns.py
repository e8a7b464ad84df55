"""Turns at a worker that processes share: never more at once than it takes, nor more in a minute, and nobody while it asked to be left alone."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ftaction.edge.turns import Turns
from tests.support.processes import ends

CROWD = """
import asyncio, os, sys
from ftaction.edge.turns import Turns
folder, at_once, tasks = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
turns = Turns(folder, at_once, None)

async def one():
    end = await turns.take()
    mine = os.open(f"{folder}/inside", os.O_CREAT | os.O_RDWR | os.O_APPEND)
    os.write(mine, b"+")
    await asyncio.sleep(0)
    os.write(mine, b"-")
    os.close(mine)
    end()

async def all_of_them():
    await asyncio.gather(*(one() for _ in range(tasks)))

asyncio.run(all_of_them())
"""


async def _crowd(folder: Path, at_once: int, processes: int, tasks: int) -> None:
    arguments = (sys.executable, "-c", CROWD, str(folder), str(at_once), str(tasks))
    started = [await asyncio.create_subprocess_exec(*arguments) for _ in range(processes)]
    assert [await one.wait() for one in started] == [0] * processes


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_never_more_at_once_than_it_takes(tmp_path: Path, at_once: int) -> None:
    """Three processes with forty calls each. Who is inside says so, in the order of the kernel."""
    asyncio.run(_crowd(tmp_path, at_once, 3, 40))
    inside = most = 0
    for mark in (tmp_path / "inside").read_text():
        inside += 1 if mark == "+" else -1
        most = max(most, inside)
    assert (inside, len((tmp_path / "inside").read_text())) == (0, 240)
    assert most <= at_once


class Now:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


async def _takes(turns: Turns) -> Callable[[], None] | None:
    """A turn, or None where there is none to be had now."""
    try:
        return await asyncio.wait_for(turns.take(), 0.05)
    except TimeoutError:
        return None


def test_so_many_a_minute_of_all_processes(tmp_path: Path) -> None:
    now = Now()
    one, other = (Turns(str(tmp_path), 5, 3, now) for _ in range(2))

    async def minute() -> list[bool]:
        found = []
        for turns in (one, other, one, other, one):
            end = await _takes(turns)
            found.append(end is not None)
            if end:
                end()
        return found

    assert asyncio.run(minute()) == [True, True, True, False, False]
    now.seconds += 59.0
    assert asyncio.run(minute())[0] is False
    now.seconds += 1.5
    assert asyncio.run(minute()) == [True, True, True, False, False]


def test_nobody_asks_while_it_wants_to_be_left_alone(tmp_path: Path) -> None:
    """The longest time that anybody was told counts."""
    now = Now()
    one, other = (Turns(str(tmp_path), 5, None, now) for _ in range(2))
    one.hold(10.0)
    other.hold(2.0)
    assert asyncio.run(_takes(other)) is None
    now.seconds += 9.9
    assert asyncio.run(_takes(one)) is None
    now.seconds += 0.2
    assert asyncio.run(_takes(other)) is not None


def test_a_turn_ends_with_its_process(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(Turns(str(tmp_path), 1, None).take())
        finally:
            os._exit(0)
    assert ends(child)
    os.waitpid(child, 0)
    assert asyncio.run(_takes(Turns(str(tmp_path), 1, None))) is not None


def test_who_stops_waiting_takes_nobody_s_turn(tmp_path: Path) -> None:
    turns = Turns(str(tmp_path), 1, None)

    async def waits() -> bool:
        end = await turns.take()
        assert await _takes(turns) is None
        end()
        return await _takes(turns) is not None

    assert asyncio.run(waits())


@pytest.mark.parametrize("book", ["", "{", "[]", '{"until": [99', "\0"])
def test_a_book_that_was_not_written_to_its_end_is_begun_anew(tmp_path: Path, book: str) -> None:
    (tmp_path / "book").write_text(book)
    turns = Turns(str(tmp_path), 1, 5)
    assert asyncio.run(_takes(turns)) is not None
