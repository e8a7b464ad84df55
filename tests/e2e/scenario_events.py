"""Every kind of event under act, on a checkout at depth 1: what the action's outputs say was touched, since which commit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.changes.scene import ZERO, Host
from tests.e2e import act
from tests.e2e.act import ActRun, Event
from tests.e2e.hosted import serving
from tests.e2e.repository import action_of, workflow

ODD = 'a "quoted"\nname.py'


class Case(NamedTuple):
    """`commit`: what is checked out. `touched`: the outputs `changed` and `changed-base`; None where all files count, and there is no base."""

    commit: str
    event: Event
    touched: tuple[list[str], str] | None


def event(name: str, payload: dict[str, object]) -> Event:
    """With a workflow of its own: act names containers after it."""
    return Event(name=name, payload=payload, workflow=workflow({"changed": "only"}, events=[name]))


def pull_request(at: Host) -> Case:
    return Case(at.merge, event("pull_request", at.pull_request()), (sorted(at.changes), at.main[5]))


def head_of_a_pull_request(at: Host) -> Case:
    return pull_request(at)._replace(commit=at.topic[1], touched=(sorted(at.changes), at.main[2]))


def base_moved_on(at: Host) -> Case:
    moved = at.on(at.main[5], {"b.txt": "moved on\n"}, "main")
    return Case(at.merged(moved, at.topic[1]), event("pull_request", at.pull_request()), (sorted(at.changes), moved))


def odd_names(at: Host) -> Case:
    head = at.on(at.main[5], {ODD: "1\n", "ünï.py": "2\n"}, "odd")
    payload = at.pull_request(head={"ref": "odd", "sha": head, "repo": {"full_name": "octo/demo"}}, changed_files=2)
    return Case(at.merged(at.main[5], head), event("pull_request", payload), ([ODD, "ünï.py"], at.main[5]))


def target_as_it_comes(at: Host) -> Case:
    return Case(at.main[5], event("pull_request_target", at.pull_request()), None)


def target_with_head(at: Host) -> Case:
    return Case(at.topic[1], event("pull_request_target", at.pull_request()), (sorted(at.changes), at.main[2]))


def push(at: Host) -> Case:
    return Case(at.topic[1], event("push", at.push(at.topic[0], at.topic[1])), (["docs/d.md", "new.py"], at.topic[0]))


def push_to_default(at: Host) -> Case:
    return Case(at.main[5], event("push", at.push(at.main[1], at.main[5], "refs/heads/main")), (["a.txt"], at.main[1]))


def first_push(at: Host) -> Case:
    return Case(at.topic[1], event("push", at.push(ZERO, at.topic[1])), (sorted(at.changes), at.main[2]))


def forced_push(at: Host) -> Case:
    old = at.on(at.main[2], {"old.py": "old\n"}, "old")
    return Case(at.topic[1], event("push", at.push(old, at.topic[1], forced=True)), (sorted([*at.changes, "old.py"]), old))


def tag(at: Host) -> Case:
    return Case(at.main[5], event("push", at.push(ZERO, at.main[5], "refs/tags/v1")), None)


def merge_group(at: Host) -> Case:
    return Case(at.merge, event("merge_group", at.merge_group(at.main[5], at.merge)), (sorted(at.changes), at.main[5]))


def by_hand(at: Host) -> Case:
    return Case(at.topic[1], event("workflow_dispatch", {"ref": "refs/heads/topic", **at.repository()}), (sorted(at.changes), at.main[2]))


def by_hand_on_default(at: Host) -> Case:
    return Case(at.main[5], event("workflow_dispatch", {"ref": "refs/heads/main", **at.repository()}), None)


def schedule(at: Host) -> Case:
    return Case(at.main[5], event("schedule", {"schedule": "0 0 * * *", **at.repository()}), None)


def release(at: Host) -> Case:
    return Case(at.main[5], event("release", {"action": "published", "release": {"tag_name": "v1"}, **at.repository()}), None)


ROWS: dict[Callable[[Host], Case], str] = {
    pull_request: "its first parent is the base",
    head_of_a_pull_request: "the base is where it left the base branch, which has to be fetched",
    base_moved_on: "the payload knows an older base than the merge commit has",
    odd_names: "a quote and a newline in an output, and a name beyond ASCII",
    target_as_it_comes: "the files are the base's",
    target_with_head: "the head was checked out",
    push: "since what was there before",
    push_to_default: "many commits at once",
    first_push: "since it left the default branch",
    forced_push: "what was there before is on no branch's way",
    tag: "a tag is proved as a whole",
    merge_group: "the group's base",
    by_hand: "a branch, since it left the default one",
    by_hand_on_default: "nothing to compare with",
    schedule: "nothing happened",
    release: "a tag's",
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, home: Path, job_image: str, action_image: str) -> Iterator[dict[str, tuple[Case, ActRun]]]:
    """All of them, four at a time: most of it is waiting for containers to start and end."""
    at = Host(tmp_path_factory.mktemp("host"), more=action_of(action_image))
    cases = {row.__name__: row(at) for row in ROWS}
    with serving(at) as hosted, ThreadPoolExecutor(4) as pool:
        clones = {name: hosted.checked_out(case.commit) for name, case in cases.items()}
        ended = pool.map(lambda name: act.run(clones[name], home, job_image, event=cases[name].event), cases)
        yield {name: (cases[name], run) for name, run in zip(cases, ended, strict=True)}


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.__name__}: {why}" for row, why in ROWS.items()])
def test_what_was_touched(runs: dict[str, tuple[Case, ActRun]], row: Callable[[Host], Case]) -> None:
    case, run = runs[row.__name__]
    assert run.code == 0, run.log
    outputs = run.outputs
    said = (sorted(json.loads(outputs["changed"])), outputs["changed-base"], outputs["changed-complete"])
    if case.touched is None:
        assert said[1:] == ("", "false"), run.log
        assert {"a.txt", "b.txt", "src/x.py", "src/y.py"} <= set(said[0]), run.log
    else:
        assert said == (*case.touched, "true"), run.log
