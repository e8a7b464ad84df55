"""Readers of what agents print: real outputs, and any other text. What is added to a command."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ftaction.tools.agents import AGENTS, Said, completed
from tests.tools.agents.cases import CASES, CLAUDE, CODEX, Case, place

EVERY = [(agent, name, case) for name, case in CASES.items() for agent in case.said]
KEPT = ("type", "is_error", "usage", "result", "total_cost_usd", "num_turns", "item", "error", "message", "text")


@pytest.mark.parametrize(("agent", "name", "case"), EVERY, ids=[f"{agent}: {name}" for agent, name, _ in EVERY])
def test_recorded(agent: str, name: str, case: Case) -> None:
    code, said = case.said[agent]
    assert AGENTS[agent].read(place(agent, name).read_text(encoding="utf-8"), code) == said


def test_every_recording_is_read() -> None:
    read = {place(agent, name) for agent, name, _ in EVERY}
    assert {path for path in place(CLAUDE, "x").parents[1].rglob("*") if path.is_file()} == read


def _changed(agent: str, name: str, **changes: object) -> str:
    """The recorded event or result that has those keys, with other values."""
    lines = place(agent, name).read_text(encoding="utf-8").splitlines()
    parsed = [json.loads(line) for line in lines]
    return "\n".join(json.dumps(one | changes if changes.keys() <= one.keys() else one) for one in parsed)


ANSWERED = place(CLAUDE, "answered").read_text(encoding="utf-8").strip()
TABLE: list[tuple[str, str, str, int, Said]] = [
    ("text is the answer", "text", " four\n", 0, Said("four")),
    ("a status makes a failure of any text", "text", "four", 3, Said(problem="the command ended with status 3")),
    ("nothing is no answer", "text", " \n", 0, Said(problem="the command printed nothing")),
    ("half of a pair of surrogates is no text", "text", "\ud800", 0, Said("?")),
    ("a killed command said nothing", CLAUDE, "", -9, Said(problem="the command ended with status -9 and no result")),
    ("a status is a failure, whatever the result says", CLAUDE, ANSWERED, 1, Said("", 130, 20, 2.03e-05, "the command ended with status 1")),
    ("`--verbose`: a list that ends with the result", CLAUDE, f'[{{"type": "system"}}, {ANSWERED}]', 0, Said("four", 130, 20, 2.03e-05)),
    ("warnings may stand before", CLAUDE, f"a warning\n{ANSWERED}", 0, Said("four", 130, 20, 2.03e-05)),
    ("cut in the middle", CLAUDE, ANSWERED[:-40], 0, Said(problem="the command printed no result")),
    ("counts that are none", CLAUDE, _changed(CLAUDE, "answered", usage={"input_tokens": -1, "output_tokens": True}), 0, Said("four", None, None, 2.03e-05)),
    ("money that is none", CLAUDE, _changed(CLAUDE, "answered", total_cost_usd=-1), 0, Said("four", 130, 20)),
    ("not a number is no money", CLAUDE, _changed(CLAUDE, "answered", total_cost_usd=float("nan")), 0, Said("four", 130, 20)),
    ("a result that is no text", CLAUDE, _changed(CLAUDE, "answered", result=[]), 0, Said("", 130, 20, 2.03e-05)),
    ("a result inside a result is text", CLAUDE, _changed(CLAUDE, "answered", result=ANSWERED), 0, Said(ANSWERED, 130, 20, 2.03e-05)),
    ("a problem is one line and not endless", CLAUDE, _changed(CLAUDE, "nobody there", result="a\nb " * 1000), 1, Said(problem="a b " * 125 + "…")),
    ("a killed command had no turn", CODEX, '{"type":"turn.started"}', -9, Said(problem="the command ended with status -9")),
    ("without a turn there is no answer", CODEX, "", 0, Said(problem="the command printed no answer")),
    (
        "a status is a failure, whatever the turn says",
        CODEX,
        place(CODEX, "answered").read_text(),
        1,
        Said("", 130, 20, None, "the command ended with status 1"),
    ),
    (
        "tries that it repeated are no failure",
        CODEX,
        '{"type":"error","message":"Reconnecting... 2/5"}\n' + place(CODEX, "answered").read_text(encoding="utf-8"),
        0,
        Said("four", 130, 20),
    ),
    (
        "the last message is the answer",
        CODEX,
        '{"type":"item.completed","item":{"type":"agent_message","text":"I look"}}\n' + place(CODEX, "answered").read_text(encoding="utf-8"),
        0,
        Said("four", 130, 20),
    ),
    (
        "an answer that speaks of a status has none",
        CODEX,
        '{"type":"item.completed","item":{"type":"agent_message","text":"last status: 429"}}\n{"type":"turn.completed"}',
        0,
        Said("last status: 429"),
    ),
]


@pytest.mark.parametrize(("agent", "text", "code", "said"), [row[1:] for row in TABLE], ids=[f"{row[1]}: {row[0]}" for row in TABLE])
def test_read(agent: str, text: str, code: int, said: Said) -> None:
    assert AGENTS[agent].read(text, code) == said


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["result", "error", "turn.completed", "turn.failed"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEPT), inner, max_size=6),
    max_leaves=12,
)


@pytest.mark.parametrize("agent", AGENTS)
@settings(deadline=None)
@given(text=st.text() | st.lists(VALUES, max_size=3).map(lambda found: "\n".join(map(json.dumps, found))), code=st.integers(-64, 255))
@example(text="[" * 100_000, code=0)
@example(text='{"type":"result","total_cost_usd":1' + "0" * 5000 + "}", code=0)
@example(text='{"type":"result","is_error":false,"result":"x","total_cost_usd":1e400}', code=0)
@example(text='{"type":"result","is_error":false,"result":"x","total_cost_usd":1' + "0" * 400 + "}", code=0)
def test_any_text_is_an_answer_or_a_problem(agent: str, text: str, code: int) -> None:
    said = AGENTS[agent].read(text, code)
    assert not (said.text and said.problem)
    assert not (said.limited and said.refused)
    assert said.problem or not (code or said.limited or said.refused)
    assert "\n" not in said.problem
    said.text.encode()
    for counted in (said.tokens_in, said.tokens_out, said.usd):
        assert counted is None or 0 <= counted < float("inf")


COMMANDS: list[tuple[str, str, tuple[str, ...], tuple[str, ...], set[str], set[str]]] = [
    ("a bare command gets all", CLAUDE, ("claude", "-p"), (), {"--output-format", "--bare", "--tools", "--strict-mcp-config"}, set()),
    ("what is given stays", CLAUDE, ("claude", "--tools", "Read"), (), {"--bare"}, {"--tools"}),
    ("also with an equals sign", CLAUDE, ("claude", "--tools=Read", "--bare"), (), {"--strict-mcp-config"}, {"--bare", "--tools"}),
    ("a subscription's key is not read with --bare", CLAUDE, ("claude",), ("CLAUDE_CODE_OAUTH_TOKEN",), {"--tools"}, {"--bare"}),
    ("other names of an option", CODEX, ("codex", "-s", "workspace-write"), (), {"--ephemeral"}, {"--sandbox"}),
    ("only that setting", CODEX, ("codex", "-c", "analytics.enabled=true"), (), {'web_search="disabled"'}, {"analytics.enabled=false"}),
    ("only that switch", CODEX, ("codex", "--disable", "apps"), (), {"shell_tool"}, {"apps"}),
    ("text takes no options", "text", ("cat",), (), set(), set()),
]


@pytest.mark.parametrize(("agent", "command", "variables", "added", "left"), [row[1:] for row in COMMANDS], ids=[row[0] for row in COMMANDS])
def test_options(agent: str, command: tuple[str, ...], variables: tuple[str, ...], added: set[str], left: set[str]) -> None:
    whole = completed(AGENTS[agent], command, variables)
    assert whole[: len(command)] == command
    assert added <= {*whole[len(command) :]}
    assert not left & {*whole[len(command) :]}
    assert completed(AGENTS[agent], whole, variables) == whole
