"""What is left unasked and why, and what is asked again: budgets, keys, sizes, files that are not there, memory that is damaged, old or switched off."""

import json
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

import pytest

from ftaction import app
from ftaction.model.asking import Api, Budget, Keep, Phase, Price, Verdict
from ftaction.model.change import ChangeSet, Kind, Touched
from ftaction.model.check import Stage
from ftaction.model.ending import Blocked, Passed, Unanswered
from ftaction.model.run import Report, Request
from ftaction.report.verdict import passed as report_passed
from ftaction.run.records import dump, load
from ftaction.touched import diffs_of
from tests.asking import behaviours
from tests.asking.scene import ITEMS, KEY, Scene, account, asks, left, messages, of, spent
from tests.models.answers import items
from tests.models.server import serving
from tests.models.speech import Call, Reply
from tests.support.rig import check, decisions

A, B, C, D = ITEMS


class Limit(NamedTuple):
    """`worker`, `phase`, `ask`: what is different. `files`: written first. `left`: how the reasons begin, by item. `calls`: that arrived."""

    left: dict[str, str]
    calls: int
    reason: str
    ask: dict[str, Any] = {}
    worker: dict[str, Any] = {}
    phase: dict[str, Any] = {}
    files: dict[str, str | None] = {}


ONE_BY_ONE: dict[str, Any] = {"max_parallel": 1}
PRICE: dict[str, Any] = {"price": {"small": Price(1000.0, 0.0)}}  # a tenth of a cent a token
LIMITS = [
    Limit(dict.fromkeys((C, D), "the budget of 1 call was spent"), 1, "calls", ask={"budget": Budget(calls=1)}, worker=ONE_BY_ONE),
    Limit(
        dict.fromkeys((C, D), "the budget of 0.8 US dollars had no room for it"), 1, "money, by a price",
        ask={"budget": Budget(usd=0.8)}, worker=ONE_BY_ONE | PRICE,
    ),
    Limit(
        dict.fromkeys(ITEMS, "the budget of 0.01 US dollars had no room for it"), 0, "less money than one call takes",
        ask={"budget": Budget(usd=0.01)}, worker=PRICE,
    ),
    Limit(
        dict.fromkeys((C, D), "the budget of 1 US dollars can't be kept: the worker has no `price`"), 1,
        "money, where nobody says what a call costs", ask={"budget": Budget(usd=1.0)},
    ),
    Limit(dict.fromkeys(ITEMS, "THE_API_KEY is not set"), 0, "no key", worker={"env": ("THE_API_KEY",)}),
    Limit(dict.fromkeys(ITEMS, "EMPTY_API_KEY is not set"), 0, "a key of no text", worker={"env": ("EMPTY_API_KEY",)}),
    Limit({}, 2, "a variable that is no key need not be there", worker={"env": ("NOT_THERE",)}),
    Limit(dict.fromkeys(ITEMS, "no-such-agent can't be started: No such file"), 0, "no such program", worker={"run": "no-such-agent {model}"}),
    Limit(dict.fromkeys(ITEMS, "the schema of an answer: it is not JSON"), 0, "a schema that is no JSON", ask={"schema": "s.json"}, files={"s.json": "{"}),
    Limit(
        dict.fromkeys(ITEMS, "the schema of an answer: it is no JSON schema"), 0, "a schema that is none",
        ask={"schema": "s.json"}, files={"s.json": '{"type": "thing"}'},
    ),
    Limit(
        dict.fromkeys(ITEMS, "the schema of an answer: it is no JSON schema"), 0, "a schema that would break when it is used",
        ask={"schema": "s.json"}, files={"s.json": '{"properties": {"text": {"pattern": "("}}}'},
    ),
    Limit(
        dict.fromkeys(ITEMS, "its answer could not be used, twice: the schema can't be followed"), 4, "a schema elsewhere is never fetched",
        ask={"schema": "s.json"}, files={"s.json": '{"$ref": "http://127.0.0.1:9/schema.json"}'},
    ),
    Limit(dict.fromkeys(ITEMS, "s.json can't be read"), 0, "no schema", ask={"schema": "s.json"}),
    Limit(dict.fromkeys(ITEMS, "ask.md can't be read"), 0, "no prompt", files={"ask.md": None}),
    Limit(
        {B: "it is larger than a call may be (3,000 tokens with its answer)"}, 2, "an item larger than the window",
        worker={"window": 3000}, files={B: "x\n" * 5000},
    ),
    Limit(dict.fromkeys(ITEMS, "it is larger than a call may be (900 tokens"), 0, "a window smaller than an answer", worker={"window": 900}),
    Limit({}, 4, "a window that holds one at a time", worker={"window": 2500}),
]  # fmt: skip


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("limit", LIMITS, ids=[limit.reason for limit in LIMITS])
def test_what_is_not_asked(scene: Scene, limit: Limit, verdict: Verdict) -> None:
    scene.rig.variables["EMPTY_API_KEY"] = ""
    scene.worker, scene.phase = scene.worker._replace(**limit.worker), scene.phase._replace(**limit.phase)
    for path, content in limit.files.items():
        if content is None:
            (scene.rig.repository.root / path).unlink()
        else:
            scene.rig.repository.write(path, content)
    scene.rig.repository.commit()
    report = scene.run(asks(verdict=verdict, **limit.ask))
    assert {item: why[: len(limit.left.get(item, ""))] for item, why in left(report).items()} == limit.left
    assert len(scene.calls()) == limit.calls
    gate = verdict is Verdict.GATE
    assert report_passed(report) is not (gate and bool(limit.left))
    assert isinstance(of(report).ending, Unanswered if limit.left and (gate or len(limit.left) == len(ITEMS)) else Passed)
    assert [item for item, _, _ in messages(report)] == [item for item in ITEMS if item not in limit.left]

    again = scene.run(asks(verdict=verdict, **limit.ask | {"budget": Budget()}))
    waiting = "budget" in limit.ask
    assert set(left(again)) == (set() if waiting else set(limit.left))
    assert account(again).remembered == len(ITEMS) - len(limit.left)


def test_no_item_is_no_pass_of_a_gate(scene: Scene) -> None:
    report = scene.run(asks(items=("nowhere/**",), verdict=Verdict.GATE), asks("advice", items=("nowhere/**",)))
    assert of(report).ending == Unanswered(0, "its items mean no file", gate=True)
    assert of(report, "advice").ending == Unanswered(0, "its items mean no file")
    assert scene.calls() == []


# What is remembered, and what counts


def _asked(scene: Scene) -> list[str]:
    """Items that were asked about since this was last asked."""
    return sorted(item for call in scene.calls() for item in ITEMS if f'"{item}"' in call["prompt"])


def test_a_second_run_asks_nothing_and_says_the_same(scene: Scene) -> None:
    first, second = scene.run(), scene.run()
    assert decisions(second) == {"review": "Replay"}
    assert _asked(scene) == list(ITEMS)
    assert messages(first) == messages(second)
    assert account(second)._replace(oldest=0.0, newest=0.0, seconds=0.0) == account(second)._replace(
        spent=(), left=(), notes=(), remembered=4, saved=2, oldest=0.0, newest=0.0, seconds=0.0
    )
    assert account(second).oldest > 0


CHANGES = [
    ({A: "other\n"}, {}, {}, [A], "an item is another one"),
    ({"other.txt": "x"}, {}, {}, [], "a file that is none of its items"),
    ({"ask.md": "Say it again.\n{items}\n"}, {}, {}, list(ITEMS), "the prompt is another one"),
    ({}, {"model": "large"}, {}, list(ITEMS), "another model"),
    ({}, {"max_tokens": 999}, {}, list(ITEMS), "room for another answer"),
    ({}, {"temperature": 0.5}, {}, list(ITEMS), "another temperature"),
    ({}, {}, {"batch": 4}, [], "other batches"),
    ({}, {}, {"verdict": Verdict.GATE}, [], "another verdict"),
    ({}, {}, {"ttl": 3600.0}, [], "young enough"),
    ({}, {}, {"ttl": 1e-9}, list(ITEMS), "too old"),
]


@pytest.mark.parametrize(("files", "phase", "ask", "again", "reason"), CHANGES, ids=[row[-1] for row in CHANGES])
def test_what_is_asked_anew(scene: Scene, files: dict[str, str], phase: dict[str, Any], ask: dict[str, Any], again: list[str], reason: str) -> None:
    scene.run()
    scene.calls()
    scene.rig.repository.write_all(files).commit()
    scene.phase = scene.phase._replace(**phase)
    scene.run(asks(**ask))
    assert _asked(scene) == again


def test_asked_all_the_same(scene: Scene) -> None:
    scene.run()
    scene.calls()
    report = scene.run(run_all=True)
    assert _asked(scene) == list(ITEMS)
    assert account(report).remembered == 0
    assert decisions(scene.run()) == {"review": "Replay"}


def test_without_memory_all_is_asked_and_nothing_is_kept(scene: Scene) -> None:
    for _ in range(2):
        report = scene.run(use_memory=False)
        assert _asked(scene) == list(ITEMS)
        assert (of(report).ending, len(messages(report))) == (Passed(), 4)
    scene.run()
    assert _asked(scene) == list(ITEMS)


def _damage(store: Path, how: str) -> None:
    for path in [path for folder in ("ac", "cas") for path in (store / folder).rglob("*") if path.is_file()]:
        path.chmod(0o600)
        content = path.read_bytes()
        match how:
            case "gone":
                if b'"answer"' in content and "cas" in path.parts:
                    path.unlink()
            case "flipped":
                path.write_bytes(bytes([content[0] ^ 1]) + content[1:] if content else b"x")
            case "empty":
                path.write_bytes(b"")
            case "folders":
                path.unlink()
                path.mkdir()


@pytest.mark.parametrize("how", ["gone", "flipped", "empty", "folders"])
def test_damaged_memory_costs_calls_and_nothing_else(scene: Scene, how: str) -> None:
    first = scene.run(asks(verdict=Verdict.GATE))
    scene.calls()
    _damage(scene.rig.store_folder, how)
    again = scene.run(asks(verdict=Verdict.GATE))
    assert _asked(scene) == list(ITEMS)
    assert (of(again).ending, messages(again)) == (Passed(), messages(first))


ANSWERS = [
    (b"", "nothing"), (b"{", "half"), (b"[]", "a list"), (b'{"text": "x"}', "another format"), (b'{"answer": ' + b"[" * 5000, "deep"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "reason"), ANSWERS, ids=[row[-1] for row in ANSWERS])
def test_an_answer_of_another_format_is_none(scene: Scene, content: bytes, reason: str) -> None:
    """As it would be were it written by another version: sound as a blob, and not what we write."""
    scene.run()
    scene.calls()
    store = scene.rig.store()
    digest = store.put_blob(content)
    for path in (scene.rig.store_folder / "ac").rglob("*"):
        if path.is_file() and (record := load(store.record(path.name) or b"")) and record.answer:
            store.put_record(path.name, dump(record._replace(answer=digest)))
    report = scene.run()
    assert _asked(scene) == list(ITEMS)
    assert of(report).ending == Passed()


def test_what_is_kept_is_no_more_than_a_digest(scene: Scene) -> None:
    first = scene.run(asks(store=Keep.DIGEST))
    assert len(messages(first)) == 4
    kept = b"".join(path.read_bytes() for path in scene.rig.store_folder.rglob("*") if path.is_file())
    assert b"seen in" not in kept
    assert b"first line of" not in kept
    scene.calls()
    second = scene.run(asks(store=Keep.DIGEST))
    assert _asked(scene) == []
    assert {message for _, _, message in messages(second)} == {"what it says is not kept (`store: digest`)"}


def test_secrets_are_kept_nowhere(scene: Scene) -> None:
    """In an item, and so in the prompt, and in an answer."""
    scene.rig.variables["SERVICE_TOKEN"] = KEY
    scene.rig.repository.write(A, f"token = {KEY}\necho: x\n")
    with serving(lambda call: Reply(json.dumps([{"id": 1, "answer": {"text": KEY, "findings": [{"level": "notice", "message": f"is {KEY}"}]}}]))) as server:
        scene.speak(Api.ANTHROPIC, server.url)
        report = scene.run(asks(items=(A,)))
    assert messages(report) == [(A, 0, "is ***")]
    kept = [path for folder in (scene.rig.store_folder, scene.rig.folder) for path in folder.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert [path for path in kept if scene.rig.repository.root not in path.parents and "asks" not in path.parts] == []


def test_two_checks_never_ask_the_same_twice(scene: Scene) -> None:
    report = scene.run(asks("one"), asks("two", batch=4), asks("three", batch=1))
    assert _asked(scene) == list(ITEMS)
    assert [account(report, name).remembered for name in ("one", "two", "three")].count(4) == 2
    assert messages(report, "one") == messages(report, "two") == messages(report, "three")


def test_items_that_are_the_same_are_asked_about_once(scene: Scene) -> None:
    """Two pieces of one file with the same text around them."""
    lines = [f"{number % 20}\n" for number in range(100)]
    scene.rig.repository.write("twice.txt", "".join(lines))
    base = scene.rig.repository.commit()
    for number in (30, 70):
        lines[number] = "changed\n"
    scene.rig.repository.write("twice.txt", "".join(lines))
    report = changed_run(scene, base)
    (call,) = scene.calls()
    assert call["prompt"].count("<<<item ") == 1
    assert (account(report).items, account(report).remembered, left(report)) == (2, 1, {})
    assert of(report).ending == Passed()


def changed_run(scene: Scene, base: str) -> Report:
    world = scene.rig.world()
    changes = ChangeSet(base=base, touched=(Touched("twice.txt", Kind.MODIFIED),), complete=True)
    world = world._replace(changes=lambda: changes, diffs=lambda of, paths: diffs_of(scene.rig.world().repository, {}, of, paths))
    return app.run(world, scene.config(asks(items="change")), Request())


# The fallback


def test_a_fallback_stands_in_where_money_is_near_its_end(scene: Scene) -> None:
    scene.worker = scene.worker._replace(price={"small": Price(1000.0, 0.0), "tiny": Price(1.0, 0.0)}, max_parallel=1)
    scene.phase = Phase("w", "small", fallback="tiny")
    report = scene.run(asks(budget=Budget(usd=0.8), verdict=Verdict.GATE))
    assert of(report).ending == Passed()
    assert [(one.model, one.calls, one.answers) for one in account(report).spent] == [("small", 1, 2), ("tiny", 1, 2)]
    assert account(report).notes == ("tiny stands in for small: the budget of 0.8 US dollars had no room for it",)
    assert [call["model"] for call in scene.calls()] == ["small", "tiny"]

    again = scene.run(asks(budget=Budget(usd=0.01), verdict=Verdict.GATE))
    assert scene.calls() == []
    assert of(again).ending == Passed()
    richer = scene.run(asks(verdict=Verdict.GATE))
    assert [call["model"] for call in scene.calls()] == ["small"]  # what the smaller one said is another record
    assert account(richer).remembered == 2


def test_a_fallback_stands_in_where_the_model_is_overrun(scene: Scene) -> None:
    def answer(call: Call) -> Reply:
        return Reply("too many", status=429, headers={"Retry-After": "0"}) if call.model == "small" else Reply(behaviours.good(items(call.prompt)))

    with serving(answer) as server:
        scene.speak(Api.ANTHROPIC, server.url)
        scene.phase = Phase("w", "small", fallback="tiny")
        report = scene.run(asks(batch=4, verdict=Verdict.GATE))
        assert [call.model for call in server.calls] == ["small", "small", "tiny"]
    assert of(report).ending == Passed()
    assert spent(report) == (1, 0, 2, 4)
    assert [note.partition(":")[0] for note in account(report).notes] == ["tiny stands in for small"]


def test_retry_after_is_what_the_server_says(scene: Scene) -> None:
    """With four calls at once the first one's refusal holds all others back that have not begun."""
    moments: list[float] = []

    def answer(call: Call) -> Reply:
        moments.append(monotonic())
        return Reply("wait", status=429, headers={"Retry-After": "1"}) if len(moments) == 1 else Reply(behaviours.good(items(call.prompt)))

    with serving(answer) as server:
        scene.speak(Api.OPENAI, server.url, max_parallel=1)
        report = scene.run(asks(batch=1))
    assert spent(report) == (4, 0, 1, 4)
    assert all(moment - moments[0] >= 0.95 for moment in moments[1:])


# Answers that are handed on


def test_what_is_handed_on_is_asked_once_and_shown_by_item(scene: Scene) -> None:
    report = scene.run(asks("first"), asks("second", handed=("first",), prompt="again.md"))
    assert isinstance(of(report, "second").ending, Unanswered)  # there is no such prompt
    scene.rig.repository.write("again.md", "Say more, knowing these.\n{items}\n{answers}\n")
    scene.calls()
    scene.run(asks("first"), asks("second", handed=("first",), prompt="again.md"))
    prompts = [call["prompt"] for call in scene.calls()]
    assert len(prompts) == 2
    assert all("Say more" in prompt and f"of {item}" in prompt for prompt, pair in zip(sorted(prompts), ((A, B), (C, D)), strict=False) for item in pair)


def test_who_is_handed_what_is_not_there_asks_with_what_there_is(scene: Scene) -> None:
    """And is asked again about the item whose answer came later."""
    scene.rig.repository.write("again.md", "Say more.\n{items}\n")
    scene.behave("misfit")
    report = scene.run(asks("first"), asks("second", handed=("first",), prompt="again.md", schema=None, batch=1))
    assert (set(left(report, "first")), set(left(report, "second"))) == ({B}, {B})
    scene.behave("good")
    scene.calls()
    again = scene.run(asks("first"), asks("second", handed=("first",), prompt="again.md", batch=1))
    assert [name for call in scene.calls() for name in ITEMS if f'"{name}"' in call["prompt"]] == [B, B]
    assert (of(again, "first").ending, of(again, "second").ending) == (Passed(), Passed())


def test_a_gate_that_is_not_open_holds_back_who_is_handed_its_answers(scene: Scene) -> None:
    scene.behave("misfit")
    deploy = check("deploy", "touch deployed", needs=["first"], stage=Stage.SLOW)
    for _ in range(2):
        report = scene.run(asks("first", verdict=Verdict.GATE), asks("second", handed=("first",)), deploy)
        assert of(report, "second").ending == Blocked(("first",))
        assert of(report, "deploy").ending == Blocked(("first",))
        assert not (scene.rig.repository.root / "deployed").exists()
    assert not report_passed(report)


# What answers make


def test_files_that_answers_make(scene: Scene) -> None:
    """Below what the check may make, and nowhere else; advice that makes nonsense makes no run red."""
    scene.rig.repository.write("s.json", "true")
    said = [[("out/a", "1"), ("out/b/c", "2"), ("other", "3"), ("../up", "4")], [("out/x", "1"), ("out/x/y", "2")]]
    for files, verdict, ending in ((said[0], Verdict.GATE, "passed"), (said[1], Verdict.ADVISORY, "unanswered"), (said[1], Verdict.GATE, "could_not_start")):
        answer = {"files": [{"path": path, "content": content} for path, content in files]}
        scene.rig.repository.write("ask.md", f"{verdict} {files}")
        with serving(lambda _, answer=answer: Reply(json.dumps([{"id": 1, "answer": answer}]))) as server:  # type: ignore[misc]  # bound at once
            scene.speak(Api.OPENAI, server.url)
            report = scene.run(asks(items=None, schema="s.json", verdict=verdict, check={"outputs": ("out",)}))
        assert of(report).ending.kind == ending
        assert report_passed(report) is (ending != "could_not_start")
    root = scene.rig.repository.root
    assert (root / "out/a").read_text() == "1"
    assert (root / "out/b/c").read_text() == "2"
    assert not (root / "other").exists()
    assert not (root.parent / "up").exists()
