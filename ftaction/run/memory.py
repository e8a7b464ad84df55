"""What earlier runs proved, over a store: records by fingerprint, and each check's history for expected times and explaining.

Only clean passes are ever replayed (`plan/decide.py`); failures are kept to explain and to order. The history is advice: two runs
that write it at once only add lines, and a line that can't be read is left out.
"""

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

from ftaction.model.doors import Store
from ftaction.model.ending import Passed
from ftaction.model.manifest import Difference, Manifest
from ftaction.model.record import Record
from ftaction.plan.fingerprint import differences
from ftaction.run.records import dump, load

_RECENT = 5  # passes whose median is the expected time
_SHORT, _FEW = 1 << 20, 10_000  # of a manifest's head at most, and of a list of files that is always looked at: bytes, lines
_NEAREST = 6  # records looked at to explain a miss,
_ALIKE = 20  # and to find a pass with other tools


class _Line(NamedTuple):
    """One line of a history."""

    fingerprint: str
    passed: bool
    seconds: float


class Memory:
    """`scope` keeps the histories of different repositories apart; records are shared by what they prove."""

    def __init__(self, store: Store, scope: str) -> None:
        self._store = store
        self._scope = sha256(scope.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self._distrusted: set[str] = set()

    def expect(self, fingerprints: Iterable[str]) -> None:
        """These will be asked for."""
        self._store.expect([one for one in fingerprints if one])

    def find(self, fingerprint: str) -> Record | None:
        """The record of exactly this."""
        content = self._store.record(fingerprint)
        record = load(content) if content is not None else None
        return record if record is not None and record.fingerprint == fingerprint else None

    def expected(self, check: str) -> float | None:
        """Seconds it will likely take: the median of its last passes; without one, of its last runs."""
        lines = list(self._history(check))
        passes = [line.seconds for line in lines if line.passed][-_RECENT:]
        times = passes or [line.seconds for line in lines][-_RECENT:]
        return sorted(times)[len(times) // 2] if times else None

    def traced(self, check: str) -> Iterator[Record]:
        """Recent records of this check of whose tests something was seen, newest first."""
        for fingerprint in dict.fromkeys(line.fingerprint for line in reversed(list(self._history(check)))):
            record = self.find(fingerprint)
            if record is not None and record.tests and self.has(record.tests):
                yield record

    def nearest(self, check: str, manifest: Manifest) -> tuple[Record, tuple[Difference, ...]] | None:
        """The recent record of this check that differs in the fewest lines; a pass before a failure of the same distance."""
        best: tuple[tuple[int, bool], Record, tuple[Difference, ...]] | None = None
        recent = dict.fromkeys(line.fingerprint for line in reversed(list(self._history(check))))
        for fingerprint in list(recent)[:_NEAREST]:
            record = self.find(fingerprint)
            earlier = self.manifest(record, manifest) if record else None
            if record is None or earlier is None:
                continue
            found = differences(earlier, manifest)
            rank = (len(found), not isinstance(record.ending, Passed))
            if best is None or rank < best[0]:
                best = (rank, record, found)
        return (best[1], best[2]) if best else None

    def alike(self, check: str, manifest: Manifest) -> Iterator[tuple[Record, Manifest]]:
        """The recent records of this check over the same files, the newest first, each with its manifest."""
        recent = dict.fromkeys(line.fingerprint for line in reversed(list(self._history(check))))
        for fingerprint in list(recent)[:_ALIKE]:
            record = self.find(fingerprint)
            earlier = self.manifest(record, manifest) if record and record.inputs == manifest.inputs_digest else None
            if record is not None and earlier is not None:
                yield record, earlier

    def manifest(self, record: Record, same: Manifest | None = None) -> Manifest | None:
        """The manifest kept beside a record. `same`: one whose list of files need not be read again where it is the same."""
        head = self._store.blob(record.head) if record.head else None
        if head is None or len(head) > _SHORT:
            return None
        if same is not None and record.inputs == same.inputs_digest:
            return Manifest(head=_text(head), inputs=same.inputs, inputs_digest=same.inputs_digest)
        inputs = self._store.blob(record.inputs)
        if inputs is None or (same is not None and not _alike(inputs, same.inputs)):
            return None
        return Manifest(head=_text(head), inputs=_text(inputs), inputs_digest=record.inputs)

    def remember(self, record: Record, manifest: Manifest) -> bool:
        """Keep the manifest, then the record, then its line of history: a record is never there without what it rests on."""
        head = self._store.put_blob(_bytes(manifest.head))
        inputs = self._store.put_blob(_bytes(manifest.inputs))
        complete = record._replace(head=head, inputs=inputs)
        stored = bool(head and inputs) and self._store.put_record(record.fingerprint, dump(complete))
        line = {
            "fingerprint": record.fingerprint, "passed": isinstance(record.ending, Passed), "seconds": round(record.seconds, 4),
            "ended": round(record.ended, 3),
        }  # fmt: skip
        self._store.append(self._key(record.check), json.dumps(line, separators=(",", ":")).encode())
        return stored

    def keep(self, content: bytes) -> str:
        """A log, patch or archive; its digest."""
        return self._store.put_blob(content)

    def blob(self, digest: str) -> bytes | None:
        """What `keep` kept."""
        return self._store.blob(digest) if digest else None

    def has(self, digest: str) -> bool:
        """Whether a blob is there; it may still turn out damaged."""
        return bool(digest) and digest not in self._distrusted and self._store.has(digest)

    def distrust(self, digest: str) -> None:
        """From now on this blob counts as gone: it is damaged, or not what its record says."""
        self._distrusted.add(digest)

    def keep_stream(self, pieces: Iterable[bytes]) -> str:
        """Something too large for memory; its digest."""
        return self._store.put_stream(pieces)

    def stream(self, digest: str) -> Iterator[bytes] | None:
        """What `keep_stream` kept; verified only at its end, see `Store.stream`."""
        return self._store.stream(digest) if digest else None

    def _key(self, check: str) -> str:
        return f"{self._scope}/{sha256(check.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}"

    def _history(self, check: str) -> Iterator[_Line]:
        for line in self._store.history(self._key(check)):
            try:
                entry = json.loads(line)
                yield _Line(str(entry["fingerprint"]), bool(entry["passed"]), float(entry["seconds"]))
            except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
                continue


def _alike(earlier: bytes, now: str) -> bool:
    """Whether a list of files may be one of the same repository. What is far longer would take the memory of this run, and explain nothing."""
    return len(earlier) <= 4 * len(now) + _SHORT and earlier.count(b"\n") <= 2 * now.count("\n") + _FEW


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
