"""`python -m tests.mutations --rounds 10000 --seed 1`: mutated bundles, records, archives and signed records; says what was found."""

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from ftaction.edge.disk import DiskStore
from ftaction.edge.signing import Signer, Verifier
from ftaction.errors import StoreError
from ftaction.run.across import Seal
from ftaction.run.envelope import unwrap, wrap
from tests.mutations import archives, mutants
from tests.mutations.forge import opened
from tests.mutations.material import FOREIGN, KEY, Judge, Material, made
from tests.mutations.material import required as with_keys

WOULD_PASS = {"a", "make", "use"}


class Rounds:
    """One round is one mutant, judged. `counted`: how many of each kind, and how many of those were harmless enough to be taken."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = Random(seed)
        self.material: Material = made(folder)
        self.counted: Counter[str] = Counter()
        self._folder = folder
        self._judge = Judge(self.material, folder)
        self._ground = archives.Ground(folder / "archives")
        self._kinds = (
            self.bundle,
            self.bundle,
            self.bundle,
            self.signed,
            self.signed,
            self.record,
            self.record,
            self.envelope,
            self.archive,
            self.archive_index,
        )

        assert self._judge.replayed(self.material.bundle, Seal()) == WOULD_PASS, "what is not mutated is taken"
        assert self._judge.replayed(self.material.signed, with_keys()) == WOULD_PASS

    def round(self, number: int) -> None:
        """Raises whatever a reader of a mutant must not raise, `AssertionError` where a property does not hold."""
        kind = self._kinds[number % len(self._kinds)]
        kind(number)
        self.counted[kind.__name__] += 1

    def bundle(self, number: int) -> None:
        mutant = mutants.bundles(self.random, self.material, self.material.bundle)
        green = self._judge.replayed(mutant.content, Seal(), again=number % 4 == 0)
        self.counted["bundle taken"] += bool(green)
        if not green <= WOULD_PASS:
            name = self.material.fingerprints["bad"]
            self._only_relabelled(json.loads(opened(mutant.content).contents[f"ac/{name}"]), name, mutant.how)
            assert self._judge.replayed(mutants.foreign(mutant.content), with_keys()) == set(), "replayed by the word of a key that nobody knows"
        assert self._judge.replayed(mutant.content, with_keys()) == set(), f"{mutant.how}: replayed without a signature"

    def signed(self, _: int) -> None:
        original = self.material.signed
        mutant = mutants.bundles(self.random, self.material, original)
        green = self._judge.replayed(mutant.content, with_keys())
        self.counted["signed taken"] += bool(green)
        assert not green or (green == WOULD_PASS and mutant.content[:82] == original[:82]), f"{mutant.how}: {green}"

    def record(self, _: int) -> None:
        """Of a store on a disk: a record, or a blob."""
        part = self.random.choice(("ac", "ac", "cas"))
        path = self.random.choice(sorted(path for path in (self.material.store / part).rglob("*") if path.is_file()))
        content = path.read_bytes()
        mutant = mutants.disk_record(self.random, content) if part == "ac" else mutants.Mutant("blob", self.random.choice(mutants.BLUNT)(self.random, content))
        if part == "ac" and self.random.random() < 0.2:
            other = self.random.choice(sorted(self.material.fingerprints.values()))
            path = self.material.store / "ac" / other[:2] / other
            content = path.read_bytes()
        try:
            path.write_bytes(mutant.content)
            green = self._judge.green(DiskStore(str(self.material.store)))
            self.counted["record taken"] += green == WOULD_PASS
            if not green <= WOULD_PASS:
                self._only_relabelled(json.loads(mutant.content.partition(b"\n")[2]), self.material.fingerprints["bad"], mutant.how)
        finally:
            path.write_bytes(content)

    def _only_relabelled(self, record: dict[str, Any], fingerprint: str, how: str) -> None:
        """Who may speak for a scope may say of exactly this that it passed; nobody else may, and not of anything else."""
        self.counted["relabelled"] += 1
        assert mutants.relabelled(record, fingerprint), f"{how}: a wrong replay"

    def envelope(self, _: int) -> None:
        names = sorted(self.material.fingerprints.values())
        name, asked = self.random.choice(names), self.random.choice(names)
        content = b'{"check": "a"}' + self.random.randbytes(self.random.randrange(200))
        signer, verifier = Signer(KEY, ""), Verifier((KEY,), "")
        mutant = self.random.choice(mutants.BLUNT)(self.random, wrap(signer, "record", name, content))
        kind = self.random.choice(("record", "record", "history"))
        found = unwrap(verifier, kind, asked, mutant)
        self.counted["envelope taken"] += found is not None
        assert unwrap(verifier, "record", name, wrap(Signer(FOREIGN, ""), "record", name, content)) is None
        assert found is None or (found, kind, asked) == (content, "record", name)

    def archive(self, _: int) -> None:
        mutant = archives.mutated(self.random, self.material.archive)
        self.counted["archive taken"] += self._ground.judge(mutant.content)

    def archive_index(self, _: int) -> None:
        try:
            archives.read(archives.mutated(self.random, self.material.archive).content)
            self.counted["archive_index taken"] += 1
        except (StoreError, EOFError):
            pass


def run(rounds: int, seed: int, folder: Path) -> Counter[str]:
    """So many of them, in this folder."""
    running = Rounds(folder, seed)
    for number in range(rounds):
        try:
            running.round(number)
        except BaseException as error:
            error.add_note(f"round {number} of seed {seed}")
            raise
    return running.counted


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="tests.mutations", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    folder, began = Path(tempfile.mkdtemp()), monotonic()
    try:
        counted = run(given.rounds, given.seed, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(f"{count:7,} {name}" for name, count in sorted(counted.items())))
    print(f"{given.rounds:,} rounds in {monotonic() - began:.0f} s: no wrong replay, nothing written elsewhere, no error that is none")


if __name__ == "__main__":
    main(sys.argv[1:])
