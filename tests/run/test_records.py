"""What comes from a store is untrusted: exactly a record, or a miss."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftaction.model.ending import Failed, Passed, TimedOut
from ftaction.model.record import Origin, OriginKind, Patched, Record, Tally, Trouble
from ftaction.plan.troubles import MOST, MOST_TEXT
from ftaction.run.records import dump, load, tallied

RECORD = Record(
    check="a\udcff", fingerprint="f" * 64, ending=Passed(), seconds=1.5, ended=1_700_000_000.25,
    head="a" * 64, inputs="b" * 64, log="c" * 64, outputs="", patch="d" * 64,
    origin=Origin(kind=OriginKind.PROTECTED, repository="us/it", ref="refs/heads/main", commit="c", run="https://x"),
    patched=(Patched(path="a.py", before="", after="2"),), tally=Tally(passed=3, failed=2, streak=1, failed_at=1_700_000_000.125),
    troubles=(Trouble("tests/a.py::a[\udcff]", 1, 2, 3, 4, 5, 6, 7.5), Trouble("tests/a.py::b")),
)  # fmt: skip


@pytest.mark.parametrize("ending", [Passed(), Failed(0), Failed(137), TimedOut(2.5)])
def test_a_record_comes_back_as_it_was(ending: Any) -> None:
    record = RECORD._replace(ending=ending)
    assert load(dump(record)) == record


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", 0), ("format", "1"), ("check", None), ("fingerprint", 5), ("flaky", 0), ("flaky", "false"), ("ending", "green"), ("ending", ["passed"]),
        ("seconds", float("nan")), ("seconds", float("inf")), ("seconds", -1), ("ended", float("nan")), ("ended", 1e300), ("ended", "soon"), ("number", None),
        ("origin", {}), ("origin", "main"), ("patched", [["a"]]), ("patched", 5), ("patched", [[1, 2, 3]]), ("head", {}),
        ("head", "../../x"), ("log", "A" * 64), ("outputs", "a" * 63), ("seconds", 10**400), ("number", 10**400),
        ("tally", None), ("tally", [1, 2, 3]), ("tally", [1, 2, 3, -1.0]), ("tally", [1, -2, 3, 0]), ("tally", [1.5, 2, 3, 0]), ("tally", [10**9, 0, 0, 0]),
        ("tally", [1, 2, 3, float("nan")]), ("tally", {"passed": 1}), ("tally", "1234"),
        ("troubles", None), ("troubles", {}), ("troubles", [["a", 1]]), ("troubles", [[1, 1, 1, 1, 1, 1, 1, 1.0]]),
        ("troubles", [["a", -1, 1, 1, 1, 1, 1, 1.0]]), ("troubles", [["a", 1.5, 1, 1, 1, 1, 1, 1.0]]), ("troubles", [["a", 1, 1, 1, 1, 1, 1, float("inf")]]),
        ("troubles", [["a" * (MOST_TEXT + 1), 1, 1, 1, 1, 1, 1, 1.0]]),
    ],
)  # fmt: skip
def test_anything_else_is_a_miss(field: str, value: object) -> None:
    assert load(json.dumps(json.loads(dump(RECORD)) | {field: value}).encode()) is None


@pytest.mark.parametrize("field", sorted(json.loads(dump(RECORD)).keys() - {"tally", "troubles"}))
def test_a_missing_field_is_a_miss(field: str) -> None:
    data = json.loads(dump(RECORD))
    del data[field]
    assert load(json.dumps(data).encode()) is None


@given(st.binary(max_size=60) | st.text("[]{}:,\"'0e9", max_size=40).map(str.encode))
def test_any_bytes_are_a_miss(content: bytes) -> None:
    assert load(content) is None


UNCOUNTED = [
    (Passed(), False, Tally(1, 0, 1), "a clean pass"),
    (Passed(), True, Tally(1, 1, 0, RECORD.ended), "a pass at the second try"),
    (Failed(1), False, Tally(0, 1, 0, RECORD.ended), "a failure"),
    (TimedOut(1.0), False, Tally(0, 1, 0, RECORD.ended), "a time-out"),
    (Failed(0), False, Tally(1, 0, 1), "a command that ended well, and changed files where that is red"),
]


@pytest.mark.parametrize(("ending", "flaky", "tally", "reason"), UNCOUNTED, ids=[row[-1] for row in UNCOUNTED])
def test_a_record_that_counts_nothing_counts_itself(ending: Any, flaky: bool, tally: Tally, reason: str) -> None:
    """Records of an older make."""
    data = json.loads(dump(RECORD._replace(ending=ending, flaky=flaky)))
    del data["tally"]
    found = load(json.dumps(data).encode())
    assert found is not None
    assert found.tally == tally


def test_a_record_counts_what_others_of_the_same_inputs_count() -> None:
    ours, theirs = dump(RECORD._replace(tally=Tally(1, 0, 1))), dump(RECORD._replace(ending=Failed(1), tally=Tally(0, 2, 0, 5.0)))
    assert load(tallied(ours, [theirs])) == RECORD._replace(tally=Tally(1, 2, 0, 5.0))
    assert tallied(ours, [ours]) is ours
    assert tallied(ours, [b"no record"]) is ours
    assert tallied(b"no record", [ours]) == b"no record"


def test_a_record_knows_of_the_tests_that_others_of_the_same_inputs_know() -> None:
    one, other = Trouble("one", 1, 1, failures=1, failed_at=3.0), Trouble("other", 0, 1, failures=1, failed_at=4.0)
    ours, theirs = dump(RECORD._replace(troubles=(one,))), dump(RECORD._replace(troubles=(other, one._replace(failed=2, failures=2, failed_at=5.0))))
    found = load(tallied(ours, [theirs]))
    assert found is not None
    assert set(found.troubles) == {one._replace(failed=2, failures=2, failed_at=5.0), other}
    without = dump(RECORD._replace(troubles=()))
    assert tallied(ours, [without]) is ours
    assert load(tallied(without, [ours])) == load(ours)


def test_of_the_tests_in_a_record_so_many_are_read() -> None:
    """It comes from a store, where anybody may have written."""
    many = dump(RECORD._replace(troubles=tuple(Trouble(str(number)) for number in range(MOST + 5))))
    assert len((load(many) or RECORD).troubles) == MOST


def test_a_deep_record_is_a_miss() -> None:
    assert load(b"[" * 100_000) is None
