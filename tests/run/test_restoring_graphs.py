"""Whatever can be restored and whatever can't, a run ends as it would have without memory: random graphs, half of the archives lost."""

import random
import shutil
from collections.abc import Iterator

import pytest

from ftaction import app
from ftaction.edge.disk import DiskStore
from ftaction.errors import StoreError
from ftaction.model.check import Check, Config
from ftaction.model.ending import Blocked, Ending, Passed
from ftaction.model.run import Report, Request
from tests.support.rig import Recording, Rig, check, config, endings


class Faulty(DiskStore):
    """Of some archives it has only the beginning."""

    def __init__(self, folder: str, dice: random.Random) -> None:
        super().__init__(folder)
        self._dice = dice
        self.asked = 0

    def stream(self, digest: str) -> Iterator[bytes] | None:
        self.asked += 1
        pieces = super().stream(digest)
        return self._breaking(pieces) if pieces is not None and self._dice.random() < 0.5 else pieces

    def _breaking(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        yield next(pieces)[:100]
        raise StoreError("the line is dead")


def _check(number: int, earlier: list[Check], dice: random.Random) -> Check:
    """It passes where its own file is good and all it needs has been made; it may make a folder, also inside that of a need."""
    needs = dice.sample(earlier, k=min(len(earlier), dice.choice([0, 1, 1, 2])))
    above = [output for need in needs for output in need.outputs]
    name = f"c{number}"
    folder = f"{dice.choice(above)}/{name}" if above and dice.random() < 0.7 else f"out/{name}"
    makes = dice.random() < 0.8
    lines = [f"cat {output}/made" for output in above] + [f"grep good in/{name}"]
    lines += [f"rm -rf {folder}", f"mkdir -p {folder}", f"cat in/{name} > {folder}/made"] if makes else []
    return check(
        name, "\n".join(lines), inputs=[f"in/{name}"], needs=[need.name for need in needs], outputs=[folder] if makes else [], weight=dice.choice([1, 2])
    )


def _line(dice: random.Random) -> Config:
    checks: list[Check] = []
    for number in range(dice.randint(3, 9)):
        checks.append(_check(number, checks, dice))
    cut = dice.randint(0, len(checks))
    groups = tuple(group for group in (tuple(one.name for one in checks[:cut]), tuple(one.name for one in checks[cut:])) if group)
    dice.shuffle(checks)
    fail_fast = dice.choice(["never", "group"])
    return config(*checks, parallel_groups=dice.choice([(), groups]), fail_fast=fail_fast, sequential_fallback=False, max_workers=dice.choice([1, 2, 3]))


def _kinds(report: Report) -> dict[str, Ending | str]:
    """Which of several needs is named as the one that blocks depends on which ended first."""
    return {name: ending.barrier.value if isinstance(ending, Blocked) else ending for name, ending in endings(report).items()}


@pytest.mark.parametrize("seed", range(30))
def test_a_run_ends_as_it_would_without_memory(rig: Rig, seed: int) -> None:
    dice = random.Random(seed)
    line = _line(dice)
    rig.repository.write(".gitignore", "/out\n")
    rig.repository.write_all({f"in/{name}": "good\n" for name in line.checks})
    rig.repository.commit()
    assert set(endings(rig.run(line)).values()) == {Passed()}
    for _ in range(3):
        for name in line.checks:
            if dice.random() < 0.2:
                rig.repository.write(f"in/{name}", dice.choice(["good\n", "good as well\n", "good again\n", "bad\n"]))
        shutil.rmtree(rig.repository.root / "out", ignore_errors=True)
        rig.surface = Recording()
        store = Faulty(str(rig.store_folder), dice)
        with_memory = app.run(rig.world()._replace(store=store), line, Request())
        shutil.rmtree(rig.repository.root / "out", ignore_errors=True)
        assert _kinds(with_memory) == _kinds(rig.run(line, use_memory=False)), with_memory.restored
