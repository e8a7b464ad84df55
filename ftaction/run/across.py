"""Memory across runs, in the cache service of a workflow: bundles are fetched while the run looks at its files, and one is saved at its end.

A bundle never changes once it is saved, and the newest one is what the next run reads. So a run merges: what it restored, what others
saved meanwhile, what it adds. Two jobs that save at the same moment each miss the other's; `settle` looks again a moment later and
brings the two together. Large blobs are entries of their own, under their digest.
"""

import os
from collections.abc import Callable, Iterator
from threading import Thread
from typing import NamedTuple

from ftaction.edge.bundle import Bundle, GoneError, Head, Item, read_bundle, write_bundle
from ftaction.errors import StoreError
from ftaction.model.doors import CacheService, Hit
from ftaction.model.record import Origin, OriginKind
from ftaction.model.run import Move, Transfer
from ftaction.plan.scopes import Scope, Scopes, vouches
from ftaction.plan.tally import proven
from ftaction.run import large
from ftaction.run.beside import beside
from ftaction.run.bundle import Added, Old, merge
from ftaction.run.records import load

SETTLED = 1.5  # seconds after saving; by then whoever saved at the same moment can be seen, servers that count whole seconds included
_ROUNDS = 6
_PATIENCE = 20.0  # seconds that a run waits for its bundles,
_UPLOADS = 600.0  # and for what its checks made to be saved
_RESTORING, _SAVING = "restoring", "saving"


class Seal(NamedTuple):
    """Who vouches for bundles. `verify`: the name of the key that signed this digest; `required`: one without a known key is a miss."""

    verify: Callable[[bytes, str], str | None] = lambda _digest, _signature: None
    sign: Callable[[bytes], str] | None = None
    required: bool = False


class Held(NamedTuple):
    """A bundle that was found, and for whom it may speak."""

    scope: Scope
    key: str
    bundle: Bundle


class Surroundings(NamedTuple):
    """What the memory of a run is made with. Times in seconds; `now` since the epoch, `clock` from any start; `budget` in bytes."""

    here: Origin
    platform: str
    folder: str
    budget: int
    seal: Seal
    now: Callable[[], float]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    ends: float = 180.0  # for saving the bundle, and again for settling: a service slow in each request, within its limits, takes hours in all
    moving: Callable[[Move], None] = lambda _move: None


class Across:
    """One run's use of the cache service. Nothing here raises: what goes wrong is a note."""

    def __init__(self, service: CacheService, scopes: Scopes, around: Surroundings) -> None:
        self._service = service
        self._blind = not service.readable  # what it saved could not be merged with the bundles before, and would hide them from the next run
        self._scopes = scopes
        self._around = around
        self._held: list[Held] = []
        self._notes: dict[str, str] = {}  # one for what could not be restored, one for what could not be saved
        self._large: dict[str, int] = {}  # uploaded by this run
        self._uploads: list[Thread] = []
        self._fetching: Thread | None = None
        self._here: list[Held] | None = None
        self.transfers: list[Transfer] = []

    def start(self) -> None:
        """Begin to fetch the bundles, while the run does other things."""
        if self._fetching is None:
            self._fetching = Thread(target=self._fetch, daemon=True)
            self._fetching.start()

    @property
    def notes(self) -> tuple[str, ...]:
        """What this memory had to do without, in a sentence each."""
        return tuple(self._notes.copy().values())

    def held(self) -> list[Held]:
        """The bundles of this run, waited for once."""
        if self._here is None:
            self.start()
            assert self._fetching is not None
            self._fetching.join(_PATIENCE)
            if self._fetching.is_alive():
                self._note(_RESTORING, f"what earlier runs proved did not arrive within {_PATIENCE:.0f} seconds")
            self._here = list(self._held)
        return self._here

    def record(self, fingerprint: str) -> Iterator[bytes]:
        """Records of this fingerprint that their bundle may vouch for, the one that ended last first."""
        found: list[tuple[float, bytes]] = []
        for held in self.held():
            content = held.bundle.read(f"ac/{fingerprint}")
            record = load(content) if content else None
            if content and record and vouches(held.scope, record.origin, self._around.here):
                found.append((record.ended, content))
        return iter([content for _, content in sorted(found, key=lambda one: -one[0])])

    def blob(self, digest: str) -> bytes | None:
        """A small blob."""
        return next((content for held in self.held() if (content := held.bundle.read(f"cas/{digest}")) is not None), None)

    def has(self, digest: str) -> bool:
        """Whether a blob is in a bundle, or was an entry of its own when the bundle was made."""
        return digest in self._large or any(f"cas/{digest}" in held.bundle or digest in held.bundle.head.large for held in self.held())

    def history(self, key: str) -> list[bytes]:
        """The lines of one check's history, those of this run's own scope last."""
        found = [held.bundle.read(f"history/{key}") for held in self.held()]
        return [line for content in found if content for line in content.split(b"\n")]

    def stream(self, digest: str) -> Iterator[bytes] | None:
        """A blob that is an entry of its own; verified only at its end."""
        if not any(digest in held.bundle.head.large for held in self.held()):
            return None
        return large.stream(self._service, digest)

    def upload(self, digest: str, path: str) -> None:
        """Save a file as an entry of its own, while the run goes on. What a bundle says of it is not believed: unused entries are dropped."""
        if self._scopes.write is None or not self._service.writable:
            return
        thread = Thread(target=self._upload, args=(digest, path), daemon=True)
        self._uploads.append(thread)
        thread.start()

    def _upload(self, digest: str, path: str) -> None:
        began = self._begin("outputs", digest, saved=True)
        try:
            size = os.path.getsize(path)
            there, saved = large.put(self._service, digest, path)
        except (StoreError, OSError) as error:
            self._note(_SAVING, f"what a check makes was not saved: {_said(error)}")
            self._end("outputs", digest, began, 0, saved=True, problem=_said(error))
            return
        if there:
            self._large[digest] = size
        self._end("outputs", digest, began, size if saved else 0, saved=True)

    def save(self, added: Added) -> str:
        """Save a bundle of what was restored and what this run adds; its key, empty where nothing was saved."""
        until = self._around.clock() + _UPLOADS
        for thread in self._uploads:
            thread.join(max(0.0, until - self._around.clock()))
        scope = self._scopes.write
        if scope is None or not self._service.writable or self._blind or not self._is_new(added):
            return ""
        return self._in_time(lambda: self._save(scope, added._replace(large=dict(self._large))), "what this run proved was not saved")

    def settle(self, key: str, saved_at: float) -> str:
        """Look whether others saved at the same moment, and merge theirs with ours; the key that the next run will read. Times: epoch."""
        scope = self._scopes.write
        if scope is None or not key.startswith(self._prefix(scope)):
            return key
        return self._in_time(lambda: self._settle(scope, key, saved_at), "what jobs saved at the same time may not be in one bundle") or key

    def _in_time(self, work: Callable[[], str], otherwise: str) -> str:
        """What it comes to; empty, with a note, where it fails or takes too long."""
        done: list[str] = []

        def attempt(_: None) -> None:
            try:
                done.append(work())
            except StoreError as error:
                self._notes[_SAVING] = f"{otherwise}: {error}"  # more than what one check makes

        if not beside(attempt, [None], width=1, seconds=self._around.ends):
            self._notes[_SAVING] = f"{otherwise}: it took more than {self._around.ends:g} seconds"
        return done[0] if done else ""

    def _settle(self, scope: Scope, key: str, saved_at: float) -> str:
        for _ in range(_ROUNDS):
            self._around.sleep(max(0.0, saved_at + SETTLED - self._around.now()))
            newest = self._service.find(self._prefix(scope), (self._prefix(scope),))
            if newest is None or newest.key.casefold() == key:
                return key
            theirs = self._sealed(scope, self._open(newest))
            if key in theirs.head.merged:
                return newest.key
            ours = self._service.find(key)
            key = self._write(scope, [*([Old(key, self._sealed(scope, self._open(ours)))] if ours else []), Old(newest.key, theirs)], Added())
            saved_at = self._around.now()
        return key

    def _save(self, scope: Scope, added: Added) -> str:
        old = [Old(held.key, held.bundle) for held in self.held() if held.scope == scope]
        newest = self._service.find(self._prefix(scope), (self._prefix(scope),))
        if newest and newest.key not in [one.key for one in old]:
            try:
                old.append(Old(newest.key, self._sealed(scope, self._open(newest))))
            except StoreError as error:
                self._note(_RESTORING, f"what another job proved was left out: {error}")
        return self._write(scope, old, added)

    def _write(self, scope: Scope, old: list[Old], added: Added) -> str:
        began, now = self._begin("bundle", scope.name, saved=True), self._around.now()
        path, size = f"{self._around.folder}/{os.urandom(8).hex()}.bundle", 0
        try:
            head, items = merge(old, added, int(now), self._around.budget)
            written = self._written(path, head, items)
            key = self._saved(scope, path, int(now * 1000))
            size = written
        finally:
            if os.path.exists(path):
                os.unlink(path)
            self._end("bundle", scope.name, began, size, saved=True)
        return key

    def _written(self, path: str, head: Head, items: list[Item]) -> int:
        """Its size. What can't be read any more, or never could, keeps nothing else out."""
        try:
            return write_bundle(path, head, items, self._around.seal.sign)
        except GoneError:
            return write_bundle(path, head, [item for item in items if item.read() is not None], self._around.seal.sign)

    def _saved(self, scope: Scope, path: str, now: int) -> str:
        """The new key. One that is taken was reserved by a request of ours whose answer was lost, and can't be had any more."""
        for _ in range(2):
            key = f"{self._prefix(scope)}{now:012x}-{os.urandom(4).hex()}"
            if self._service.save(key, path):
                return key
        raise StoreError("the cache service has each new key already")

    def _is_new(self, added: Added) -> bool:
        """Whether a record is among it that ended otherwise than the last one known or counts flaky passes, or whose outputs only this bundle will name."""
        for item in added.items:
            content = item.read() if item.name.startswith("ac/") else None
            record = load(content) if content else None
            last = next(map(load, self.record(record.fingerprint)), None) if record else None
            new = record and last and ((last.ending, last.flaky) != (record.ending, record.flaky) or proven(record.tally))
            if record and (record.outputs in self._large or not last or new):
                return True
        return False

    def _fetch(self) -> None:
        threads = [Thread(target=self._fetch_one, args=(scope,), daemon=True) for scope in self._scopes.read[1:]]
        for thread in threads:
            thread.start()
        for scope in self._scopes.read[:1]:
            self._fetch_one(scope)
        for thread in threads:
            thread.join()
        order = [scope.name for scope in self._scopes.read]
        self._held.sort(key=lambda held: order.index(held.scope.name))

    def _fetch_one(self, scope: Scope) -> None:
        began = self._begin("bundle", scope.name, saved=False)
        try:
            hit = self._service.find(self._prefix(scope), (self._prefix(scope),))
            if hit is None:
                self._end("bundle", scope.name, began, 0, saved=False)
                return
            bundle = self._sealed(scope, self._open(hit))
        except StoreError as error:
            self._note(_RESTORING, f"what earlier runs proved could not be restored: {error}")
            self._end("bundle", scope.name, began, 0, saved=False, problem=str(error))
            return
        self._held.append(Held(scope, hit.key.casefold(), bundle))
        self._end("bundle", scope.name, began, bundle.size, saved=False)

    def _begin(self, what: str, name: str, *, saved: bool) -> float:
        self._around.moving(Move(what, name, saved))
        return self._around.clock()

    def _end(self, what: str, name: str, began: float, size: int, *, saved: bool, problem: str = "") -> None:
        """Nothing was transferred where the size is 0: it was there already, or is not there at all."""
        seconds = self._around.clock() - began
        if size:
            self.transfers.append(Transfer(what, name, size, seconds, saved))
        self._around.moving(Move(what, name, saved, size, seconds, ended=True, problem=problem))

    def _open(self, hit: Hit) -> Bundle:
        return read_bundle(self._service.download(hit), self._around.seal.verify, 2 * self._around.budget)

    def _sealed(self, scope: Scope, bundle: Bundle) -> Bundle:
        if self._around.seal.required and not bundle.signer and scope.kind is OriginKind.PROTECTED:
            raise StoreError(f"the bundle of {scope.ref} is not signed by a key of this run")
        return bundle

    def _prefix(self, scope: Scope) -> str:
        return f"ft-{self._around.platform}-{scope.name}-"

    def _note(self, topic: str, sentence: str) -> None:
        """The first of a topic: what follows is mostly its consequence."""
        self._notes.setdefault(topic, sentence)


def _said(error: StoreError | OSError) -> str:
    return str(error) if isinstance(error, StoreError) else error.strerror or "it can't be read"
