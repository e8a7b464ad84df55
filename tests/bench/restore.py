"""(h) Keeping and putting back a folder of dependencies: our archive beside tar and zstd, on this machine alone.

`contestants` gives for each what it does in one round, so that a transfer can be put around it.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ftaction.edge.archive import pack, unpack

from . import clock, dependencies
from .clock import NotMeasuredError, Sample
from .table import Row, Section
from .world import World, cores

TITLE = "(h) a dependency folder of 500 MB in 40,000 files"
OUTPUT = "packages"
SAVE, RESTORE = "save", "restore"
TAR = "tar and zstd"
OURS = "FirstTry"


def measure(world: World) -> Section:
    for program in ("tar", "zstd"):
        if shutil.which(program) is None:
            raise NotMeasuredError(f"{program} is not here")
    folder = dependencies.roomy(world.root) / "ftaction-bench-dependencies"
    try:
        dependencies.make(folder)
        samples = clock.take_turns(contestants(folder), rounds=world.rounds(8), discard=1)
        return Section(title=TITLE, method=_method(world, folder), rows=tuple(_rows(samples, folder)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def contestants(folder: Path) -> dict[str, Callable[[], float]]:
    """Seconds to save the folder and to restore it, for each of us. What is restored is looked through, and removed, off the clock."""
    return {
        f"{OURS}, {SAVE}": partial(_timed, partial(save, folder, _ours(folder))),
        f"{TAR}, {SAVE}": partial(_timed, partial(_save_by_tar, folder)),
        f"{OURS}, {RESTORE}": partial(_restored, folder, lambda target: restore(_ours(folder), target)),
        f"{TAR}, {RESTORE}": partial(_restored, folder, partial(_restore_by_tar, folder)),
    }


def save(folder: Path, archive: Path) -> None:
    with archive.open("wb") as file:
        file.writelines(pack(str(folder), (OUTPUT,), None))


def restore(archive: Path, target: Path) -> None:
    with archive.open("rb") as file:
        unpack(iter(partial(file.read, 1 << 20), b""), str(target), (OUTPUT,), None)


def _ours(folder: Path) -> Path:
    return folder / "archive.ours"


def _save_by_tar(folder: Path) -> None:
    """As @actions/cache does it: every CPU, level 3."""
    with (folder / "archive.tzst").open("wb") as file:
        _piped(["tar", "--posix", "-cf", "-", "-C", str(folder), OUTPUT], ["zstd", "-T0", "-q", "-c"], file.fileno())


def _restore_by_tar(folder: Path, target: Path) -> None:
    _piped(["zstd", "-d", "-q", "-c", str(folder / "archive.tzst")], ["tar", "-xf", "-", "-C", str(target)], None)


def _piped(first: list[str], second: list[str], output: int | None) -> None:
    with subprocess.Popen(first, stdout=subprocess.PIPE) as giving, subprocess.Popen(second, stdin=giving.stdout, stdout=output) as taking:
        assert giving.stdout is not None
        giving.stdout.close()
    if giving.returncode or taking.returncode:
        raise NotMeasuredError(f"{first[0]} and {second[0]} ended with {giving.returncode} and {taking.returncode}")


def _timed(action: Callable[[], None]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def _restored(folder: Path, action: Callable[[Path], None]) -> float:
    target = folder / "restored"
    (target / ".git").mkdir(parents=True)
    try:
        seconds = _timed(partial(action, target))
        refuse_others(target, folder)
    finally:
        shutil.rmtree(target)
    return seconds


def refuse_others(restored: Path, saved: Path) -> None:
    if content(restored) != content(saved):
        raise NotMeasuredError("what was restored is not what was saved")


def content(folder: Path) -> tuple[int, int]:
    """Files and bytes of the output in there."""
    sizes = [os.lstat(f"{above}/{name}").st_size for above, _, names in os.walk(folder / OUTPUT) for name in names]
    return len(sizes), sum(sizes)


def _method(world: World, folder: Path) -> tuple[str, ...]:
    kind = "memory (tmpfs)" if str(folder).startswith("/dev/shm") else "the bench folder"
    count, size = content(folder)
    return (
        f"{count:,} files of {size / 1e6:.0f} MB, in {kind}; {cores()} CPUs; {world.rounds(8)} interleaved rounds after 1 discarded.",
        "tar and zstd as @actions/cache calls them (level 3, every CPU); ours with its worker processes, verified, and put in place by rename.",
        "archive to and from a file; no transfer. ratio = of tar and zstd.",
    )


def _rows(samples: dict[str, Sample], folder: Path) -> list[Row]:
    sizes = {OURS: _ours(folder).stat().st_size, TAR: (folder / "archive.tzst").stat().st_size}
    rows = []
    for name, sample in samples.items():
        who, _, what = name.partition(", ")
        base = samples[f"{TAR}, {what}"].median
        note = f"{sizes[who] / 1e6:.0f} MB" if what == SAVE else ""
        rows.append(Row(name=name, value=sample.median, unit="s", spread=sample.middle, ratio=sample.median / base, note=note))
    both = [sum(samples[f"{who}, {what}"].median for what in (SAVE, RESTORE)) for who in (OURS, TAR)]
    rows.append(Row(name="save and restore, FirstTry / tar and zstd", value=both[0] / both[1], unit="x"))
    return rows
