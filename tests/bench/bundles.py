"""A bundle of 500 checks with their logs, as a run saves and restores it. `python -m tests.bench.bundles save|restore FOLDER` measures one.

Each is measured in a new process, from before the first import that only memory across runs needs.
"""

import json
import os
import random
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.cache_entries import MAIN, READ, WRITE, token

from . import budgets
from .clock import NotMeasuredError, Sample
from .movers import Service
from .table import Row

if TYPE_CHECKING:
    from ftaction.model.doors import Store

CHECKS = 500
LOG = 20_000  # bytes
SAVE, RESTORE = "save", "restore"


def rows(service: Service, folder: Path, rounds: int) -> list[Row]:
    """Each round is a repository of its own, for entries never change."""
    taken: dict[str, list[dict[str, float]]] = {SAVE: [], RESTORE: []}
    for number in range(rounds + 1):
        for what, found in taken.items():
            found.append(_one(service, folder / f"bundle-{number}-{what}", what, number))
    return [row for what, found in taken.items() for row in _shown(what, found[1:])]


def _shown(what: str, found: list[dict[str, float]]) -> list[Row]:
    columns = {name: Sample(values=tuple(one[name] * 1000 for one in found)) for name in ("wall", "cpu", "imports")}
    name = f"bundle of {CHECKS} checks, {what}"
    imports = f"{columns['imports'].median:.0f} ms of it imports" if columns["imports"].median >= 0.5 else ""
    return [
        Row(name=name, value=columns["wall"].median, unit="ms", spread=columns["wall"].middle, budget=budgets.BUNDLE_MS, note=imports),
        Row(name="  our CPU time", value=columns["cpu"].median, unit="ms", spread=columns["cpu"].middle, note=f"{found[-1]['size'] / 1e6:.1f} MB"),
    ]


def _one(service: Service, folder: Path, what: str, number: int) -> dict[str, float]:
    folder.mkdir()
    variables = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "ACTIONS_RESULTS_URL": service.url,
        "ACTIONS_RUNTIME_TOKEN": token((MAIN, READ | WRITE), repository=f"bundle-{number}"),
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-m", "tests.bench.bundles", what, str(folder)], env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasuredError(f"the bundle's {what} ended with {done.returncode}:\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(what: str, folder: str) -> None:
    began = _now()
    store = _memory(folder)
    imported = _now()
    if what == RESTORE:
        known = sum(store.record(_fingerprint(number)) is not None for number in range(CHECKS))
        ended = _now()
    else:
        known = _remember(store)
        began = imported = _now()
        store.save()
        ended = _now()
    problem = "; ".join(store.doubts) or ("" if known == CHECKS and store.transfers else f"{known} checks are known")
    if problem:
        sys.exit(problem)
    print(json.dumps({"wall": ended[0] - began[0], "cpu": ended[1] - began[1], "imports": imported[0] - began[0], "size": store.transfers[-1].size}))


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _memory(folder: str) -> "Store":
    """As the action has it, the bundles already asked for."""
    from ftaction.edge.disk import DiskStore
    from ftaction.model.check import Cache
    from ftaction.stores import Doors, memory

    variables = {**os.environ, "GITHUB_EVENT_NAME": "push"}
    doors = Doors(variables=variables, event={}, mask=lambda text: None, origin=_origin(), folder=folder)
    return memory(DiskStore(f"{folder}/store"), doors, Cache(), in_workflow=True)


def _origin() -> "Origin":
    from ftaction.model.record import Origin, OriginKind

    return Origin(kind=OriginKind.PROTECTED, repository="org/repository", ref=MAIN, commit="c" * 40, run="https://github.com/org/repository/actions/runs/7")


def _remember(store: "Store") -> int:
    """As many checks as were kept, each with a manifest and a log of its own."""
    from ftaction.model.ending import Passed
    from ftaction.model.manifest import Manifest
    from ftaction.model.record import Record
    from ftaction.run.memory import Memory

    kept, of = Memory(store, "org/repository"), 0
    inputs = "".join(f"100644 {sha256(b'%d' % number).hexdigest()[:40]}\tpackages/p{number}/index.js\n" for number in range(200))
    for number in range(CHECKS):
        record = Record(
            check=f"check-{number}", fingerprint=_fingerprint(number), ending=Passed(), seconds=1.5, ended=time.time(), origin=_origin(),
            log=kept.keep(log(number)),
        )  # fmt: skip
        head = "".join(f"env\tNAME_{one}\t{sha256(b'%d %d' % (number, one)).hexdigest()}\n" for one in range(20))
        of += kept.remember(record, Manifest(head=head, inputs=inputs, inputs_digest=sha256(inputs.encode()).hexdigest()))
    return of


def _fingerprint(number: int) -> str:
    return sha256(b"check %d" % number).hexdigest()


def log(number: int) -> bytes:
    """Like that of a test suite: the same words over and over, and numbers that are never the same."""
    chance, lines, size = random.Random(number), list[str](), 0
    while size < LOG:
        one = chance.getrandbits(60)
        name = f"test_module_{one % 97}.py::test_{_WORDS[one % 13]}_{_WORDS[one % 11]}[{one:x}]"
        lines.append(f"tests/unit/{name} PASSED [{len(lines) % 100:3}%] in {one % 9973 / 1e4:.4f}s\n")
        size += len(lines[-1])
    return "".join(lines).encode()[:LOG]


_WORDS = ("reads", "writes", "an_empty_file", "a_folder", "the_index", "names", "again", "nothing", "the_last_line", "twice", "in_order", "a_link", "its_end")

if TYPE_CHECKING:
    from ftaction.model.record import Origin

if __name__ == "__main__":
    main(*sys.argv[1:])
