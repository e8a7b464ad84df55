"""Repositories and machines that share a store: whole runs, each with a disk of its own, over a real server."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftaction.edge.disk import DiskStore
from ftaction.edge.signing import keygen
from ftaction.errors import Stop
from ftaction.model.check import Cache
from ftaction.model.record import Origin, OriginKind
from ftaction.model.run import Report
from ftaction.plan.sharing import Given, Sharing, sharing
from ftaction.run.layers import Layers
from ftaction.run.share import open_shared
from ftaction.stores import believed
from tests.support.keys import PUBLIC, SECRET
from tests.support.repository import committed
from tests.support.rig import Rig, check, config, decisions
from tests.support.shelves import KEYS, HttpServer, S3Server, moto

FILES = {"a.txt": "a\n", "b.txt": "b\n"}
A = check("a", "cat a.txt", inputs=["a.txt"])
MADE = check("made", "mkdir out && head -c 300000 /dev/zero > out/large && echo made > out/small", inputs=["b.txt"], outputs=["out"])
USES = check("uses", "cd out; cat *", inputs=["a.txt"], needs=["made"])
P, Q, F, L = OriginKind.PROTECTED, OriginKind.PULL_REQUEST, OriginKind.FORK, OriginKind.LAPTOP


class Machine(Rig):
    """Its own clone, its own disk; what it shares is the store at an address."""

    def __init__(self, folder: Path, address: str, kind: OriginKind, token: str = "", key: str = SECRET, public: str = PUBLIC) -> None:
        super().__init__(committed(folder / "repository", FILES))
        self.origin = Origin(kind=kind, repository=f"org/{folder.name}", ref="refs/heads/main", commit="c" * 40)
        self.notes: tuple[str, ...] = ()
        decided = sharing(Cache(), Given(address, (public,), token, key), self.origin)

        def layers(disk: DiskStore, _folder: str) -> Layers:
            shared, self.notes = open_shared(decided, disk, {"HOME": str(folder)})
            return Layers(disk, None, shared, believed(self.origin, Cache()))

        self.layers = layers


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with moto() as endpoint:
        yield endpoint


@pytest.fixture(params=["http", "s3"])
def place(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """An address, and the token for it."""
    if request.param == "http":
        server = HttpServer()
        yield server.address, "word"
        server.close()
    else:
        yield S3Server(request.getfixturevalue("endpoint"), f"bucket-{abs(hash(request.node.name))}").address, KEYS


def test_what_a_protected_branch_proved_is_replayed_elsewhere(tmp_path: Path, place: tuple[str, str]) -> None:
    address, token = place
    first = Machine(tmp_path / "one", address, P, token).run(config(A, MADE, USES))
    assert set(decisions(first).values()) == {"Run"}
    for number, kind in enumerate((Q, F, L, P)):
        other = Machine(tmp_path / f"other-{number}", address, kind, token)
        report = other.run(config(A, MADE, USES))
        assert decisions(report) == {"a": "Replay", "made": "Replay", "uses": "Replay"}, (kind, report.notes)
        assert report.notes == ()
        assert not (other.repository.root / "out").exists(), "nothing that ran needed it"


def test_outputs_come_along_when_a_check_needs_them(tmp_path: Path, place: tuple[str, str]) -> None:
    address, token = place
    Machine(tmp_path / "one", address, P, token).run(config(A, MADE, USES))
    other = Machine(tmp_path / "other", address, Q, token)
    other.repository.write("a.txt", "changed\n")
    report = other.run(config(A, MADE, USES))
    assert decisions(report) == {"a": "Run", "made": "Replay", "uses": "Run"}
    assert (other.repository.root / "out" / "large").stat().st_size == 300_000
    assert [one.what for one in report.transfers] == ["outputs"]


@pytest.mark.parametrize("kind", [Q, F, L])
def test_who_may_not_write_leaves_nothing(tmp_path: Path, kind: OriginKind) -> None:
    server = HttpServer()
    Machine(tmp_path / "one", server.address, kind).run(config(A, MADE))
    assert server.entries == {}
    assert {asked.method for asked in server.asked} <= {"GET", "HEAD"}
    server.close()


def test_what_another_key_signed_proves_nothing(tmp_path: Path) -> None:
    server = HttpServer()
    stranger, public = keygen()
    Machine(tmp_path / "one", server.address, P, key=stranger, public=public).run(config(A, MADE))
    report = Machine(tmp_path / "two", server.address, Q).run(config(A, MADE))
    assert decisions(report) == {"a": "Run", "made": "Run"}
    assert any("not signed by a key of this run" in note for note in report.notes)
    server.close()


def test_a_signed_record_of_another_pull_request_is_not_believed(tmp_path: Path) -> None:
    """Who holds the key and misuses it signs his own origin with it."""
    server = HttpServer()
    one = Machine(tmp_path / "one", server.address, Q)

    def forced(disk: DiskStore, folder: str) -> Layers:
        shared, _ = open_shared(Sharing(server.address, (PUBLIC,), "", SECRET, may_write=True), disk, {})
        return Layers(disk, None, shared, believed(one.origin, Cache()))

    one.layers = forced
    one.run(config(A))
    assert server.entries
    assert decisions(Machine(tmp_path / "two", server.address, P).run(config(A))) == {"a": "Run"}
    server.close()


def test_a_store_that_is_down_changes_no_verdict(tmp_path: Path) -> None:
    server = HttpServer()
    server.close()
    bad = check("bad", "false", inputs=["b.txt"])
    report: Report = Machine(tmp_path / "one", server.address, P).run(config(A, bad))
    assert decisions(report) == {"a": "Run", "bad": "Run"}
    assert [note for note in report.notes if "can't be reached" in note]
    assert len(report.notes) == 2


@pytest.mark.parametrize(
    ("decided", "hint"),
    [
        (Sharing("https://host/", ("nonsense",)), "keygen"),
        (Sharing("https://host/", (PUBLIC,), "", "nonsense"), "keygen"),
        (Sharing("ftp://host/", (PUBLIC,)), "https://host/path"),
        (Sharing("https://user:word@host/", (PUBLIC,)), "without a name"),
    ],
)
def test_what_is_given_wrongly_stops_the_run(tmp_path: Path, decided: Sharing, hint: str) -> None:
    with pytest.raises(Stop) as stop:
        open_shared(decided, DiskStore(str(tmp_path)), {})
    assert hint in stop.value.hint
    assert "nonsense" not in str(stop.value)
    assert "word@" not in str(stop.value)


@pytest.mark.parametrize(
    ("address", "key", "package"), [("s3://bucket", f"hmac:{'A' * 43}=", "obstore"), ("https://host", PUBLIC, "cryptography")], ids=["obstore", "cryptography"]
)
def test_a_library_that_is_not_installed_is_a_note(tmp_path: Path, address: str, key: str, package: str) -> None:
    script = """
import sys
from ftaction.edge.disk import DiskStore
from ftaction.plan.sharing import Sharing
folder, address, key, package = sys.argv[1:]
sys.modules[package] = None
from ftaction.run.share import open_shared
print(open_shared(Sharing(address, (key,)), DiskStore(folder), {}))
"""
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path), address, key, package], capture_output=True, text=True, check=True)
    assert ended.stdout.startswith("(None, ('the shared store is not used: ")
    assert f"package {package}: install" in ended.stdout


def test_no_store_is_no_store(tmp_path: Path) -> None:
    assert open_shared(Sharing(notes=("why",)), DiskStore(str(tmp_path)), {}) == (None, ("why",))
    odd = Sharing("s3://bucket?endpoint=nonsense", (PUBLIC,))
    store, notes = open_shared(odd, DiskStore(str(tmp_path)), {})
    assert store is None
    assert notes == ("the shared store is not used: the shared store's endpoint is not one",)
