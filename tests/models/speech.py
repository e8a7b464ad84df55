"""The languages that models are asked in: what a request asks, and how an answer is written. Pure.

Sources: https://docs.anthropic.com/en/api/messages, https://platform.openai.com/docs/api-reference/chat and .../responses.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from threading import Event
from typing import Any, NamedTuple

Body = dict[str, Any]


class Call(NamedTuple):
    """One question. `prompt`: all that the user's messages say. `number`: from 1, in the order of arrival. `api`: a key of `APIS`."""

    model: str
    system: str
    prompt: str
    number: int
    api: str


class Reply(NamedTuple):
    """One answer; tokens are counted in words where they are not given. Of another status than 200, `text` is what is wrong.

    `full`: the limit of tokens ended it. `body`: sent as it stands, in place of what the API would say. `delay`: nothing is sent before it is
    set. `cut`: the connection is dropped in the middle of the body.
    """

    text: str
    tokens_in: int | None = None
    tokens_out: int | None = None
    cached: int = 0  # tokens that were read from a cache, beside `tokens_in`
    status: int = 200
    headers: Mapping[str, str] = {}
    body: bytes | None = None
    delay: Event | None = None
    cut: bool = False
    full: bool = False


class Api(NamedTuple):
    """`read`: system and prompt of a request. `whole`, `stream`: an answer as one body, as the pieces of a stream. `wrong`: an error's body."""

    read: Callable[[Body], tuple[str, str]]
    whole: Callable[[Body, Call, Reply], Body]
    stream: Callable[[Body, Call, Reply], Iterable[bytes]]
    wrong: Callable[[Reply], Body]


def words(text: str) -> int:
    return len(text.split())


def text_of(content: object) -> str:
    """What is said: a string, or a list of blocks of which only text is read."""
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    return "\n".join(block["text"] for block in blocks if isinstance(block, dict) and isinstance(block.get("text"), str))


def _of_role(messages: object, *roles: str) -> str:
    found = messages if isinstance(messages, list) else []
    return "\n".join(text_of(one.get("content")) for one in found if isinstance(one, dict) and one.get("role") in roles)


def _counts(call: Call, reply: Reply) -> tuple[int, int]:
    tokens_in = words(f"{call.system} {call.prompt}") if reply.tokens_in is None else reply.tokens_in
    return tokens_in, words(reply.text) if reply.tokens_out is None else reply.tokens_out


def _event(data: Body, name: str = "") -> bytes:
    return (f"event: {name}\n" if name else "").encode() + b"data: " + json.dumps(data).encode() + b"\n\n"


def _pieces(text: str) -> list[str]:
    """Two, as a stream of one piece hides what a stream is."""
    return [text[: len(text) // 2], text[len(text) // 2 :]] if text else []


# Anthropic's Messages


def _messages_read(body: Body) -> tuple[str, str]:
    return text_of(body.get("system")), _of_role(body.get("messages"), "user")


def _messages_whole(body: Body, call: Call, reply: Reply) -> Body:
    tokens_in, tokens_out = _counts(call, reply)
    return {
        "id": f"msg_{call.number:024}", "type": "message", "role": "assistant", "model": call.model,
        "content": [{"type": "text", "text": reply.text}], "stop_reason": "max_tokens" if reply.full else "end_turn", "stop_sequence": None,
        "usage": {
            "input_tokens": tokens_in, "cache_creation_input_tokens": 0, "cache_read_input_tokens": reply.cached, "output_tokens": tokens_out,
            "service_tier": "standard",
        },
    }  # fmt: skip


def _messages_stream(body: Body, call: Call, reply: Reply) -> Iterable[bytes]:
    whole = _messages_whole(body, call, reply)
    usage = whole["usage"]
    begun = {**whole, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    delta = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    events: list[Body] = [
        {"type": "message_start", "message": begun},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}} for piece in _pieces(reply.text)),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": delta, "usage": {"output_tokens": usage["output_tokens"]}},
        {"type": "message_stop"},
    ]
    return (_event(event, event["type"]) for event in events)


_ANTHROPIC_ERRORS = {
    400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error", 413: "request_too_large",
    429: "rate_limit_error", 529: "overloaded_error",
}  # fmt: skip


def _messages_wrong(reply: Reply) -> Body:
    return {"type": "error", "error": {"type": _ANTHROPIC_ERRORS.get(reply.status, "api_error"), "message": reply.text}}


# OpenAI's chat completions


def _chat_read(body: Body) -> tuple[str, str]:
    return _of_role(body.get("messages"), "system", "developer"), _of_role(body.get("messages"), "user")


def _chat_usage(call: Call, reply: Reply) -> Body:
    tokens_in, tokens_out = _counts(call, reply)
    return {
        "prompt_tokens": tokens_in + reply.cached, "completion_tokens": tokens_out, "total_tokens": tokens_in + reply.cached + tokens_out,
        "prompt_tokens_details": {"cached_tokens": reply.cached},
    }  # fmt: skip


def _chat(call: Call, kind: str, choices: list[Body]) -> Body:
    return {"id": f"chatcmpl-{call.number}", "object": kind, "created": 1, "model": call.model, "choices": choices}


def _chat_whole(body: Body, call: Call, reply: Reply) -> Body:
    message = {"role": "assistant", "content": reply.text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "length" if reply.full else "stop"}
    return {**_chat(call, "chat.completion", [choice]), "usage": _chat_usage(call, reply)}


def _chat_stream(body: Body, call: Call, reply: Reply) -> Iterable[bytes]:
    deltas: list[Body] = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in _pieces(reply.text))]
    for delta in deltas:
        yield _event(_chat(call, "chat.completion.chunk", [{"index": 0, "delta": delta, "finish_reason": None}]))
    yield _event(_chat(call, "chat.completion.chunk", [{"index": 0, "delta": {}, "finish_reason": "length" if reply.full else "stop"}]))
    if (body.get("stream_options") or {}).get("include_usage"):
        yield _event({**_chat(call, "chat.completion.chunk", []), "usage": _chat_usage(call, reply)})
    yield b"data: [DONE]\n\n"


_OPENAI_ERRORS = {
    401: ("invalid_request_error", "invalid_api_key"),
    404: ("invalid_request_error", "model_not_found"),
    429: ("requests", "rate_limit_exceeded"),
}


def _openai_wrong(reply: Reply) -> Body:
    usual = ("server_error", None) if reply.status >= 500 else ("invalid_request_error", None)
    kind, code = _OPENAI_ERRORS.get(reply.status, usual)
    return {"error": {"message": reply.text, "type": kind, "param": None, "code": code}}


# OpenAI's responses


def _responses_read(body: Body) -> tuple[str, str]:
    asked = body.get("input")
    if isinstance(asked, str):
        return str(body.get("instructions") or ""), asked
    return "\n".join(part for part in (body.get("instructions"), _of_role(asked, "system", "developer")) if part), _of_role(asked, "user")


def _responses_whole(body: Body, call: Call, reply: Reply) -> Body:
    tokens_in, tokens_out = _counts(call, reply)
    part = {"type": "output_text", "text": reply.text, "annotations": []}
    message = {"type": "message", "id": f"msg_{call.number}", "role": "assistant", "status": "completed", "content": [part]}
    return {
        "id": f"resp_{call.number}", "object": "response", "created_at": 1, "model": call.model, "output": [message], "error": None,
        "status": "incomplete" if reply.full else "completed", "incomplete_details": {"reason": "max_output_tokens"} if reply.full else None,
        "parallel_tool_calls": False, "tool_choice": "auto", "tools": [],
        "usage": {
            "input_tokens": tokens_in + reply.cached, "input_tokens_details": {"cached_tokens": reply.cached}, "output_tokens": tokens_out,
            "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": tokens_in + reply.cached + tokens_out,
        },
    }  # fmt: skip


def _responses_stream(body: Body, call: Call, reply: Reply) -> Iterable[bytes]:
    whole = _responses_whole(body, call, reply)
    (message,) = whole["output"]
    (part,) = message["content"]
    at = {"item_id": message["id"], "output_index": 0, "content_index": 0}
    events: list[Body] = [
        {"type": "response.created", "response": {**whole, "output": [], "status": "in_progress", "usage": None}},
        {"type": "response.output_item.added", "output_index": 0, "item": {**message, "status": "in_progress", "content": []}},
        {"type": "response.content_part.added", **at, "part": {**part, "text": ""}},
        *({"type": "response.output_text.delta", **at, "delta": piece, "logprobs": []} for piece in _pieces(reply.text)),
        {"type": "response.output_text.done", **at, "text": reply.text, "logprobs": []},
        {"type": "response.content_part.done", **at, "part": part},
        {"type": "response.output_item.done", "output_index": 0, "item": message},
        {"type": f"response.{whole['status']}", "response": whole},
    ]
    return (_event({**event, "sequence_number": number}, event["type"]) for number, event in enumerate(events))


APIS = {
    "/v1/messages": Api(_messages_read, _messages_whole, _messages_stream, _messages_wrong),
    "/v1/chat/completions": Api(_chat_read, _chat_whole, _chat_stream, _openai_wrong),
    "/v1/responses": Api(_responses_read, _responses_whole, _responses_stream, _openai_wrong),
}
"""By the path that is posted to."""
