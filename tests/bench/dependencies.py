"""A folder like one of dependencies: 40,000 files of 500 MB in 4,000 folders, the same bytes every time."""

import os
import random
import shutil
from pathlib import Path

FILES = 40_000
FOLDERS = 4_000
BYTES = 500_000_000

_AGED = 1_700_000_000_000_000_000
_CORPUS = 48 << 20  # bytes; beyond what zstd's levels 1 to 3 look back, so that no file is found in another one
_WORDS = 20_000
_SIGMA = 1.8  # of the sizes' logarithm: half of the files are below a fifth of the mean
_LARGEST = 8_000_000


def roomy(other: Path) -> Path:
    """A folder in memory where there is room, so that no disk is measured; else the other one."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 6 * BYTES else other


def make(folder: Path) -> None:
    """`folder/packages`, made once; a marker tells that it is whole."""
    marker = folder / "made"
    if marker.exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    places = _places(folder / "packages")
    text, chance = _text(), random.Random(2)
    for number, size in enumerate(_sizes()):
        start = chance.randrange(len(text) - size)
        path = places[number % FOLDERS] / f"f{number:05}.js"
        path.write_bytes(text[start : start + size])
        os.utime(path, ns=(_AGED + number, _AGED + number))
    marker.touch()


def _places(top: Path) -> list[Path]:
    """A tree three to seven deep."""
    chance, places = random.Random(3), [top / "p0000"]
    for number in range(1, FOLDERS):
        above = top if number % 5 == 0 else places[chance.randrange(max(0, number - 40), number)]
        deep = len(above.relative_to(top).parts)
        places.append((above if deep < 6 else top) / f"p{number:04}")
    for place in places:
        place.mkdir(parents=True)
    return places


def _sizes() -> list[int]:
    chance = random.Random(1)
    drawn = [chance.lognormvariate(0, _SIGMA) for _ in range(FILES)]
    scale = BYTES / sum(drawn)
    return [min(_LARGEST, int(one * scale)) for one in drawn]


def _text() -> bytes:
    """Lines of words, some much more frequent than others: it compresses to a third or a quarter, as sources do."""
    chance = random.Random(0)
    letters = "etaoinshrdlucmfwypvbgkjqxz_$"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 11))) for _ in range(_WORDS)]
    weights = [1 / (rank + 3) for rank in range(_WORDS)]
    lines, made = [], 0
    while made < _CORPUS:
        chosen = chance.choices(words, weights, k=5000)
        lines += [f"{'  ' * (n % 5)}{chosen[n]}({chosen[n + 1]}.{chosen[n + 2]}, {chosen[n + 3]}) {{ return {chosen[n + 4]}; }}\n" for n in range(0, 5000, 5)]
        made = made + sum(map(len, lines[-1000:]))
    return "".join(lines).encode()
