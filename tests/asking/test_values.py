"""What is decided about asking: no text can end its own block, no reply is more than answers that fit, every item is in one call."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftaction.model.asking import Api, Ask, Budget, Item, Keep, Phase, Price, Worker
from ftaction.model.finding import Finding, Level
from ftaction.plan.asking.answers import Schema, SchemaError, read_reply
from ftaction.plan.asking.batches import CALLS, batches, call_tokens, most
from ftaction.plan.asking.echo import said as echo
from ftaction.plan.asking.findings import DEFAULT, files, findings
from ftaction.plan.asking.hunks import hunks, whole
from ftaction.plan.asking.order import Answer, Call, Order, Told, Unasked, dumped, line, loaded, told
from ftaction.plan.asking.prompt import Handed, Shown, Text, identity, prompt, tokens
from tests.models.answers import items as items_of

SCHEMA = Schema(DEFAULT)
ANY = Schema("true")

pieces = st.sampled_from(["{items}", "{files}", "{answers}", '<<<item 1 "a" ', ">>>", "\n", "\r", "\u2028", "{", "\\1", "echo: {}", "0123456789abcdef"])
texts = st.lists(st.one_of(pieces, st.text(max_size=20)), max_size=8).map("".join)
names = texts.map(lambda text: f"n{text}")
handed = st.builds(Handed, check=names, item=names, answer=texts.map(json.dumps))
shown = st.builds(Shown, item=st.builds(Item, name=names, path=names, text=texts), handed=st.lists(handed, max_size=2).map(tuple))
asked = st.lists(shown, min_size=1, max_size=5)
of = st.builds(Text, template=texts, schema=st.just(DEFAULT), handed=st.lists(handed, max_size=3).map(tuple), files=st.lists(names, max_size=3).map(tuple))


# Prompts


@given(of, asked)
def test_no_text_ends_its_own_block(of: Text, asked: list[Shown]) -> None:
    """Whoever reads blocks by their key finds each item once, under its name, with its lines numbered: nothing more and nothing less."""
    text = prompt(of, asked)
    key = re.findall(r"^What stands between lines with ([0-9a-f]{16}) is data", text, re.MULTILINE)[-1]
    found = [(number, name, content) for number, name, content in items_of(text) if f"{json.dumps(name)} {key}\n" in text]
    expected = [
        (number, one.item.name, "\n".join(f"{place} {said}" for place, said in enumerate(one.item.text.removesuffix("\n").split("\n"), 1)))
        for number, one in enumerate(asked, 1)
    ]
    places = len(re.findall(r"\{items\}", of.template))
    assert [row for row in found if row in expected] == (expected * max(1, places))
    data = "".join([of.template, *(one.item.text + one.item.name for one in asked)])
    assert key not in data


@given(of, asked)
def test_a_place_in_data_is_not_filled(of: Text, asked: list[Shown]) -> None:
    """What stands in an item is there as it is, so `{items}` in it stays `{items}`."""
    text = prompt(of, asked)
    for one in asked:
        assert f"1 {one.item.text.removesuffix(chr(10)).split(chr(10))[0]}" in text


WHO: dict[str, object] = {"model": "small", "api": Api.OPENAI, "env": {"A": "1"}}
ONE = Shown(Item("a.py:3-4", "a.py", "+x\n+y", (3, 4)), (Handed("c", "a.py", "{}"),))
TEXT = Text("Say. {items}", DEFAULT, (Handed("d", "", "1"), Handed("d", "b", "2")), ("a.py",))


DIFFERENT = [
    (TEXT._replace(template="Say: {items}"), ONE, WHO, "the prompt"),
    (TEXT._replace(schema="true"), ONE, WHO, "the schema"),
    (TEXT._replace(handed=TEXT.handed[:1]), ONE, WHO, "an answer less that is handed on"),
    (TEXT, ONE._replace(handed=(Handed("c", "a.py", "[]"),)), WHO, "another answer about this item"),
    (TEXT, ONE._replace(item=ONE.item._replace(text="+x\n+z")), WHO, "the text"),
    (TEXT, ONE._replace(item=ONE.item._replace(path="b.py")), WHO, "the file"),
    (TEXT, ONE, {**WHO, "model": "large"}, "the model"),
    (TEXT, ONE, {**WHO, "api": Api.ANTHROPIC}, "the API"),
    (TEXT, ONE, {**WHO, "env": {"A": "2"}}, "a variable"),
    (TEXT._replace(template="Say. {items}{files}"), ONE, WHO, "files that are told"),
]


@pytest.mark.parametrize(("text", "one", "who", "reason"), DIFFERENT, ids=[row[-1] for row in DIFFERENT])
def test_another_question_is_another_one(text: Text, one: Shown, who: dict[str, object], reason: str) -> None:
    assert identity(text, one, who) != identity(TEXT, ONE, WHO)


SAME = [
    (TEXT._replace(handed=TEXT.handed[::-1]), ONE, "the order of what is handed on"),
    (TEXT, ONE._replace(item=ONE.item._replace(name="a.py:90-91", lines=(90, 91))), "where the piece stands"),
    (TEXT._replace(files=("a.py", "b.py")), ONE, "files that are not told"),
    (TEXT, ONE._replace(wrong="it was no JSON"), "what was wrong with the answer before"),
]


@pytest.mark.parametrize(("text", "one", "reason"), SAME, ids=[row[-1] for row in SAME])
def test_the_same_question_is_the_same(text: Text, one: Shown, reason: str) -> None:
    assert identity(text, one, WHO) == identity(TEXT, ONE, WHO)


# Replies

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "answer", "text", "findings", "x"]), inner, max_size=3),
    max_leaves=12,
)
rows = st.lists(st.fixed_dictionaries({"id": st.integers(-1, 4) | st.text(max_size=2), "answer": json_values}), max_size=5)
replies = st.one_of(st.text(), json_values.map(json.dumps), rows.map(json.dumps), rows.map(lambda rows: f"text [1] {json.dumps(rows)} more"))


@given(replies, st.integers(1, 4), st.sampled_from([SCHEMA, ANY]))
def test_a_reply_is_answers_that_fit_and_reasons_for_the_others(text: str, count: int, schema: Schema) -> None:
    reply = read_reply(text, count, schema)
    assert sorted([*reply.answers, *reply.wrong]) == list(range(1, count + 1))
    assert all(reply.wrong.values())
    for answer in reply.answers.values():
        assert schema.problem(json.loads(answer, parse_constant=pytest.fail)) == ""
        answer.encode()


REPLIES: list[tuple[str, dict[int, str], str]] = [
    ('[{"id": 1, "answer": 5}]', {1: "5"}, "a row"),
    ('{"id": 1, "answer": 5}', {1: "5"}, "one row without its array"),
    ('```json\n[{"id": 1, "answer": 5}]\n```', {1: "5"}, "in a fence"),
    ('Look [here]: [ {"id": 1, "answer": 5}] and [there]', {1: "5"}, "brackets before and behind"),
    ('[{"id": 1, "answer": 5, "more": 6}]', {1: "5"}, "more than asked for"),
    ('[{"id": "1", "answer": 5}]', {}, "a number in quotes"),
    ('[{"id": 1.0, "answer": 5}]', {}, "a number that is no whole one"),
    ('[{"id": true, "answer": 5}]', {}, "true is not 1"),
    ('[{"id": 1}]', {}, "no answer"),
    ('[{"id": 1, "answer": NaN}]', {}, "not a number"),
    ('[{"id": 1, "answer": 1e999}]', {}, "more than a number can be"),
    (f'[{{"id": 1, "answer": {"9" * 5000}}}]', {}, "more digits than are read"),
    (f'[{{"id": 1, "answer": {"[" * 100}{"]" * 100}}}]', {}, "nested deep"),
    (f'[{{"id": {"[" * 900}{"]" * 900}, "answer": 1}}]', {}, "nested deep where an id belongs"),
    ("[" * 100_000, {}, "nothing but brackets"),
    (f'[{{"id": 1, "answer": {"[" * 30}{"]" * 30}}}]', {1: "[" * 30 + "]" * 30}, "nested as far as may be"),
    ('[{"id": 1, "answer": "\\ud83d\\ude00 \\ud800"}]', {1: '"\\ud83d\\ude00 ?"'}, "half a character"),
    ('[{"id": 1, "answer": {"b": 1, "a": 2}}]', {1: '{"a":2,"b":1}'}, "always in the same order"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "answers", "reason"), REPLIES, ids=[row[-1] for row in REPLIES])
def test_what_counts_as_an_answer(text: str, answers: dict[int, str], reason: str) -> None:
    assert read_reply(text, 1, ANY).answers == answers


def test_ids_that_nobody_asked_for_are_told_and_no_more() -> None:
    reply = read_reply(json.dumps([{"id": 1, "answer": 1}, {"id": 9, "answer": 1}, {"id": "x" * 1000}, 5, {"id": {}}, {"id": 2}, {"id": 3}]), 1, ANY)
    assert (reply.answers, reply.wrong) == ({1: "1"}, {})
    assert reply.strange == ("9", json.dumps("x" * 1000)[:300], "null", "dict", "2")


@given(st.text() | json_values.map(json.dumps))
def test_any_text_is_a_schema_or_none(text: str) -> None:
    try:
        schema = Schema(text)
    except SchemaError:
        return
    assert isinstance(schema.problem({"text": "x"}), str)


# Batches


@given(st.lists(st.integers(0, 3000), max_size=30), st.integers(1, 9), st.integers(100, 20_000), st.integers(1, 2000))
def test_every_item_is_in_one_call_or_too_large(sizes: list[int], batch: int, window: int, most_out: int) -> None:
    shown = [Shown(Item(f"i{number}", f"i{number}", "x" * size)) for number, size in enumerate(sizes)]
    text, phase, worker = Text("Say.", DEFAULT), Phase("w", "m", max_tokens=most_out), Worker(window=window)
    groups, too_large = batches(text, shown, batch, phase, worker)
    assert sorted([*(position for group in groups for position in group), *too_large]) == list(range(len(sizes)))
    assert all(0 < len(group) <= batch for group in groups)
    for group in groups:
        assert sum(call_tokens(text, [shown[position] for position in group], phase)) <= window + 200 + len(str(group)) * 2


@given(st.integers(0, 60), st.integers(1, 9))
def test_calls_are_as_few_as_may_be_and_even(count: int, batch: int) -> None:
    shown = [Shown(Item(f"{number}", f"{number}", "x")) for number in range(count)]
    groups, _ = batches(Text("Say.", "true"), shown, batch, Phase("w", "m"), Worker())
    assert len(groups) == -(-count // batch)
    assert not groups or max(map(len, groups)) - min(map(len, groups)) <= 1


PRICED = Worker(price={"m": Price(1.0, 2.0), "f": Price(10.0, 20.0)})
MOST = [
    (Budget(), PRICED, None, (2, 2 * CALLS), True, "three tries a call"),
    (Budget(calls=1), PRICED, None, (1, 1), True, "no more than the budget"),
    (Budget(), Worker(), None, (2, 2 * CALLS), False, "no price"),
    (Budget(), PRICED, "other", (2, 2 * CALLS), False, "no price of the fallback"),
    (Budget(usd=1e-9), Worker(), None, (2, 2 * CALLS), True, "the budget is the most where there is no price"),
]


@pytest.mark.parametrize(("budget", "worker", "fallback", "calls", "known", "reason"), MOST, ids=[row[-1] for row in MOST])
def test_what_it_costs_at_most(budget: Budget, worker: Worker, fallback: str | None, calls: tuple[int, int], known: bool, reason: str) -> None:
    shown = [Shown(Item("a", "a", "x")), Shown(Item("b", "b", "y"))]
    found = most(Text("Say.", "true"), shown, Ask("p", "p", budget=budget), Phase("w", "m", fallback), worker)
    assert (found.likely, found.calls) == calls
    assert (found.usd is not None) is known


def test_nothing_to_ask_costs_nothing() -> None:
    assert most(Text("Say.", "true"), [], Ask("p", "p"), Phase("w", "m"), Worker()) == (0, 0, 0, 0, 0.0)


# Pieces of files

DIFF = """diff --git x x
index 1..2 100644
--- x
+++ x
@@ -1,3 +1,4 @@ context
 one
-two
+2
+2.5
 three
@@ -20 +21,0 @@
-gone
\\ No newline at end of file
"""


def test_pieces_know_their_lines() -> None:
    first, second = hunks("x", DIFF)
    assert first == Item("x:1-4", "x", " one\n-two\n+2\n+2.5\n three", (1, 0, 2, 3, 4))
    assert second == Item("x:21", "x", "-gone", (0,))


def test_a_piece_that_moved_is_the_same_piece() -> None:
    moved = DIFF.replace("@@ -1,3 +1,4 @@", "@@ -101,3 +101,4 @@")
    (first, _), (other, _) = hunks("x", DIFF), hunks("x", moved)
    assert (first.text, first.path) == (other.text, other.path)
    assert other.lines == (101, 0, 102, 103, 104)


@given(st.text(), st.text(max_size=20))
def test_any_diff_has_pieces_or_none(text: str, path: str) -> None:
    for one in hunks(path, text):
        assert len(one.lines) == (one.text.count("\n") + 1 if one.lines else 0)


@given(st.text(alphabet="ab\n+- @", max_size=60))
def test_a_new_file_is_one_piece_of_all_its_lines(text: str) -> None:
    one = whole("f", text)
    lines = text.removesuffix("\n").split("\n")
    assert one.text == "\n".join(f"+{line}" for line in lines)
    assert one.lines == tuple(range(1, len(lines) + 1))


def test_lines_of_a_file_that_look_like_git_s_own() -> None:
    diff = "@@ -1,2 +1,2 @@\n-@@ -9 +9 @@\n+@@ -8 +8 @@\n +++ b\n"
    (one,) = hunks("x", diff)
    assert one.lines == (0, 1, 2)


# Findings and files

PLAIN = Item("a.py", "a.py", "one\ntwo\n")
PIECE = next(iter(hunks("a.py", DIFF)))
FINDINGS = [
    ({"line": 2}, PLAIN, ("a.py", 2), "a line of a file"),
    ({"line": 4}, PLAIN, ("a.py", 0), "a line that the file has not"),
    ({"line": 0}, PLAIN, ("a.py", 0), "lines count from 1"),
    ({"line": True}, PLAIN, ("a.py", 0), "true is no line"),
    ({"line": 10**30}, PLAIN, ("a.py", 0), "far away"),
    ({"line": 2, "path": "b.py"}, PLAIN, ("a.py", 2), "another file than it was asked about"),
    ({"line": 1}, PIECE, ("a.py", 1), "context before"),
    ({"line": 2}, PIECE, ("a.py", 2), "a line that is gone: the next one"),
    ({"line": 4}, PIECE, ("a.py", 3), "a new line"),
    ({"line": 6}, PIECE, ("a.py", 0), "behind the piece"),
    ({"line": -1}, PIECE, ("a.py", 0), "before it"),
    ({"path": "b.py", "line": 7}, Item(""), ("b.py", 7), "no item: the file that it names"),
    ({"path": "/etc/passwd", "line": 7}, Item(""), ("", 0), "a file that is not there"),
    ({"path": "../b.py"}, Item(""), ("", 0), "a path that leads outside"),
    ({"path": 5}, Item(""), ("", 0), "no path"),
]


@pytest.mark.parametrize(("row", "item", "place", "reason"), FINDINGS, ids=[row[-1] for row in FINDINGS])
def test_where_a_finding_is(row: dict[str, Any], item: Item, place: tuple[str, int], reason: str) -> None:
    answer = json.dumps({"findings": [{"level": "error", "message": "m", **row}]})
    assert list(findings(answer, item, {"a.py", "b.py"})) == [Finding(*place, Level.ERROR, "m")]


@given(json_values)
def test_any_answer_has_findings_or_none(answer: Any) -> None:
    for text in (answer, {"findings": answer}, {"findings": [answer]}, {"files": [answer]}):
        list(findings(json.dumps(text), PIECE, {"a.py"}))
        list(files(json.dumps(text), ("out",)))


FILES = [
    ("out/a.txt", True, "below what it makes"), ("file", True, "what it makes"), ("other", False, "anything else"), ("outer", False, "a name that begins so"),
    ("out/../x", False, "up and down"), ("/out/x", False, "absolute"), ("out//x", False, "nothing between"), ("out/./x", False, "itself"),
    ("out\\x", False, "another system's"), ("out/\nx", False, "a line"), ("", False, "nothing"), ("out/", False, "a folder"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "made", "reason"), FILES, ids=[row[-1] for row in FILES])
def test_which_files_an_answer_makes(path: str, made: bool, reason: str) -> None:
    answer = json.dumps({"files": [{"path": path, "content": "x"}, {"path": "out/n", "content": 5}]})
    assert list(files(answer, ("out", "file"))) == ([(path, "x")] if made else [])


# Echo


@given(of, asked)
def test_echo_reads_a_prompt_as_a_model_would(of: Text, asked: list[Shown]) -> None:
    said = echo(prompt(of, asked))
    assert said == echo(prompt(of, asked))
    if "{items}" not in of.template and "<<<" not in of.template:
        reply = read_reply(said.text, len(asked), ANY)
        assert reply.wrong == {}


ECHOED = [
    (DEFAULT, "a line\n", {"text": "a.py: 1 lines"}, "what it says of itself"),
    (DEFAULT, 'x # echo: {"text": "hello"}\n', {"text": "hello"}, "what the item says"),
    ('{"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "minimum": 3}}}', "x", {"n": 3}, "the least that fits"),
    ('{"enum": ["b", "a"]}', "x", "b", "one of some"),
    ('{"type": "string", "minLength": 2}', "x", "--", "a text"),
    ('{"type": ["null", "string"]}', "x", None, "one of two kinds"),
]


@pytest.mark.parametrize(("schema", "text", "answer", "reason"), ECHOED, ids=[row[-1] for row in ECHOED])
def test_echo_answers(schema: str, text: str, answer: object, reason: str) -> None:
    said = echo(prompt(Text("Say.", schema), [Shown(Item("a.py", "a.py", text))]))
    assert json.loads(said.text) == [{"id": 1, "answer": answer}]
    assert read_reply(said.text, 1, Schema(schema)).wrong == {}


# What the process that asks is told, and what it says

ORDER = Order(
    TEXT, (ONE, Shown(Item(""), wrong="it was empty")), (True, False), 3, Phase("w", "m", "f", 9, 0.5),
    Worker(run=("a", "{model}"), api=None, per_minute=7, env=("K",), price={"m": Price(1.0, 2.0)}, timeout=1.5, window=5), Budget(1, 2.0, 3.0),
    Keep.DIGEST, "/turns",
)  # fmt: skip


@pytest.mark.parametrize(
    "order", [ORDER, ORDER._replace(worker=Worker(api=Api.ECHO, url="http://x"), text=Text("", "")), ORDER._replace(worker=Worker(run="a b"))]
)
def test_an_order_arrives_as_it_was_sent(order: Order) -> None:
    assert loaded(dumped(order)) == order


CALL = Call(1, "p", "m", 2, False, 0.5, 1, 2, 0.1)
ANSWER = Answer(0, 1, "m", '{"text":"x"}', 1, 2, None, 0.5)


def test_what_was_said_arrives() -> None:
    said: list[Any] = [CALL, ANSWER, Unasked(1, "why", True, False), "a note"]
    lines = [line(one) for one in said] + [line("broken", fatal=True)]
    assert told(b"".join(lines).split(b"\n"), 2) == Told((CALL,), (ANSWER,), (Unasked(1, "why", True, False),), ("a note",), "broken")


@given(st.data())
def test_half_a_line_costs_itself_alone(data: st.DataObject) -> None:
    whole_ = line(CALL) + line(ANSWER) + line("note")
    end = data.draw(st.integers(0, len(whole_)))
    found = told(whole_[:end].split(b"\n"), 2)
    assert found.answers in ((), (ANSWER,))
    assert found.calls in ((), (CALL,))


@given(st.lists(st.binary(max_size=30) | json_values.map(lambda value: json.dumps(value).encode()), max_size=4))
def test_garbage_says_nothing(lines: list[bytes]) -> None:
    told(lines, 2)


@given(st.sampled_from([CALL, ANSWER, Unasked(1, "w")]), st.integers(0, 12), json_values)
def test_a_line_with_one_thing_wrong_is_whole_or_nothing(one: Call | Answer | Unasked, place: int, value: object) -> None:
    row: list[Any] = list(one)
    row[place % len(row)] = value
    found = told([json.dumps([type(one).__name__.lower(), row]).encode()], 2)
    for answer in found.answers:
        assert answer.position in range(2)
        json.loads(answer.answer)
        assert answer.seconds >= 0
    for call in found.calls:
        assert isinstance(call.prompt, str)
        assert sum((call.seconds, call.tokens_in or 0, call.usd or 0.0)) >= 0


@given(st.text())
def test_tokens_are_more_than_likely(text: str) -> None:
    assert tokens(text) > len(text.encode("utf-8", "replace")) / 4
