"""The trace, held against the format's own rules: Perfetto's trace processor is a binary that is fetched when it is used, so it is not asked here.

`WELL_FORMED` is what its reader of JSON traces looks at (google/perfetto, `src/trace_processor/importers/json`): phases, whole numbers, slices of a
thread that do not overlap in part, flows that begin within a slice and end at the beginning of one.
"""

import json
from collections import defaultdict
from itertools import pairwise
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftaction.model.run import Report
from ftaction.report.lanes import lanes
from ftaction.report.trace import trace_document
from ftaction.report.verdict import critical_path
from tests.report.page_runs import EXAMPLE, HOSTILE_RUN
from tests.report.runs import RUNS, report, result
from tests.support.golden import Golden

NUMBER = {"type": "integer", "minimum": 0}
BASE = {"name": {"type": "string", "minLength": 1}, "pid": NUMBER, "tid": NUMBER}


def shape(phase: str, required: list[str], **more: object) -> dict[str, object]:
    return {
        "type": "object", "additionalProperties": False, "required": ["name", "pid", "tid", *required],
        "properties": {**BASE, "ph": {"const": phase}, "ts": NUMBER, "cat": {"type": "string"}, "args": {"type": "object"}, **more},
    }  # fmt: skip


WELL_FORMED = {
    "type": "object", "required": ["traceEvents"],
    "properties": {
        "displayTimeUnit": {"enum": ["ms", "ns"]},
        "traceEvents": {"type": "array", "items": {"oneOf": [
            shape("X", ["ts", "dur", "cat"], dur={"type": "integer", "minimum": 1}),
            shape("M", ["args"]),
            shape("s", ["ts", "id", "cat"], id=NUMBER),
            shape("f", ["ts", "id", "cat"], id=NUMBER, bp={"const": "e"}),
        ]}},
    },
}  # fmt: skip


def loaded(run: Report) -> list[dict[str, Any]]:
    """The events as a viewer has them, after they were judged."""
    document = json.loads(json.dumps(trace_document(run), allow_nan=False))
    jsonschema.validate(document, WELL_FORMED)
    events: list[dict[str, Any]] = document["traceEvents"]
    slices = defaultdict(list)
    for one in events:
        if one["ph"] == "X":
            slices[one["tid"]].append((one["ts"], one["ts"] + one["dur"], one["name"]))
    for track in slices.values():
        track.sort()
        assert all(before[1] <= after[0] for before, after in pairwise(track)), "one thing at a time in one slot"
    named = {one["tid"] for one in events if one["name"] == "thread_name"}
    assert slices.keys() <= named, "every track has a name"
    for one in events:
        if one["ph"] == "s":
            assert any(start <= one["ts"] < end for start, end, _ in slices[one["tid"]]), "an arrow begins within a slice"
        if one["ph"] == "f":
            assert any(start == one["ts"] for start, _, _ in slices[one["tid"]])
    return events


@pytest.mark.parametrize("name", RUNS)
def test_every_run_is_a_trace(name: str) -> None:
    loaded(RUNS[name])
    loaded(HOSTILE_RUN)


def test_a_trace(golden: Golden) -> None:
    loaded(EXAMPLE)
    golden("trace-example.json", json.dumps(trace_document(EXAMPLE), indent=1) + "\n")


def test_the_critical_path_is_a_chain_of_arrows() -> None:
    events = loaded(EXAMPLE)
    names = {(one["tid"], one["ts"]): one["name"] for one in events if one["ph"] == "X"}
    chain, _ = critical_path(EXAMPLE)
    assert [names[one["tid"], one["ts"]] for one in events if one["ph"] == "f"] == list(chain[1:])


def test_what_did_not_run_takes_no_slot() -> None:
    names = [one["name"] for one in loaded(EXAMPLE) if one["ph"] == "X" and one["cat"] in ("passed", "failed")]
    assert sorted(names) == sorted(one.check for one in EXAMPLE.results if one.seconds)


def test_what_was_put_back_and_what_crossed_a_network_have_tracks_of_their_own() -> None:
    tracks = {one["args"]["name"]: one["tid"] for one in loaded(RUNS["restored"]) if one["name"] == "thread_name"}
    assert [one["name"] for one in loaded(RUNS["restored"]) if one["ph"] == "X" and one["tid"] == tracks["put back"]] == ["python-deps", "node-deps", "build"]
    events = loaded(RUNS["noted"])
    network = next(one["tid"] for one in events if one["name"] == "thread_name" and one["args"]["name"] == "network")
    assert [one["name"] for one in events if one["ph"] == "X" and one["tid"] == network] == ["bundle restored", "outputs saved", "bundle saved"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 500)), max_size=30))
def test_no_two_checks_are_in_one_slot_at_a_time(given_times: list[tuple[int, int]]) -> None:
    """And no more slots are taken than run at one moment: what the times tell, no more."""
    times = [(start / 10, seconds / 10) for start, seconds in given_times]
    run = report(*(result(str(number), started=start, seconds=seconds) for number, (start, seconds) in enumerate(times)), seconds=200.0)
    taken = lanes(run.results)
    busiest = max((sum(start <= at < start + seconds for start, seconds in times) for at, seconds in times if seconds), default=0)
    assert max(taken.values(), default=-1) + 1 <= busiest
    for one in run.results:
        for other in run.results:
            if one.check < other.check and taken.get(one.check, -1) == taken.get(other.check, -2):
                assert one.started + one.seconds <= other.started + 0.001 or other.started + other.seconds <= one.started + 0.001
