"""What goes from one bundle into the next: one bad or large thing costs nothing but itself."""

import time
from hashlib import sha256
from pathlib import Path

from ftaction.edge.bundle import Bundle, Head, Item, read_bundle, write_bundle
from ftaction.model.ending import Passed
from ftaction.model.record import Origin, OriginKind, Record
from ftaction.plan.scopes import Scope, Scopes
from ftaction.run.across import Across, Seal, Surroundings
from ftaction.run.bundle import Added, Old, merge
from ftaction.run.records import dump
from tests.support.service import Entries

MAIN = Scope("main.1", "refs/heads/main", OriginKind.PROTECTED)
HERE = Origin(MAIN.kind, "org/repository", MAIN.ref, "c" * 40)
NOW = 1_700_000_000


def blob(content: bytes) -> Item:
    return Item(f"cas/{sha256(content).hexdigest()}", len(content), NOW, lambda: content)


def proof(number: int, log: Item, used: int = NOW) -> Item:
    content = dump(Record("check", f"{number:064x}", Passed(), 1.0, NOW, HERE, log=log.name[len("cas/") :]))
    return Item(f"ac/{number:064x}", len(content), used, lambda: content)


def bundle(folder: Path, *items: Item) -> Bundle:
    path = folder / "bundle"
    write_bundle(str(path), Head(), items)
    return read_bundle(iter([path.read_bytes()]), lambda _digest, _signature: None, 1 << 30)


def names(items: list[Item]) -> set[str]:
    return {item.name for item in items}


def test_what_is_larger_than_the_budget_keeps_nothing_else_out(tmp_path: Path) -> None:
    small, large = blob(b"small"), blob(bytes(20_000))
    one, other = proof(1, large, NOW), proof(2, small, NOW - 100)
    _, items = merge([Old("key", bundle(tmp_path, one, other, small, large))], Added(), NOW, 10_000)
    assert names(items) == {other.name, small.name}


def test_a_blob_that_is_not_what_its_name_says_keeps_nothing_else_out(tmp_path: Path) -> None:
    """Whoever may write the branch's cache could else keep it from ever being saved again."""
    forged = blob(b"what it was")._replace(read=lambda: b"another one")
    entries = Entries()
    bundle(tmp_path, forged, proof(1, forged, int(time.time()))).close()
    entries.kept[MAIN.ref, "ft-linux-x86_64-main.1-0"] = (tmp_path / "bundle").read_bytes()
    around = Surroundings(HERE, "linux-x86_64", str(tmp_path), 1 << 20, Seal(), time.time, time.monotonic, lambda _: None)
    across = Across(entries.of(MAIN.ref), Scopes((MAIN,), MAIN), around)
    assert across.save(Added((proof(2, forged),), touched=frozenset([proof(2, forged).name])))
    assert across.notes == ()
    again = Across(entries.of(MAIN.ref), Scopes((MAIN,), MAIN), around)
    assert [len(list(again.record(f"{number:064x}"))) for number in (1, 2)] == [1, 1]
