"""What earlier runs proved, over a store: records by fingerprint, and each check's history for expected times and explaining.

Only clean passes are ever replayed (`plan/decide.py`); failures are kept to explain and to order. The history is advice: two runs
that write it at once only add lines, and a line that can't be read is left out.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from ftaction.errors import StoreError
from ftaction.model.doors import Store
from ftaction.model.ending import Passed
from ftaction.model.manifest import Difference, Manifest
from ftaction.model.record import Record, Tally
from ftaction.model.run import Earlier
from ftaction.plan.fingerprint import differences, narrowed
from ftaction.plan.tally import after, counted, joined
from ftaction.run.marks import Marks
from ftaction.run.records import dump, load

if TYPE_CHECKING:
    from ftaction.model.asking import Account
    from ftaction.run.lines import Line  # imported where used: a run that replays everything reads no history

_RECENT = 5  # passes whose median is the expected time
_SHORT, _FEW = 1 << 20, 10_000  # of a manifest's head at most, and of a list of files that is always looked at: bytes, lines
_NEAREST = 6  # records looked at to explain a miss,
_ALIKE = 20  # and to find a pass with other tools


class Memory:
    """`scope` keeps the histories of different repositories apart; records are shared by what they prove."""

    def __init__(self, store: Store, scope: str) -> None:
        self._store = store
        self._scope = sha256(scope.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self.marks = Marks(store, self._scope)
        self._distrusted: set[str] = set()
        self._histories: dict[str, list[Line]] = {}  # of checks that run
        self._added: dict[str, int] = {}  # lines of this run's own

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
        history = self._history(check)
        passes = [line.seconds for line in history if line.passed][-_RECENT:]
        times = passes or [line.seconds for line in history][-_RECENT:]
        return sorted(times)[len(times) // 2] if times else None

    def earlier(self, check: str, branch: str) -> tuple[Earlier, ...]:
        """Its last runs before this one, the newest last. `branch`: which is `here`."""
        from ftaction.run.lines import RECENT, short

        here = short(branch)
        lines = self._history(check)[: len(self._history(check)) - self._added.get(check, 0)]
        return tuple(Earlier(line.passed, line.seconds, line.outcome.ended, bool(here) and line.branch == here) for line in lines[-RECENT:])

    def recent(self, check: str) -> Iterator[Record]:
        """Records of this check, the one whose inputs were run last first."""
        for fingerprint in dict.fromkeys(line.fingerprint for line in reversed(self._history(check))):
            record = self.find(fingerprint)
            if record is not None:
                yield record

    def traced(self, check: str) -> Iterator[Record]:
        """Those of them of whose tests something was seen."""
        return (record for record in self.recent(check) if record.tests and self.has(record.tests))

    def passes(self, check: str, fingerprint: str) -> int:
        """How many clean passes its history has of this."""
        return sum(line.fingerprint == fingerprint and line.outcome.passed and not line.outcome.failed for line in self._history(check))

    def latest(self, fingerprint: str) -> Record | None:
        """Of a suite: the record of the whole, or one of a later run with tests left out, which counts what is known of the whole.

        One that does not was made by somebody who had not heard of it, and so may have left out what failed.
        """
        record, part = self.find(fingerprint), self.find(narrowed(fingerprint))
        if record is None or part is None:
            return record or part
        return part if part.ended > record.ended and part.tally.failed >= record.tally.failed else record

    def failed_last(self, check: str, branch: str) -> bool:
        """Whether it failed when it last ran on this branch; where it never did, when it last ran anywhere."""
        from ftaction.run.lines import failed_last

        return failed_last(self._history(check), branch)

    def draws(self, check: str, fingerprint: str, share: float, commit: str) -> bool:
        """Whether it is of the sample that is audited, and was not seen to be right at this commit before."""
        from ftaction.plan.audit import sampled
        from ftaction.run.lines import short

        return sampled(share, commit, fingerprint) and not any(
            line.fingerprint == fingerprint and line.audited == short(commit) for line in self._history(check)
        )

    def rate(self, check: str, fingerprint: str) -> tuple[int, int] | None:
        """How often it failed, of how many runs of inputs that passed and failed lately; None where there are no such inputs."""
        from ftaction.run.lines import rate

        same = narrowed(fingerprint)  # of whose runs the record's tally knows too
        record = self.latest(fingerprint) if fingerprint else None
        lines = (line._replace(fingerprint=fingerprint) if line.fingerprint == same else line for line in self._history(check))
        return rate(lines, {fingerprint: record.tally} if record else {})

    def nearest(self, check: str, manifest: Manifest) -> tuple[Record, tuple[Difference, ...]] | None:
        """The recent record of this check that differs in the fewest lines; a pass before a failure of the same distance."""
        best: tuple[tuple[int, bool], Record, tuple[Difference, ...]] | None = None
        recent = dict.fromkeys(line.fingerprint for line in reversed(self._history(check)))
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
        recent = dict.fromkeys(line.fingerprint for line in reversed(self._history(check)))
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

    def remember(self, record: Record, manifest: Manifest, failed: int = 0, same: tuple[str, ...] = ()) -> bool:
        """Keep the manifest, then the record, then its line of history: a record is never there without what it rests on.

        `failed`: tries that failed before the last. `same`: all fingerprints under which runs of these inputs may be remembered.
        """
        from ftaction.run.lines import line_of

        head = self._store.put_blob(_bytes(manifest.head))
        inputs = self._store.put_blob(_bytes(manifest.inputs))
        line = line_of(record, failed)
        complete = record._replace(head=head, inputs=inputs, tally=after(self._tally(record.check, same or (record.fingerprint,)), line.outcome))
        stored = bool(head and inputs) and self._store.put_record(record.fingerprint, dump(complete))
        self._append(record.check, line)
        return stored

    def answered(self, record: Record) -> bool:
        """Keep what a model answered about one item. It is no run of a check, so no history has it."""
        return self._store.put_record(record.fingerprint, dump(record))

    def asked(self, record: Record) -> None:
        """A check asked: its history has one more run."""
        from ftaction.run.lines import line_of

        self._append(record.check, line_of(record, 0))

    def spent(self, check: str, account: "Account", now: float) -> None:
        """Add what asking came to, to what it came to before."""
        from ftaction.run.spending import added

        key = self._key(f"asked {check}")
        self._store.append(key, added(self._store.history(key), check, account, now))

    def agreed(self, record: Record, commit: str) -> None:
        """It was run to see whether skipping it is right, and it is: one more run is known, and what stands for it stays as it is."""
        from ftaction.run.lines import line_of, short

        self._append(record.check, line_of(record, 0)._replace(audited=short(commit)))

    def _tally(self, check: str, fingerprints: tuple[str, ...]) -> Tally:
        """All that is known of runs of these inputs: what the last records counted, and what their history has beside that."""
        tally = counted(line.outcome for line in self._history(check) if line.fingerprint in fingerprints)
        for record in filter(None, map(self.find, fingerprints)):
            tally = joined(record.tally, tally)
        return tally

    def _append(self, check: str, line: "Line") -> None:
        from ftaction.run.lines import written

        self._store.append(self._key(check), written(line))
        self._added[check] = self._added.get(check, 0) + 1
        if check in self._histories:
            self._histories[check].append(line)

    def keep(self, content: bytes) -> str:
        """A log, patch or archive; its digest."""
        return self._store.put_blob(content)

    def blob(self, digest: str) -> bytes | None:
        """What `keep` kept."""
        return self._store.blob(digest) if digest else None

    def whole(self, digest: str, most: int) -> bytes | None:
        """What `keep` or `keep_stream` kept, up to so many bytes."""
        content = self.blob(digest)
        pieces = self.stream(digest) if content is None else None
        if pieces is None:
            return content
        found = bytearray()
        try:
            for piece in pieces:
                found += piece
                if len(found) > most:
                    return None
        except StoreError:
            return None
        return bytes(found)

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

    def _history(self, check: str) -> list["Line"]:
        """Read once."""
        from ftaction.run.lines import read

        if check not in self._histories:
            self._histories[check] = list(read(self._store.history(self._key(check))))
        return self._histories[check]


def _alike(earlier: bytes, now: str) -> bool:
    """Whether a list of files may be one of the same repository. What is far longer would take the memory of this run, and explain nothing."""
    return len(earlier) <= 4 * len(now) + _SHORT and earlier.count(b"\n") <= 2 * now.count("\n") + _FEW


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
