"""Whatever a worker does or leaves undone ends in a StoreError, soon and in bounded memory. The workers are real processes."""

import os
import time
from pathlib import Path

import pytest

from ftaction.edge.crew import MOST_WAITING, Crew
from ftaction.errors import StoreError
from tests.support.others import NOBODY

TASK = "tests.support.misbehaving"
PATIENCE = 0.3  # seconds

FATAL = [
    ("silent", "stood still", "it never answers"),
    ("dies", "ended before its work did", "killed, as a check of the same user can"),
    ("stopped", "stood still", "stopped, as a check of the same user can"),
    ("hangs up", "ended before its work did", "it closes its side and lives on"),
    ("too long", "said more than it may", "an answer longer than any right one is not kept in memory"),
    ("claims", "said more than it may", "nor is one that only says it is"),
    ("sentence too long", "said more than it may", "a sentence is bounded too"),
    ("raises", "ended before its work did", "an exception that nobody thought of"),
]


@pytest.mark.parametrize(("behaviour", "sentence"), [row[:2] for row in FATAL], ids=[row[2] for row in FATAL])
def test_a_bad_worker_is_an_error_in_time(tmp_path: Path, behaviour: str, sentence: str) -> None:
    begun = time.monotonic()
    with Crew(TASK, str(tmp_path), None, 1_000_000, PATIENCE) as crew:
        crew.tell(crew.start(), 1, behaviour.encode())
        with pytest.raises(StoreError, match=sentence):
            crew.answer(0)
    assert time.monotonic() - begun < 8


def test_one_that_drips_uses_our_patience_up(tmp_path: Path) -> None:
    with Crew(TASK, str(tmp_path), None, 1_000_000, PATIENCE) as crew:
        crew.tell(crew.start(), 1, b"drips")
        with pytest.raises(StoreError, match="stood still"):
            _listen(crew)


def _listen(crew: Crew) -> None:
    while True:
        crew.answer(0)  # zeros are empty answers


def test_one_that_floods_is_not_listened_to_ahead(tmp_path: Path) -> None:
    """It can't fill our memory while we wait for another one."""
    with Crew(TASK, str(tmp_path), None, 1_000_000, PATIENCE) as crew:
        for behaviour in (b"floods", b"silent"):
            crew.tell(crew.start(), 1, behaviour)
        with pytest.raises(StoreError, match="stood still"):
            crew.answer(1)
        assert crew._workers[0].answered + len(crew._workers[0].inbox) < MOST_WAITING + 2_000_000


@pytest.mark.parametrize("behaviour", ["deaf", "silent"])
def test_one_that_does_not_listen_is_an_error(tmp_path: Path, behaviour: str) -> None:
    with Crew(TASK, str(tmp_path), None, 0, PATIENCE) as crew:
        crew.tell(crew.start(), 1, behaviour.encode())
        with pytest.raises(StoreError):
            _talk(crew)


def _talk(crew: Crew) -> None:
    for _ in range(20):
        crew.tell(0, 2, bytes(1 << 20))


def test_its_sentence_can_not_speak_for_us(tmp_path: Path) -> None:
    with Crew(TASK, str(tmp_path), None, 0, PATIENCE) as crew:
        crew.tell(crew.start(), 1, b"colours")
        with pytest.raises(StoreError) as raised:
            crew.answer(0)
    assert str(raised.value).isprintable()
    assert str(raised.value).startswith("red ")


def test_it_sees_none_of_our_environment(tmp_path: Path) -> None:
    """A check may read the environment of what runs as its user."""
    assert os.environ.get("PATH")
    with Crew(TASK, str(tmp_path), None, 1_000, 10) as crew:
        crew.tell(crew.start(), 1, b"environment")
        assert set(eval(crew.answer(0))) <= {"LC_CTYPE"}  # Python sets that one itself


def test_a_folder_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="can't be started"), Crew(TASK, str(tmp_path / "gone"), None, 0) as crew:
        crew.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may start processes as another user")
def test_it_runs_as_the_owner(tmp_path: Path) -> None:
    with Crew(TASK, str(tmp_path), NOBODY, 1_000, 10) as crew:
        crew.tell(crew.start(), 1, b"echoes")
        assert crew.answer(0) == b"here"
        status = Path(f"/proc/{crew._workers[0].process.pid}/status").read_text()
    assert "Uid:\t65534\t65534\t65534\t65534" in status
    assert "Groups:\t \n" in status
