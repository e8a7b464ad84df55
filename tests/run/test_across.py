"""Memory across runs: each run begins with an empty disk, and knows what the cache service knows."""

import shutil
import time
from pathlib import Path
from threading import Event

import pytest

from ftaction.edge.disk import DiskStore
from ftaction.errors import Interrupted
from ftaction.model.check import Cache
from ftaction.model.doors import Hit
from ftaction.model.plan import Reason, Run
from ftaction.model.record import CLEAN, Origin, OriginKind
from ftaction.model.run import Report
from ftaction.plan.scopes import Scope, Scopes
from ftaction.run.across import Across, Seal, Surroundings
from ftaction.run.bundle import Added
from ftaction.run.layers import Layers
from ftaction.stores import believed
from tests.support.repository import TestRepository, committed
from tests.support.rig import Rig, check, config, decisions, result
from tests.support.service import Entries, Service

MAIN = Scope("main.1", "refs/heads/main", OriginKind.PROTECTED)
PULL = Scope("pull.1", "refs/pull/1/merge", OriginKind.PULL_REQUEST)
ON_MAIN = Scopes((MAIN,), MAIN)
ON_PULL = Scopes((MAIN, PULL), PULL)
LIMIT = 10_000_000
NO_SEAL = Seal()


class Job(Rig):
    """One job after the other: what one leaves on its disk the next has not."""

    def __init__(self, repository: TestRepository, service: Service, scopes: Scopes = ON_MAIN, trust: str = "auto", seal: Seal = NO_SEAL) -> None:
        super().__init__(repository)
        scope = scopes.write or scopes.read[-1]
        self.origin = Origin(
            kind=scope.kind, repository="org/repository", ref=scope.ref, commit="c" * 40, run="https://github.com/org/repository/actions/runs/7"
        )
        self.saved: list[Layers] = []

        def layers(disk: object, folder: str) -> Layers:
            around = Surroundings(self.origin, "linux-x86_64", folder, LIMIT, seal, time.time, time.monotonic, lambda _: None)
            made = Layers(self.store(), Across(service, scopes, around), None, believed(self.origin, Cache(trust=trust)))
            self.saved.append(made)
            return made

        self.layers = layers

    def fresh(self, *checks: object, **more: object) -> Report:
        """A run as on a new machine."""
        shutil.rmtree(self.store_folder, ignore_errors=True)
        return self.run(config(*checks, **more))  # type: ignore[arg-type]  # as `config`


@pytest.fixture
def repository(tmp_path: Path) -> TestRepository:
    return committed(tmp_path / "repository", {"a.txt": "a\n", "b.txt": "b\n"})


A = check("a", "cat a.txt", inputs=["a.txt"])
B = check("b", "cat b.txt", inputs=["b.txt"])


def test_a_new_machine_replays_what_an_earlier_one_proved(repository: TestRepository) -> None:
    entries = Entries()
    first = Job(repository, entries.of(MAIN.ref)).fresh(A, B)
    assert decisions(first) == {"a": "Run", "b": "Run"}
    second = Job(repository, entries.of(MAIN.ref)).fresh(A, B)
    assert decisions(second) == {"a": "Replay", "b": "Replay"}
    repository.write("a.txt", "changed\n")
    third = Job(repository, entries.of(MAIN.ref)).fresh(A, B)
    assert decisions(third) == {"a": "Run", "b": "Replay"}
    assert result(third, "a").decision.why.earlier is not None, "what differs is told, from the bundle's manifests"  # type: ignore[union-attr]


def test_one_look_up_and_one_download_and_nothing_saved_when_nothing_is_new(repository: TestRepository) -> None:
    entries = Entries()
    Job(repository, entries.of(MAIN.ref)).fresh(A, B)
    entries.calls.clear()
    Job(repository, entries.of(MAIN.ref)).fresh(A, B)
    assert [what for what, _ in entries.calls] == ["find", "download"]


def test_what_passed_is_kept_when_another_failed(repository: TestRepository) -> None:
    entries = Entries()
    bad = check("bad", "false", inputs=["b.txt"])
    Job(repository, entries.of(MAIN.ref)).fresh(A, bad)
    again = Job(repository, entries.of(MAIN.ref)).fresh(A, bad)
    assert decisions(again) == {"a": "Replay", "bad": "Run"}
    assert len(entries.keys()) == 1, "the same failure again is nothing new"


def test_jobs_that_save_one_after_the_other_add_to_each_other(repository: TestRepository) -> None:
    entries = Entries()
    one, other = Job(repository, entries.of(MAIN.ref)), Job(repository, entries.of(MAIN.ref))
    one.fresh(A)
    other.fresh(B)
    assert decisions(Job(repository, entries.of(MAIN.ref)).fresh(A, B)) == {"a": "Replay", "b": "Replay"}


class _Late(Service):
    """Saves of others become visible only once this job has saved: they save at the same moment."""

    def __init__(self, entries: Entries) -> None:
        super().__init__(entries, (MAIN.ref,))
        self.seen = dict(entries.kept)
        self.free = False

    def find(self, key: str, prefixes: tuple[str, ...] = ()) -> Hit | None:
        if self.free:
            return super().find(key, prefixes)
        now, self.entries.kept = self.entries.kept, self.seen
        try:
            return super().find(key, prefixes)
        finally:
            self.entries.kept = now


@pytest.mark.parametrize("settling", [[0, 1, 2], [2, 1, 0], [1], [0], [0, 0, 1, 1]], ids=str)
def test_jobs_that_save_at_the_same_moment_are_brought_together(repository: TestRepository, settling: list[int]) -> None:
    entries = Entries()
    checks = [check(name, f"cat a.txt; : {name}", inputs=["a.txt"]) for name in ("x", "y", "z")]
    services = [_Late(entries) for _ in checks]
    jobs = [Job(repository, service) for service in services]
    for one, job in zip(checks, jobs, strict=True):
        job.fresh(one)
    assert len(entries.keys()) == 3
    for service in services:
        service.free = True
    for number in settling:
        jobs[number].saved[0].settle(0.0)
    newest = decisions(Job(repository, entries.of(MAIN.ref)).fresh(*checks))
    expected = {"x": 0 in settling, "y": 1 in settling, "z": True}  # the last one is what the next run finds anyway
    assert {name: kind == "Replay" for name, kind in newest.items()} == expected


def test_a_pull_request_knows_what_its_base_proved_since(repository: TestRepository) -> None:
    entries = Entries()
    Job(repository, entries.of(PULL.ref, MAIN.ref), ON_PULL).fresh(A)
    Job(repository, entries.of(MAIN.ref)).fresh(B)
    again = Job(repository, entries.of(PULL.ref, MAIN.ref), ON_PULL).fresh(A, B)
    assert decisions(again) == {"a": "Replay", "b": "Replay"}
    assert decisions(Job(repository, entries.of(MAIN.ref)).fresh(A, B)) == {"a": "Run", "b": "Replay"}


def test_large_outputs_are_entries_of_their_own_and_wait_until_they_are_needed(repository: TestRepository) -> None:
    repository.write(".gitignore", "made/\n")
    repository.commit()
    entries = Entries()
    make = check("make", "mkdir -p made && head -c 3000000 /dev/urandom >made/big && cp a.txt made/", inputs=["a.txt"], outputs=["made"])
    use = check("use", "test -s made/big && cat made/a.txt b.txt", inputs=["b.txt"], needs=["make"])
    Job(repository, entries.of(MAIN.ref)).fresh(make, use)
    assert len(entries.keys("ft-cas-")) == 1
    shutil.rmtree(repository.root / "made")
    entries.calls.clear()
    assert set(decisions(Job(repository, entries.of(MAIN.ref)).fresh(make, use)).values()) == {"Replay"}
    assert not (repository.root / "made").exists()
    assert not [key for what, key in entries.calls if "cas" in key], "nothing is transferred for what nobody needs"
    repository.write("b.txt", "changed\n")
    third = Job(repository, entries.of(MAIN.ref)).fresh(make, use)
    assert decisions(third) == {"make": "Replay", "use": "Run"}
    assert result(third, "use").ending.kind == "passed"
    assert (repository.root / "made/big").stat().st_size == 3_000_000


def test_outputs_that_are_gone_are_made_again(repository: TestRepository) -> None:
    repository.write(".gitignore", "made\n")
    repository.commit()
    entries = Entries()
    make = check("make", "head -c 3000000 /dev/urandom >made", inputs=["a.txt"], outputs=["made"])
    use = check("use", "test -s made && cat b.txt", inputs=["b.txt"], needs=["make"])
    Job(repository, entries.of(MAIN.ref)).fresh(make, use)
    entries.kept = {place: content for place, content in entries.kept.items() if "cas" not in place[1]}
    (repository.root / "made").unlink()
    repository.write("b.txt", "changed\n")
    again = Job(repository, entries.of(MAIN.ref)).fresh(make, use)
    assert result(again, "use").ending.kind == "passed"
    assert decisions(again) == {"make": "Run", "use": "Run"}


FAULTS = ["the cache service answered 503", "the cache service can't be reached"]


@pytest.mark.parametrize("fault", FAULTS)
def test_without_the_service_everything_runs_and_it_is_said_once(repository: TestRepository, fault: str) -> None:
    service = Entries().of(MAIN.ref)
    service.broken = fault
    report = Job(repository, service).fresh(A, B)
    assert [one.ending.kind for one in report.results] == ["passed", "passed"]
    assert report.notes == (f"what earlier runs proved could not be restored: {fault}", f"what this run proved was not saved: {fault}")


def test_who_proved_it_is_kept(repository: TestRepository) -> None:
    entries = Entries()
    Job(repository, entries.of(MAIN.ref)).fresh(A)
    record = result(Job(repository, entries.of(PULL.ref, MAIN.ref), ON_PULL).fresh(A), "a").decision.record  # type: ignore[union-attr]
    assert (record.origin.kind, record.origin.ref, record.origin.run) == (OriginKind.PROTECTED, MAIN.ref, "https://github.com/org/repository/actions/runs/7")


def test_a_bundle_speaks_only_for_its_own_scope(repository: TestRepository) -> None:
    """A pull request's bundle that claims to hold the main branch's proofs."""
    entries = Entries()
    Job(repository, entries.of(MAIN.ref)).fresh(A)
    (_, key), content = next(iter(entries.kept.items()))
    entries.kept = {(PULL.ref, key.replace(MAIN.name, PULL.name)): content}
    assert decisions(Job(repository, entries.of(PULL.ref, MAIN.ref), ON_PULL).fresh(A)) == {"a": "Run"}


def test_a_failure_seen_here_outweighs_an_earlier_pass_elsewhere(repository: TestRepository, tmp_path: Path) -> None:
    entries = Entries()
    state = tmp_path / "state"
    state.touch()
    moody = check("moody", f"d={tmp_path}; test -e $d/st''ate", inputs=["a.txt"])  # of which no fingerprint can know

    def pull() -> Job:
        return Job(repository, entries.of(PULL.ref, MAIN.ref), ON_PULL)

    assert decisions(Job(repository, entries.of(MAIN.ref)).fresh(moody)) == {"moody": "Run"}
    state.unlink()
    shutil.rmtree(pull().store_folder)
    assert result(pull().run(config(moody), run_all=True), "moody").ending.kind == "failed"
    assert decisions(pull().fresh(moody)) == {"moody": "Run"}, "in doubt it runs"
    state.touch()
    for _ in range(CLEAN):
        assert decisions(pull().fresh(moody)) == {"moody": "Run"}, "the same inputs passed and failed"
    assert decisions(pull().fresh(moody)) == {"moody": "Replay"}, "and what it proved then is saved, though the main branch proved the same"


def _around(folder: Path, seal: Seal = NO_SEAL, ends: float = 60.0) -> Surroundings:
    origin = Origin(MAIN.kind, "org/repository", MAIN.ref, "c" * 40)
    return Surroundings(origin, "linux-x86_64", str(folder), LIMIT, seal, time.time, time.monotonic, lambda _: None, ends)


def test_settling_signs_nothing_that_nobody_vouched_for(repository: TestRepository, tmp_path: Path) -> None:
    """The key of what this run saved is handed to the post step by way of a file."""
    entries = Entries()
    seal = Seal(verify=lambda digest, text: "key" if text == digest.hex() else None, sign=bytes.hex, required=True)
    Job(repository, entries.of(MAIN.ref)).fresh(A)
    (unsigned,) = entries.keys()
    Job(repository, entries.of(MAIN.ref), seal=seal).fresh(B)
    Across(entries.of(MAIN.ref), ON_MAIN, _around(tmp_path, seal)).settle(unsigned, 0.0)
    assert decisions(Job(repository, entries.of(MAIN.ref), seal=seal).fresh(A, B)) == {"a": "Run", "b": "Replay"}


def test_an_entry_that_was_dropped_is_saved_anew(repository: TestRepository, tmp_path: Path) -> None:
    """GitHub drops what nobody asked for in a week, and the bundle goes on naming it."""
    repository.write(".gitignore", "made\n")
    repository.commit()
    entries = Entries()
    make = check("make", "head -c 3000000 /dev/urandom >made", inputs=["a.txt"], outputs=["made"])
    use = check("use", "test -s made && exit 3", inputs=["b.txt"], needs=["make"])
    Job(repository, entries.of(MAIN.ref)).fresh(make, use)
    ((place, content),) = [kept for kept in entries.kept.items() if "cas" in kept[0][1]]
    del entries.kept[place]
    (repository.root / "made").unlink()
    assert decisions(Job(repository, entries.of(MAIN.ref)).fresh(make, use)) == {"make": "Run", "use": "Run"}
    (repository.root / "made").unlink()
    assert decisions(Job(repository, entries.of(MAIN.ref)).fresh(make, use)) == {"make": "Replay", "use": "Run"}, "though no check ended otherwise"
    same = tmp_path / "same"
    same.write_bytes(content)
    across = Across(entries.of(MAIN.ref), ON_MAIN, _around(tmp_path))
    across.upload(place[1].removeprefix("ft-cas-"), str(same))
    across.save(Added())
    assert entries.kept.get(place) == content, "the same bytes again"


def test_what_a_check_does_to_the_disk_goes_no_further(repository: TestRepository) -> None:
    """Where checks are who we are, they can write records to our disk."""
    entries = Entries()
    job = Job(repository, entries.of(MAIN.ref))
    job.fresh(A)
    made = job.saved[0]
    made.put_blob(bytes(17_000_000))
    name, failed, passed = "f" * 64, b'{"ending": "failed"}', b'{"ending": "passed"}'
    made.put_record(name, failed)
    DiskStore(str(job.store_folder)).put_record(name, passed)
    assert [item.read() for item in made.added().items if item.name == f"ac/{name}"] == [failed]


class _BrokenOff(DiskStore):
    """A signal comes while what was proved is carried on, which may take minutes."""

    def save(self) -> None:
        raise Interrupted(2)


def test_a_signal_while_saving_is_told_with_all_that_was_proved(repository: TestRepository) -> None:
    rig = Rig(repository)
    rig.layers = lambda disk, _folder: _BrokenOff(disk.folder)
    report = rig.run(config(A, B))
    assert (report.interrupted, [one.ending.kind for one in report.results]) == (2, ["passed", "passed"])
    assert rig.surface.reports == [report]


class _Slow(Service):
    """Answers everything, but not now."""

    def __init__(self, entries: Entries) -> None:
        super().__init__(entries, (MAIN.ref,))
        self.goes_on = Event()

    def find(self, key: str, prefixes: tuple[str, ...] = ()) -> Hit | None:
        self.goes_on.wait()
        return super().find(key, prefixes)


def test_saving_and_settling_end_with_a_service_that_never_does(repository: TestRepository, tmp_path: Path) -> None:
    entries = Entries()
    Job(repository, entries.of(MAIN.ref)).fresh(A)
    (key,) = entries.keys()
    service = _Slow(entries)
    across = Across(service, ON_MAIN, _around(tmp_path, ends=0.2))
    try:
        assert across.settle(key, 0.0) == key
        assert across.notes == ("what jobs saved at the same time may not be in one bundle: it took more than 0.2 seconds",)
    finally:
        service.goes_on.set()


def test_a_job_that_may_only_write_does_not_hide_what_it_can_not_read(repository: TestRepository) -> None:
    entries = Entries()
    Job(repository, entries.of(MAIN.ref)).fresh(A)
    blind = entries.of(MAIN.ref)
    blind.readable = False
    Job(repository, blind).fresh(B)
    assert len(entries.keys()) == 1
    assert decisions(Job(repository, entries.of(MAIN.ref)).fresh(A)) == {"a": "Replay"}


SHAKY = check("shaky", "cat a.txt; test ! -e ../bad", inputs=["a.txt"])


def _bad(repository: TestRepository, is_bad: bool) -> None:
    """Nothing that a fingerprint knows of."""
    path = repository.root.parent / "bad"
    path.touch() if is_bad else path.unlink(missing_ok=True)


def test_what_was_proven_flaky_is_not_believed_on_the_next_machine(repository: TestRepository) -> None:
    """Each pass towards being believed again is saved, though nothing else of the record is new."""
    entries = Entries()
    _bad(repository, True)
    Job(repository, entries.of(MAIN.ref)).fresh(SHAKY)
    _bad(repository, False)
    for _ in range(5):
        assert decisions(Job(repository, entries.of(MAIN.ref)).fresh(SHAKY)) == {"shaky": "Run"}
    assert decisions(Job(repository, entries.of(MAIN.ref)).fresh(SHAKY)) == {"shaky": "Replay"}


def test_passed_in_one_place_and_failed_in_another_is_flaky(repository: TestRepository) -> None:
    """The pull request saw it fail; then main proved it. Main's newer pass alone would be believed."""
    entries = Entries()
    _bad(repository, True)
    Job(repository, entries.of(PULL.ref, MAIN.ref), ON_PULL).fresh(SHAKY)
    _bad(repository, False)
    Job(repository, entries.of(MAIN.ref)).fresh(SHAKY)
    report = Job(repository, entries.of(PULL.ref, MAIN.ref), ON_PULL).fresh(SHAKY)
    decision = result(report, "shaky").decision
    assert isinstance(decision, Run)
    assert decision.why.reason is Reason.FLAKY
    assert [(one.failed, one.runs) for one in report.suspects] == [(1, 3)]
    assert decisions(Job(repository, entries.of(MAIN.ref)).fresh(SHAKY)) == {"shaky": "Replay"}, "main can't see what a pull request saw"


def test_a_wrong_skip_is_known_to_every_machine_until_one_is_told_otherwise(repository: TestRepository) -> None:
    """Found on main, it holds in pull requests; cleared in one, it is cleared there."""
    entries = Entries()

    def main() -> Job:
        return Job(repository, entries.of(MAIN.ref))

    def pull() -> Job:
        return Job(repository, entries.of(PULL.ref, MAIN.ref), ON_PULL)

    main().fresh(SHAKY, A)
    _bad(repository, True)
    report = main().fresh(SHAKY, A, audit=1.0, sequential_fallback=False)
    assert {one.check: one.agreed for one in report.results} == {"shaky": False, "a": True}
    _bad(repository, False)
    repository.write("a.txt", "other inputs\n")
    main().fresh(SHAKY, A)
    for job in (main, pull):
        report = job().fresh(SHAKY, A)
        assert decisions(report) == {"shaky": "Run", "a": "Replay"}
        assert result(report, "shaky").decision.why.reason is Reason.DISTRUSTED  # type: ignore[union-attr]  # it ran
    told = pull()
    shutil.rmtree(told.store_folder, ignore_errors=True)
    assert decisions(told.run(config(SHAKY, A), trust=("shaky",))) == {"shaky": "Replay", "a": "Replay"}
    assert decisions(pull().fresh(SHAKY, A)) == {"shaky": "Replay", "a": "Replay"}
    assert decisions(main().fresh(SHAKY, A)) == {"shaky": "Run", "a": "Replay"}


def test_what_agrees_is_nothing_new(repository: TestRepository) -> None:
    entries = Entries()
    Job(repository, entries.of(MAIN.ref)).fresh(A, B)
    entries.calls.clear()
    Job(repository, entries.of(MAIN.ref)).fresh(A, B, audit=1.0)
    assert [what for what, _ in entries.calls] == ["find", "download"]


def test_what_failed_on_this_branch_starts_first_on_the_next_machine(repository: TestRepository) -> None:
    entries = Entries()
    long = check("long", "sleep 0.2; cat a.txt", inputs=["a.txt"])
    Job(repository, entries.of(MAIN.ref)).fresh(long, SHAKY)
    _bad(repository, True)
    Job(repository, entries.of(PULL.ref, MAIN.ref), ON_PULL)
    repository.write("a.txt", "other inputs\n")
    Job(repository, entries.of(PULL.ref, MAIN.ref), ON_PULL).fresh(long, SHAKY, fail_fast="never", sequential_fallback=False)
    repository.write("a.txt", "and others\n")
    job = Job(repository, entries.of(PULL.ref, MAIN.ref), ON_PULL)
    job.fresh(long, SHAKY, max_workers=1)
    assert job.surface.of("started") == ["shaky", "long"]
    main = Job(repository, entries.of(MAIN.ref))
    main.fresh(long, SHAKY, max_workers=1)
    assert main.surface.of("started") == ["long", "shaky"]
