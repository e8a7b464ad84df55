"""What agents print of each thing that a service can answer, and what is to be read of it.

`recorded/AGENT/CASE.txt` is the real output. `python -m tests.tools.agents.cases` records it anew; `tests/e2e/run -k agents` proves that the real
programs still say the same.
"""

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from ftaction.tools.agents import Said
from tests.models.agents import VARIABLES, Ran, run, scrubbed
from tests.models.server import serving
from tests.models.speech import Reply

RECORDED = Path(__file__).with_name("recorded")
USUAL = Reply("four", tokens_in=100, tokens_out=20, cached=30)
GONE = "http://127.0.0.1:9"  # where nobody listens
PROMPT = "What is two and two?"
STREAM = {"Content-Type": "text/event-stream"}


class Case(NamedTuple):
    """`code`, `said`: by agent. `key`: whether there is one. `there`: whether the service is."""

    reply: Reply
    said: dict[str, tuple[int, Said]]
    prompt: str = PROMPT
    key: bool = True
    there: bool = True
    model: str = ""


def _events(*events: dict[str, object]) -> bytes:
    return b"".join(b"event: %s\ndata: %s\n\n" % (str(event["type"]).encode(), json.dumps(event).encode()) for event in events)


_MESSAGE = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "usage": {"input_tokens": 5, "output_tokens": 5}}
BASH = _events(
    {"type": "message_start", "message": _MESSAGE},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {}}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": '{"command": "touch touched"}'}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": None}, "usage": {"output_tokens": 5}},
    {"type": "message_stop"},
)
"""A model that asks for a tool nobody gave it."""

PATCH = _events(
    {"type": "response.created", "response": {"id": "resp_1"}},
    {
        "type": "response.output_item.done", "output_index": 0,
        "item": {"type": "custom_tool_call", "call_id": "call_1", "name": "apply_patch", "input": "*** Begin Patch\n*** Add File: touched\n+x\n*** End Patch"},
    },
    {"type": "response.completed", "response": {"id": "resp_1", "usage": {"input_tokens": 5, "output_tokens": 5, "total_tokens": 10}}},
)  # fmt: skip


def _wrong(status: int) -> Reply:
    return Reply("not today", status=status, headers={"Retry-After": "7"})


CLAUDE, CODEX = "claude-json", "codex-json"
SMALL = 3e-06  # US dollars for five tokens in and five out, as Claude Code reckons them
SERVER = "This is a server-side issue, usually temporary — try again in a moment. If it persists, check your inference gateway (127.0.0.1:8080)."
CASES = {
    "answered": Case(USUAL, {CLAUDE: (0, Said("four", 130, 20, 2.03e-05)), CODEX: (0, Said("four", 130, 20))}),
    "lines and quotes": Case(
        Reply('[\n{"id": 1}]\n\u00e9', 5, 5), {CLAUDE: (0, Said('[\n{"id": 1}]\n\u00e9', 5, 5, SMALL)), CODEX: (0, Said('[\n{"id": 1}]\n\u00e9', 5, 5))}
    ),
    "a model without a price": Case(USUAL, {CLAUDE: (0, Said("four", 130, 20)), CODEX: (0, Said("four", 130, 20))}, model="of-the-house"),
    "an answer of nothing, for which Claude Code asks once more": Case(Reply("", 5, 0), {CLAUDE: (0, Said("", 10, 0, 1e-06)), CODEX: (0, Said("", 5, 0))}),
    "ended by the limit of tokens, for which Claude Code asks three times more": Case(
        Reply("fo", 5, 5, full=True),
        {
            CLAUDE: (
                1,
                Said(
                    "", 20, 20, 4 * SMALL, "API Error: Claude's response exceeded the 128000 output token maximum. To configure this behavior, set the "
                    "CLAUDE_CODE_MAX_OUTPUT_TOKENS environment variable.",
                ),
            ),
            CODEX: (1, Said(problem="Incomplete response returned, reason: max_output_tokens")),
        },
    ),
    "the question is wrong": Case(
        _wrong(400), {CLAUDE: (1, Said(problem="API Error: 400 not today", refused=True)), CODEX: (1, Said(problem="not today", refused=True))}
    ),
    "the key is wrong": Case(
        _wrong(401),
        {
            CLAUDE: (1, Said(problem="Failed to authenticate. API Error: 401 not today", refused=True)),
            CODEX: (1, Said(problem="unexpected status 401 Unauthorized: not today", refused=True)),
        },
    ),
    "the key may not": Case(
        _wrong(403),
        {
            CLAUDE: (1, Said(problem="Failed to authenticate. API Error: 403 not today", refused=True)),
            CODEX: (1, Said(problem="unexpected status 403 Forbidden: not today", refused=True)),
        },
    ),
    "no such model, which Codex does not say": Case(
        _wrong(404),
        {
            CLAUDE: (
                1,
                Said(
                    problem="There's an issue with the selected model (claude-haiku-5-5). It may not exist or you may not have access to it. "
                    "Run --model to pick a different model.",
                    refused=True,
                ),
            ),
            CODEX: (1, Said(problem="not today")),
        },
    ),
    "too many requests": Case(
        _wrong(429),
        {
            CLAUDE: (1, Said(problem="API Error: Request rejected (429) · not today", limited=True)),
            CODEX: (1, Said(problem="exceeded retry limit, last status: 429 Too Many Requests", limited=True)),
        },
    ),
    "a fault of the service, which Codex calls high demand": Case(
        _wrong(500),
        {
            CLAUDE: (1, Said(problem=f"API Error: 500 not today. {SERVER}")),
            CODEX: (1, Said(problem="We\u2019re currently experiencing high demand, which may cause temporary errors.", limited=True)),
        },
    ),
    "overloaded": Case(
        _wrong(529),
        {
            CLAUDE: (1, Said(problem=f"API Error: 529 not today. {SERVER}", limited=True)),
            CODEX: (1, Said(problem="unexpected status 529 <unknown status code>: not today", limited=True)),
        },
    ),
    "cut off": Case(
        Reply("four and more", 5, 5, cut=True),
        {
            CLAUDE: (1, Said(problem="API Error: Connection to the API was lost (ECONNRESET). This is usually temporary — try again.")),
            CODEX: (
                1,
                Said(problem="stream disconnected before completion: Transport error: network error: error decoding response body"),
            ),
        },
    ),
    "something else than an answer": Case(
        Reply("", body=b"<html>"),
        {
            CLAUDE: (1, Said(problem="API Error: Stream ended without receiving any events")),
            CODEX: (1, Said(problem="stream disconnected before completion: stream closed before response.completed")),
        },
    ),
    "nobody there": Case(
        USUAL,
        {
            CLAUDE: (1, Said(problem="API Error: Connection refused — a firewall or proxy may be blocking it (ECONNREFUSED)")),
            CODEX: (1, Said(problem="Connection failed: error sending request")),
        },
        there=False,
    ),
    "no key": Case(
        USUAL,
        {
            CLAUDE: (1, Said(problem="Not logged in · Please run /login", refused=True)),
            CODEX: (1, Said(problem="Missing environment variable: `HOUSE_KEY`.", refused=True)),
        },
        key=False,
    ),
    "no question": Case(
        USUAL,
        {
            CLAUDE: (1, Said(problem="the command ended with status 1 and no result")),
            CODEX: (1, Said(problem="the command ended with status 1")),
        },
        prompt="",
    ),
    "a command of Claude Code's own": Case(
        USUAL,
        {
            CLAUDE: (0, Said(problem="the command took the prompt for a command of its own, and no model was asked", refused=True)),
            CODEX: (0, Said("four", 130, 20)),
        },
        prompt="/help",
    ),
    "a model that wants a shell": Case(
        Reply("", body=BASH, headers=STREAM), {CLAUDE: (1, Said("", 5, 5, SMALL, "Reached maximum number of turns (1)"))}
    ),
    "a model that wants to write": Case(Reply("", body=PATCH, headers=STREAM), {CODEX: (0, Said("four", 135, 25))}),
}  # fmt: skip


def ask(agent: str, case: Case, folder: Path) -> Ran:
    """The real program. A reply with a body of its own is the first one only, so that nothing goes on for ever."""
    with serving(lambda call: case.reply if call.number == 1 or case.reply.headers is not STREAM else USUAL) as server:
        url = server.url if case.there else GONE
        variables = {name: value for name, value in VARIABLES[agent].items() if case.key or value == "{url}"}
        return run(agent, url, case.prompt, folder, variables, case.model)


def place(agent: str, name: str) -> Path:
    return RECORDED / agent / f"{'-'.join(re.findall('[a-z]+', name.partition(',')[0].lower()))}.txt"


def record() -> None:
    for name, case in CASES.items():
        for agent in case.said:
            with tempfile.TemporaryDirectory() as folder:
                ran = ask(agent, case, Path(folder))
            place(agent, name).parent.mkdir(parents=True, exist_ok=True)
            place(agent, name).write_text(scrubbed(ran.stdout), encoding="utf-8")
            print(name, agent, ran.code, ran.said, ran.left or "", file=sys.stderr)


if __name__ == "__main__":
    record()
