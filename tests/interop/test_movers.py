"""What the benchmark drives beside each other: each saves a folder and restores it, and @actions/cache goes the two ways that it knows."""

import json
import urllib.request
from collections import Counter
from pathlib import Path

from tests.bench.movers import OURS, RANGES, STREAM, Mover, Service, movers
from tests.support.cache_entries import READ, WRITE, token


def test_all_move_the_same_and_say_how_long_each_part_took(tmp_path: Path) -> None:
    (tmp_path / "made/packages/deep").mkdir(parents=True)
    (tmp_path / "made/packages/deep/file").write_bytes(b"x" * 100_000)
    parts, heads = {}, {}
    with Service(tmp_path / "server") as service, movers(service) as processes:
        for number, (name, mover) in enumerate(processes.items()):
            before = _seen(service)["HEAD blob"]
            parts[name] = _there_and_back(mover, tmp_path / str(number), tmp_path / "made")
            heads[name] = _seen(service)["HEAD blob"] - before
    assert parts[OURS] == (["look-up", "pack", "transfer"], ["look how it stands", "look-up", "transfer", "unpack"])
    assert parts[RANGES] == parts[STREAM] == (["look-up", "pack", "transfer"], ["look-up", "transfer", "unpack"])
    assert heads == {OURS: 0, RANGES: 1, STREAM: 0}, "its client for Azure asks for the size first"


def _there_and_back(mover: Mover, folder: Path, made: Path) -> tuple[list[str], list[str]]:
    (folder / "restored/.git").mkdir(parents=True)
    (folder / "temporary").mkdir()
    job = {"token": token((f"refs/heads/{folder.name}", READ | WRITE)), "temporary": str(folder / "temporary"), "output": "packages"}
    saved = mover.move({**job, "what": "save", "folder": str(made), "key": "packages"})
    restored = mover.move({**job, "what": "restore", "folder": str(folder / "restored"), "key": saved.key})
    assert (folder / "restored/packages/deep/file").read_bytes() == b"x" * 100_000
    assert saved.seconds >= sum(saved.parts.values()) * 0.9
    return sorted(saved.parts), sorted(restored.parts)


def _seen(service: Service) -> Counter[str]:
    with urllib.request.urlopen(f"{service.url}/seen") as answer:  # it is the test server, on loopback
        return Counter(json.loads(answer.read())["seen"])
