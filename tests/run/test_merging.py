"""What goes from one bundle into the next: one bad or large thing costs nothing but itself."""

import time
from hashlib import sha256
from pathlib import Path

import pytest

from ftaction.edge.bundle import Bundle, Head, Item, read_bundle, write_bundle
from ftaction.model.ending import Failed, Passed
from ftaction.model.record import Origin, OriginKind, Record, Tally, Trouble
from ftaction.plan.scopes import Scope, Scopes
from ftaction.run.across import Across, Seal, Surroundings
from ftaction.run.bundle import Added, Old, merge
from ftaction.run.records import dump, load
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


def test_what_was_seen_of_tests_stays_for_the_newest_runs_alone(tmp_path: Path) -> None:
    """Each push to the default branch brings such a map, and every run restores the bundle."""
    maps = [blob(b"map %d" % number) for number in range(6)]
    records = []
    for number, one in enumerate(maps):
        content = dump(Record("check", f"{number:064x}", Passed(), 1.0, NOW, HERE, tests=one.name[len("cas/") :]))
        records.append(Item(f"ac/{number:064x}", len(content), NOW - number, lambda content=content: content))  # type: ignore[misc]  # bound at once
    _, items = merge([Old("key", bundle(tmp_path, *records, *maps))], Added(), NOW, 10_000)
    assert names(items) == {one.name for one in (*records, *maps[:4])}


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


def ended(passed: bool, at: float, tally: Tally) -> Item:
    content = dump(Record("check", "1" * 64, Passed() if passed else Failed(1), 1.0, at, HERE, tally=tally))
    return Item(f"ac/{'1' * 64}", len(content), NOW, lambda: content)


PASSED_THEN, FAILED_THEN = Tally(1, 0, 1), Tally(0, 1, 0, NOW)
TOGETHER = [
    # of the same inputs, in two bundles that were made at the same time: which is the newer, what the record of both says
    (ended(True, NOW - 1, PASSED_THEN), ended(False, NOW, FAILED_THEN), False, Tally(1, 1, 0, NOW), "a pass, then a failure"),
    (ended(True, NOW + 1, PASSED_THEN), ended(False, NOW, FAILED_THEN), True, Tally(1, 1, 0, NOW), "a failure, then a pass"),
    (ended(True, NOW + 1, PASSED_THEN), ended(True, NOW, PASSED_THEN), True, Tally(1, 0, 1), "two passes, which may be one"),
    (ended(True, NOW + 1, Tally(6, 1, 5, 5.0)), ended(True, NOW, Tally(7, 1, 6, 5.0)), True, Tally(7, 1, 6, 5.0), "two that went on from the same"),
]


@pytest.mark.parametrize(("one", "other", "passed", "tally", "reason"), TOGETHER, ids=[row[-1] for row in TOGETHER])
@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
def test_records_of_the_same_inputs_count_together(tmp_path: Path, one: Item, other: Item, passed: bool, tally: Tally, reason: str, turned: bool) -> None:
    """The newest stands, and what the others saw is not forgotten; whatever order the bundles come in."""
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    bundles = [Old("a", bundle(tmp_path / "one", one)), Old("b", bundle(tmp_path / "other", other))]
    _, items = merge(bundles[::-1] if turned else bundles, Added(), NOW, 10_000)
    (item,) = items
    record = load(item.read() or b"")
    assert record is not None
    assert (isinstance(record.ending, Passed), record.tally) == (passed, tally)
    assert len(item.read() or b"") == item.size
    write_bundle(str(tmp_path / "both"), Head(), items)


def test_records_of_the_same_inputs_know_each_others_tests(tmp_path: Path) -> None:
    """Of two that ran at the same time one saw a test fail."""
    failed = Trouble("a::b", failed=1, failures=1, failed_at=float(NOW))
    items = []
    for name, troubles in (("one", ()), ("other", (failed,))):
        (tmp_path / name).mkdir()
        content = dump(Record("check", "1" * 64, Passed(), 1.0, NOW + len(name), HERE, tally=PASSED_THEN, troubles=troubles))
        items.append(Old(name, bundle(tmp_path / name, Item(f"ac/{'1' * 64}", len(content), NOW, lambda content=content: content))))  # type: ignore[misc]  # bound at once
    for both in (items, items[::-1]):
        _, (item,) = merge(both, Added(), NOW, 10_000)
        assert load(item.read() or b"").troubles == (failed,)  # type: ignore[union-attr]  # a record, else this fails
        assert len(item.read() or b"") == item.size


def test_what_this_run_saw_stands_and_counts_what_others_saw_meanwhile(tmp_path: Path) -> None:
    _, (item,) = merge([Old("key", bundle(tmp_path, ended(False, NOW + 5, FAILED_THEN)))], Added((ended(True, NOW, PASSED_THEN),)), NOW, 10_000)
    record = load(item.read() or b"")
    assert record is not None
    assert (record.ending, record.tally) == (Passed(), Tally(1, 1, 0, NOW))
