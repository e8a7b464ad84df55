"""One job on a machine that knows nothing, with a real cache server behind the proxy, and what it must end with whatever the proxy does."""

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ftaction.edge.cache_service import cache_service
from ftaction.edge.retry import Backoff, Rules
from ftaction.edge.way import Sizes, Times, Way
from ftaction.edge.web import Web
from ftaction.edge.wire import Limits
from ftaction.model.change import ChangeSet
from ftaction.model.check import Cache, Config
from ftaction.model.ending import Ending
from ftaction.model.record import Origin, OriginKind
from ftaction.model.run import Report
from ftaction.plan.scopes import Scope, Scopes
from ftaction.run.across import Across, Seal, Surroundings
from ftaction.run.layers import Layers
from ftaction.run.world import World
from ftaction.stores import believed
from tests.faults.proxy import Proxy, Rule
from tests.support.cache_entries import MAIN, READ, WRITE, Entries, token
from tests.support.cache_server import CacheServer
from tests.support.repository import TestRepository
from tests.support.rig import Rig, check, config, decisions, endings

SCOPE = Scope("main.1", MAIN, OriginKind.PROTECTED)
ON_MAIN = Scopes((SCOPE,), SCOPE)
TOKEN = token((MAIN, READ | WRITE))
BUDGET = 10_000_000
UNSEALED = Seal()
RESTORING = "what earlier runs proved could not be restored: "
SAVING = "what this run proved was not saved: "

PLAIN = config(check("a", "cat a.txt", inputs=["a.txt"]), check("bad", "grep x b.txt", inputs=["b.txt"]), sequential_fallback=False, fail_fast="never")
"""One that passes and one that fails: no fault may turn either into the other."""

MAKING = config(
    check("make", "mkdir -p made && head -c 1100000 /dev/urandom >made/big && cp a.txt made/", inputs=["a.txt"], outputs=["made"]),
    check("use", "test -s made/big && cat made/a.txt b.txt", inputs=["b.txt"], needs=["make"]),
    parallel=False,
)
"""One makes what is too large for a bundle, and the other needs it."""


class Patience(NamedTuple):
    """How long the client waits, and in which pieces it transfers. `idle` is a quarter of a second where a server is silent, for nothing else."""

    idle: float = 20.0
    call: float = 20.0
    sizes: Sizes = Sizes()
    tries: int = 2

    def way(self, variables: Mapping[str, str]) -> Way:
        web = Web("the cache service", variables, limits=Limits(connect=self.idle, idle=self.idle))
        times = Times(call=self.call, calls=2 * self.call, piece=self.call, transfer=2 * self.call)
        return Way(web, Backoff(Rules(tries=self.tries, first=0.002, most=0.004, asked=0.01)), self.sizes, times)


USUAL = Patience()
SHORT = Patience(idle=0.25, call=0.5)
PIECES = Patience(sizes=Sizes(piece=1000, single=1000, block=1000, width=2))
BIG_PIECES = Patience(sizes=Sizes(piece=200_000, single=100_000_000, block=1000, width=2))


class Done(NamedTuple):
    """How a run ended."""

    report: Report
    left: list[str]  # files that it left in its own folder, beside logs

    @property
    def endings(self) -> dict[str, Ending]:
        return endings(self.report)

    @property
    def decisions(self) -> dict[str, str]:
        return decisions(self.report)

    def notes(self, beginning: str = "") -> list[str]:
        return [note for note in self.report.notes if note.startswith(beginning)]


class Ground:
    """A repository that stays as it is, and servers that begin with what an earlier run saved."""

    def __init__(self, folder: Path, repository: TestRepository, configuration: Config, proxy: Proxy) -> None:
        self.folder = folder
        self.repository = repository
        self.configuration = configuration
        self.proxy = proxy
        self.folder.mkdir(exist_ok=True)
        self._count = 0
        self._warm: dict[str, Path] = {}
        self._servers: dict[str, CacheServer] = {}  # each of them for many cases, with entries of its own for each
        self._real: dict[str, str] = {}  # their own addresses
        self.real = ""

    @contextmanager
    def server(self, protocol: str, *, warm: bool) -> Iterator[CacheServer]:
        """One whose addresses lead through the proxy."""
        folder = self._new("server")
        if warm:
            shutil.copytree(self._earlier(protocol), folder)
        if protocol not in self._servers:
            self._servers[protocol] = CacheServer(self._new("server"), protocols=frozenset((protocol,))).__enter__()
            self._real[protocol] = self._servers[protocol].url
        server = self._servers[protocol]
        server.url, server.entries, self.real = self.proxy.url, Entries(folder), self._real[protocol]
        yield server

    def close(self) -> None:
        for server in self._servers.values():
            server.__exit__()

    def _earlier(self, protocol: str) -> Path:
        if protocol not in self._warm:
            with self.server(protocol, warm=False) as server:
                done = self.run(protocol)
                assert done.report.notes == ()
                self._warm[protocol] = server.entries.path(1).parent
        return self._warm[protocol]

    def run(self, protocol: str, *rules: Rule, patience: Patience = USUAL, variables: Mapping[str, str] = {}, seal: Seal = UNSEALED) -> Done:
        """A run on a new machine. `variables` go over those of a job."""
        self.proxy.begin(self.real, *rules)
        names = {"ACTIONS_RUNTIME_TOKEN": TOKEN, "ACTIONS_RESULTS_URL" if protocol == "v2" else "ACTIONS_CACHE_URL": self.proxy.url} | dict(variables)
        rig = self._rig()
        own = Path("nowhere")

        def layers(_: object, folder: str) -> Layers:
            nonlocal own
            own = Path(folder)
            found = cache_service(names, mask=_mask, way=lambda: patience.way(names))
            assert found.service, found.reason
            around = Surroundings(rig.origin, "linux-x86_64", folder, BUDGET, seal, time.time, time.monotonic, lambda _: None)
            return Layers(rig.store(), Across(found.service, ON_MAIN, around), None, believed(rig.origin, Cache()))

        rig.origin = Origin(kind=OriginKind.PROTECTED, repository="org/repository", ref=MAIN, commit="c" * 40)
        rig.layers = layers
        try:
            report = rig.run(self.configuration)
        finally:
            self.proxy.end()
        logs = {f"{name}.log" for name in self.configuration.checks}
        return Done(report, [name for name in os.listdir(own) if name not in logs])

    @cached_property
    def without_cache(self) -> dict[str, Ending]:
        """How a run without any cache ends."""
        return endings(self._rig().run(self.configuration))

    def _rig(self) -> Rig:
        """With an empty store. The digests of this machine's programs are known, for they say nothing of checks and take long."""
        store, known = self._new("store"), self.folder / "digests"
        if not known.exists():
            Rig(self.repository, store).plan(self.configuration)
            (store / "digests").rename(known)
        shutil.copytree(known, store / "digests")
        return _Rig(self.repository, store)

    def _new(self, name: str) -> Path:
        self._count += 1
        return self.folder / f"{name}-{self._count}"


class _Rig(Rig):
    """It does not look for what changed, which says nothing of the cache and asks git five times."""

    def world(self) -> World:
        return super().world()._replace(changes=lambda: ChangeSet(base="", touched=(), complete=True))


def _mask(text: str) -> None:
    """As the command line, which has to write it."""
    text.encode()
