"""(a) Warm replay: 8 checks over 2,000 files, nothing changed, FirstTry beside its peers."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from . import budgets, clock, ours, peers, repos
from .clock import Sample
from .ours import Planned
from .peers import Peer
from .replayed import Told, all_replayed
from .table import Row, Section
from .world import World

FILES_IN_EACH = 250
WARM = Told(replayed=8, total=8)
TITLE = "(a) warm replay of 8 checks over 2,000 files"


def measure(world: World) -> Section:
    versions = peers.install(world.root / "tools")
    contestants: dict[str, Callable[[], float]] = {"FirstTry": _first_try(world)}
    all_peers = peers.peers(world.root / "tools")
    try:
        for peer in all_peers:
            contestants[peer.name] = _peer(world, peer)
        samples = clock.take_turns(contestants, rounds=world.rounds(20), discard=2)
    finally:
        for peer in all_peers:
            if peer.last and world.repository(peer.folder).is_dir():
                clock.run(peer.last, world.repository(peer.folder), {**world.env, **peer.env})
    return Section(title=TITLE, method=_method(world, versions), rows=_rows(samples))


def repository(world: World, name: str, overlay: peers.Overlay) -> Path:
    """The common repository with one tool's set-up over it, and the installed tools beside it."""
    folder = world.repository(name)
    repos.make(folder, sorted({**peers.workspace(FILES_IN_EACH), **overlay}.items()))
    repos.linked(world.root / "tools" / "node_modules", folder / "node_modules")
    return folder


def checks() -> tuple[Planned, ...]:
    return tuple(Planned(name=name, run=f"cat packages/{name}/src/*/*.txt | cksum", inputs=(f"packages/{name}/src/**",)) for name in peers.PACKAGES)


def warmed(world: World) -> tuple[Path, Path]:
    """The repository and a store in which all of its checks have passed."""
    folder = repository(world, "firsttry", {".firsttry.yml": ours.configuration(checks())})
    store = ours.emptied(world.store("replay"))
    world.ftaction.run(folder, store, expected=Told(replayed=0, total=8))
    return folder, store


def _first_try(world: World) -> Callable[[], float]:
    folder, store = warmed(world)
    return partial(world.ftaction.run, folder, store, expected=WARM)


def _peer(world: World, peer: Peer) -> Callable[[], float]:
    folder = repository(world, peer.folder, peers.overlays()[peer.folder])

    def once() -> float:
        ended = clock.run(peer.command, folder, {**world.env, **peer.env}).fine(peer.name)
        all_replayed(peer.name, peer.told(ended.out), 8)
        return ended.seconds

    clock.run(peer.command, folder, {**world.env, **peer.env}).fine(peer.name)  # may run or replay: fills the cache
    return once


def _method(world: World, versions: dict[str, str]) -> tuple[str, ...]:
    return (
        f"{world.rounds(20)} interleaved rounds after 2 discarded; wall time of the whole process, output to a file;",
        "each run is checked in the tool's own words: 8 of 8 replayed. ratio = of FirstTry's time.",
        "local cache only; telemetry, update notices and clouds off; " + ", ".join(f"{n} {v}" for n, v in versions.items()),
    )


def _rows(samples: dict[str, Sample]) -> tuple[Row, ...]:
    own = samples["FirstTry"].median
    rows = [
        Row(
            name=name,
            value=sample.median * 1000,
            unit="ms",
            spread=(sample.middle[0] * 1000, sample.middle[1] * 1000),
            ratio=sample.median / own,
            budget=budgets.WARM_MS if name == "FirstTry" else None,
        )
        for name, sample in samples.items()
    ]
    share = own / samples["npx turbo"].median
    rows.append(Row(name="FirstTry / npx turbo", value=share, unit="x", budget=budgets.WARM_AGAINST_NPX_TURBO))
    return tuple(rows)
