"""What real runs leave behind, to be mutated: a bundle, a disk store, an archive of outputs, signed records. And who judges what came of it."""

import shutil
import time
from pathlib import Path
from typing import NamedTuple

from ftaction.edge.archive import pack
from ftaction.edge.bundle import read_bundle
from ftaction.edge.disk import DiskStore
from ftaction.edge.signing import Signer, Verifier
from ftaction.model.check import Cache
from ftaction.model.doors import Store
from ftaction.model.ending import Passed
from ftaction.model.manifest import Manifest
from ftaction.model.plan import Replay
from ftaction.model.record import Origin, OriginKind, Record
from ftaction.plan.decide import Known, Rules, decide
from ftaction.plan.scopes import Scope, Scopes
from ftaction.plan.trust import trusted
from ftaction.run.across import Across, Seal, Surroundings
from ftaction.run.layers import Layers
from ftaction.run.memory import Memory
from ftaction.run.records import dump
from ftaction.stores import believed
from tests.support.repository import TestRepository, committed
from tests.support.rig import Rig, check, config
from tests.support.service import Entries

MAIN = "refs/heads/main"
SCOPE = Scope("main.1", MAIN, OriginKind.PROTECTED)
HERE = Origin(kind=OriginKind.PROTECTED, repository="org/repository", ref=MAIN, commit="c" * 40)
BUDGET = 10_000_000
KEY = f"hmac:{'QUJD' * 11}"
FOREIGN = f"hmac:{'REVG' * 11}"
CHECKS = config(
    check("a", "cat a.txt", inputs=["a.txt"]),
    check("bad", "grep x b.txt", inputs=["b.txt"]),
    check(
        "make", "mkdir -p made/deep && cp a.txt made/deep && ln -s deep made/link && head -c 30000 /dev/zero >made/zeros", inputs=["a.txt"], outputs=["made"]
    ),
    check("use", "cat made/deep/a.txt b.txt", inputs=["b.txt"], needs=["make"]),
    fail_fast="never",
    sequential_fallback=False,
)


_NEW = Record(check="new", fingerprint="0" * 64, ending=Passed(), seconds=1.0, ended=1.0, origin=HERE)


class Material(NamedTuple):
    """`fingerprints` by check. `bundle` is not signed, `signed` is, by `KEY`."""

    repository: TestRepository
    bundle: bytes
    signed: bytes
    store: Path
    archive: bytes
    fingerprints: dict[str, str]


def made(folder: Path) -> Material:
    """By two real runs, one with a key and one without."""
    repository = committed(folder / "repository", {"a.txt": "a\n", "b.txt": "b\n", ".gitignore": "made\n"})
    signer = Signer(KEY, "")
    bundles = [_run(repository, folder / f"store-{number}", seal) for number, seal in enumerate((Seal(), Seal(sign=signer.sign)))]
    store = DiskStore(str(folder / "store-0"))
    archive = b"".join(pack(str(repository.root), ("made",), None))
    names = [entry.name.rpartition("/")[2] for entry in store.entries() if entry.name.startswith("ac/")]
    records = {name: Memory(store, "").find(name) for name in names}
    fingerprints = {record.check: name for name, record in records.items() if record}
    return Material(repository, bundles[0], bundles[1], folder / "store-0", archive, fingerprints)


def _run(repository: TestRepository, store: Path, seal: Seal) -> bytes:
    entries = Entries()
    rig = Rig(repository, store)
    rig.origin = HERE
    rig.layers = lambda disk, folder: Layers(disk, _across(entries, folder, seal), None, believed(HERE, Cache()))
    shutil.rmtree(repository.root / "made", ignore_errors=True)
    assert [result.ending.kind for result in rig.run(CHECKS).results] == ["passed", "failed", "passed", "passed"]
    ((_, content),) = entries.kept.items()
    return content


def _across(entries: Entries, folder: str, seal: Seal) -> Across:
    around = Surroundings(HERE, "linux", folder, BUDGET, seal, time.time, time.monotonic, lambda _: None)
    return Across(entries.of(MAIN), Scopes((SCOPE,), SCOPE), around)


def required() -> Seal:
    """As a run with keys has it."""
    return Seal(verify=Verifier((KEY,), "").verify, sign=Signer(KEY, "").sign, required=True)


class Judge:
    """Reads what was mutated as a run does, and decides with the very rule of a run."""

    def __init__(self, material: Material, folder: Path) -> None:
        self._fingerprints = material.fingerprints
        self._folder = folder
        self._empty = folder / "empty"

    def replayed(self, content: bytes, seal: Seal, *, again: bool = False) -> set[str]:
        """The checks that this bundle would turn green. `again`: it is merged into another one as well, which must be sound."""
        entries = Entries()
        entries.kept[MAIN, "ft-linux-main.1-0"] = content
        across = _across(entries, str(self._folder), seal)
        layers = Layers(DiskStore(str(self._empty)), across, None, believed(HERE, Cache()))
        try:
            replayed = self.green(layers)
            if again:
                self._save(layers, entries)
            return replayed
        finally:
            for held in across.held():
                held.bundle.close()

    def _save(self, layers: Layers, entries: Entries) -> None:
        layers.put_record("0" * 64, dump(_NEW))
        layers.save()
        for content in list(entries.kept.values())[1:]:
            read_bundle([content], lambda _digest, _signature: None, 2 * BUDGET).close()

    def green(self, store: Store) -> set[str]:
        """What may be replayed from a store, after looking at all that there is of each check."""
        memory = Memory(store, HERE.repository)
        found = set()
        for name, fingerprint in self._fingerprints.items():
            record = memory.find(fingerprint)
            if record is not None:
                for digest in (record.log, record.patch):
                    memory.blob(digest)
                memory.manifest(record)
            memory.expected(name)
            memory.nearest(name, Manifest("", "", ""))
            known = Known(manifest=Manifest("", "", ""), fingerprint=fingerprint, record=record, trusted=record is None or trusted(record.origin, HERE, "auto"))
            if isinstance(decide(known, Rules()), Replay):
                found.add(name)
        return found
