"""The server against the official libraries of the services that it stands for."""

import json
import sys
from collections.abc import Callable
from http.client import HTTPConnection
from subprocess import PIPE, Popen
from threading import Event, Thread

import anthropic
import openai
import pytest

from tests.models.answers import digest, items
from tests.models.server import serving
from tests.models.speech import Call, Reply
from tests.support.gates import PATIENCE

ITEMS = """Say of each what it is.
<<<item 1 "a \\"b\\".py" 0123456789abcdef
one
two
0123456789abcdef>>>
<<<item 2 "c.py" 0123456789abcdef
<<<item 3 "inside.py" aaaaaaaaaaaaaaaa
0123456789abcdef>>>
"""


def _anthropic(url: str) -> anthropic.Anthropic:
    """Without the certificates, as reading them takes longer than the rest of a test."""
    return anthropic.Anthropic(base_url=url, api_key="key", max_retries=0, http_client=anthropic.DefaultHttpxClient(verify=False))


def _openai(url: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{url}/v1", api_key="key", max_retries=0, http_client=openai.DefaultHttpxClient(verify=False))


class Heard:
    """What a client took from an answer."""

    def __init__(self, text: str, tokens_in: int, tokens_out: int, stopped: str | None) -> None:
        self.all = (text, tokens_in, tokens_out)
        self.stopped = stopped


def _messages(url: str) -> Heard:
    with _anthropic(url) as client:
        said = client.messages.create(model="small", max_tokens=100, system="be short", messages=[{"role": "user", "content": "who are you"}])
        return _read(said)


def _messages_stream(url: str) -> Heard:
    asked: anthropic.types.MessageParam = {"role": "user", "content": [{"type": "text", "text": "who are you"}]}
    with (
        _anthropic(url) as client,
        client.messages.stream(model="small", max_tokens=100, system="be short", messages=[asked]) as stream,
    ):
        return _read(stream.get_final_message())


def _read(said: anthropic.types.Message) -> Heard:
    (block,) = said.content
    assert isinstance(block, anthropic.types.TextBlock)
    return Heard(block.text, said.usage.input_tokens, said.usage.output_tokens, said.stop_reason)


def _chat(url: str) -> Heard:
    with _openai(url) as client:
        said = client.chat.completions.create(model="small", messages=[{"role": "system", "content": "be short"}, {"role": "user", "content": "who are you"}])
        assert said.usage
        return Heard(said.choices[0].message.content or "", said.usage.prompt_tokens, said.usage.completion_tokens, said.choices[0].finish_reason)


def _chat_stream(url: str) -> Heard:
    text, stopped, tokens = "", None, (0, 0)
    with _openai(url) as client:
        for chunk in client.chat.completions.create(
            model="small",
            messages=[{"role": "system", "content": "be short"}, {"role": "user", "content": "who are you"}],
            stream=True,
            stream_options={"include_usage": True},
        ):
            for choice in chunk.choices:
                text += choice.delta.content or ""
                stopped = choice.finish_reason or stopped
            if chunk.usage:
                tokens = chunk.usage.prompt_tokens, chunk.usage.completion_tokens
    return Heard(text, *tokens, stopped)


def _responses(url: str) -> Heard:
    with _openai(url) as client:
        said = client.responses.create(model="small", instructions="be short", input="who are you")
        assert said.usage
        return Heard(said.output_text, said.usage.input_tokens, said.usage.output_tokens, said.status)


def _responses_stream(url: str) -> Heard:
    with (
        _openai(url) as client,
        client.responses.stream(model="small", instructions="be short", input=[{"role": "user", "content": "who are you"}]) as stream,
    ):
        events = list(stream)
    last = events[-1]
    assert last.type in ("response.completed", "response.incomplete")
    assert last.response.usage
    deltas = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    return Heard(deltas, last.response.usage.input_tokens, last.response.usage.output_tokens, last.response.status)


CLIENTS: dict[str, tuple[Callable[[str], Heard], str, str, str]] = {
    "Anthropic's messages": (_messages, "/v1/messages", "end_turn", "max_tokens"),
    "Anthropic's messages as a stream": (_messages_stream, "/v1/messages", "end_turn", "max_tokens"),
    "OpenAI's chat": (_chat, "/v1/chat/completions", "stop", "length"),
    "OpenAI's chat as a stream": (_chat_stream, "/v1/chat/completions", "stop", "length"),
    "OpenAI's responses": (_responses, "/v1/responses", "completed", "incomplete"),
    "OpenAI's responses as a stream": (_responses_stream, "/v1/responses", "completed", "incomplete"),
}
each_client = pytest.mark.parametrize(("ask", "api", "done", "full"), CLIENTS.values(), ids=CLIENTS)


@each_client
def test_an_answer_with_counted_words(ask: Callable[[str], Heard], api: str, done: str, full: str) -> None:
    with serving(lambda call: Reply(f"I am {call.model}, call {call.number}")) as server:
        heard = ask(server.url)
    assert heard.all == ("I am small, call 1", 5, 5)
    assert heard.stopped == done
    assert server.calls == [Call("small", "be short", "who are you", 1, api)]
    assert "key" in server.requests[0].headers.get("x-api-key", server.requests[0].headers.get("authorization", ""))


@each_client
def test_an_answer_that_the_limit_ended_with_given_tokens(ask: Callable[[str], Heard], api: str, done: str, full: str) -> None:
    with serving(lambda _: Reply("short", tokens_in=7, tokens_out=9, full=True)) as server:
        heard = ask(server.url)
    assert heard.all == ("short", 7, 9)
    assert heard.stopped == full


@each_client
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, (anthropic.AuthenticationError, openai.AuthenticationError)),
        (404, (anthropic.NotFoundError, openai.NotFoundError)),
        (429, (anthropic.RateLimitError, openai.RateLimitError)),
        (500, (anthropic.InternalServerError, openai.InternalServerError)),
        (529, (anthropic.InternalServerError, openai.InternalServerError)),
    ],
)
def test_an_error_is_the_error_of_the_library(
    ask: Callable[[str], Heard], api: str, done: str, full: str, status: int, error: tuple[type[Exception], ...]
) -> None:
    with serving(lambda _: Reply("not now", status=status, headers={"Retry-After": "3"})) as server, pytest.raises(error, match="not now") as raised:
        ask(server.url)
    assert isinstance(raised.value, anthropic.APIStatusError | openai.APIStatusError)
    assert raised.value.response.headers["retry-after"] == "3"


@each_client
def test_a_connection_that_is_cut_is_an_error(ask: Callable[[str], Heard], api: str, done: str, full: str) -> None:
    with serving(lambda _: Reply("an answer of some length", cut=True)) as server, pytest.raises(Exception, match=r"(?i)connection|closed|incomplete"):
        ask(server.url)


def test_a_body_is_sent_as_it_stands() -> None:
    with serving(lambda _: Reply("", body=b"{")) as server, pytest.raises(json.JSONDecodeError):
        _chat(server.url)


def test_an_answer_waits_for_its_event_and_the_others_do_not() -> None:
    arrived, release, heard = Event(), Event(), list[str]()

    def answer(call: Call) -> Reply:
        arrived.set()
        return Reply(str(call.number), delay=release if call.number == 1 else None)

    with serving(answer) as server:
        first = Thread(target=lambda: heard.append(_chat(server.url).all[0]))
        first.start()
        assert arrived.wait(PATIENCE)
        assert _chat(server.url).all[0] == "2"
        release.set()
        first.join()
    assert heard == ["1"]
    assert server.most == 2


def test_the_end_drops_whoever_still_waits() -> None:
    arrived, failed = Event(), list[Exception]()

    def answer(call: Call) -> Reply:
        arrived.set()
        return Reply("never", delay=Event())

    def ask(url: str) -> None:
        try:
            _messages(url)
        except anthropic.APIConnectionError as error:
            failed.append(error)

    with serving(answer) as server:
        waiting = Thread(target=ask, args=(server.url,))
        waiting.start()
        assert arrived.wait(PATIENCE)
    waiting.join()
    assert len(failed) == 1


def test_places_beside_the_models() -> None:
    with serving() as server, _anthropic(server.url) as client:
        assert client.messages.count_tokens(model="small", messages=[{"role": "user", "content": "one two three"}]).input_tokens == 3
        assert list(client.models.list()) == []
        connection = HTTPConnection("127.0.0.1", server.server_port)
        for method, path, status in (("HEAD", "/", 200), ("GET", "/v1/else", 404)):
            connection.request(method, path)
            response = connection.getresponse()
            assert response.status == status
            response.read()
        connection.close()
    assert server.calls == []


def test_as_a_program_it_says_where_it_is_and_answers() -> None:
    command = [sys.executable, "-m", "tests.models.server", "--delay", "0.01"]
    with Popen(command, stdout=PIPE, text=True) as program:
        assert program.stdout
        url = program.stdout.readline().strip()
        assert json.loads(_messages(url).all[0]) == []
        program.terminate()


def test_the_usual_answer_holds_every_item_by_its_own_fence() -> None:
    assert items(ITEMS) == [(1, 'a "b".py', "one\ntwo"), (2, "c.py", '<<<item 3 "inside.py" aaaaaaaaaaaaaaaa')]
    with serving() as server, _openai(server.url) as client:
        said = client.chat.completions.create(model="small", messages=[{"role": "user", "content": ITEMS}]).choices[0].message.content
    assert json.loads(said or "") == [{"id": 1, "answer": {"text": digest("one\ntwo")}}, {"id": 2, "answer": {"text": digest(items(ITEMS)[1][2])}}]
