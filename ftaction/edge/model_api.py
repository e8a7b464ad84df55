"""Models behind an API, by the official client libraries, which are imported when something is asked.

They retry by themselves unless they are told not to; here the caller does, who counts calls and money.
"""

from collections.abc import Mapping
from typing import Any

from ftaction.model.asking import LIMITED, REFUSED, Api, Said

_SHOWN = 300  # characters of an error


class AnthropicModel:
    """https://docs.anthropic.com/en/api/messages."""

    def __init__(self, url: str | None, temperature: float | None) -> None:
        """The key is taken from ANTHROPIC_API_KEY. Raises `ImportError` where the library is not there."""
        import anthropic

        self._client = anthropic.AsyncAnthropic(base_url=url, max_retries=0)
        self._more: dict[str, Any] = {} if temperature is None else {"temperature": temperature}
        self._errors = (anthropic.APIStatusError, anthropic.APIConnectionError, anthropic.AnthropicError)

    async def ask(self, model: str, prompt: str, max_tokens: int, timeout: float) -> Said:
        status, lost, other = self._errors
        try:
            message = await self._client.messages.create(
                model=model, max_tokens=max_tokens, timeout=timeout, messages=[{"role": "user", "content": prompt}], **self._more
            )
            text = "".join(block.text for block in message.content if block.type == "text")
            usage = message.usage
            cached = (usage.cache_read_input_tokens or 0) + (usage.cache_creation_input_tokens or 0)
            return Said(text, usage.input_tokens + cached, usage.output_tokens)
        except status as error:
            return _turned_away(error.status_code, error.response.headers, error.message)
        except lost as error:
            return Said(problem=f"it could not be reached: {error}"[:_SHOWN])
        except (other, ValueError, TypeError, AttributeError) as error:  # what answers may be anything
            return Said(problem=f"it answered with something else: {error}"[:_SHOWN])

    async def close(self) -> None:
        """End its connections."""
        await self._client.close()


class OpenAIModel:
    """https://platform.openai.com/docs/api-reference/chat, which many servers speak."""

    def __init__(self, url: str | None, temperature: float | None) -> None:
        """The key is taken from OPENAI_API_KEY; a server of one's own may need none. Raises `ImportError` where the library is not there."""
        import os

        import openai

        self._client = openai.AsyncOpenAI(base_url=url, max_retries=0, api_key=os.environ.get("OPENAI_API_KEY") or "none")
        self._more: dict[str, Any] = {} if temperature is None else {"temperature": temperature}
        self._own = url is not None  # servers of one's own know the older name
        self._errors = (openai.APIStatusError, openai.APIConnectionError, openai.OpenAIError)

    async def ask(self, model: str, prompt: str, max_tokens: int, timeout: float) -> Said:
        status, lost, other = self._errors
        limit: dict[str, Any] = {"max_tokens" if self._own else "max_completion_tokens": max_tokens}
        try:
            made = await self._client.chat.completions.create(
                model=model, timeout=timeout, messages=[{"role": "user", "content": prompt}], **limit, **self._more
            )
            usage = made.usage
            text = made.choices[0].message.content or ""
            return Said(text, usage.prompt_tokens if usage else None, usage.completion_tokens if usage else None)
        except status as error:
            return _turned_away(error.status_code, error.response.headers, error.message)
        except lost as error:
            return Said(problem=f"it could not be reached: {error}"[:_SHOWN])
        except (other, ValueError, TypeError, AttributeError, IndexError) as error:
            return Said(problem=f"it answered with something else: {error}"[:_SHOWN])

    async def close(self) -> None:
        """End its connections."""
        await self._client.close()


def model(api: Api, url: str | None, temperature: float | None) -> AnthropicModel | OpenAIModel:
    """The client of an API. Raises `ImportError`."""
    return AnthropicModel(url, temperature) if api is Api.ANTHROPIC else OpenAIModel(url, temperature)


def _turned_away(status: int, headers: Mapping[str, str], message: str) -> Said:
    """By its status: turned away for now, for good, or neither."""
    text = f"it answered {status}: {message}"[:_SHOWN]
    if status in LIMITED:
        return Said(problem=text, limited=True, retry_after=_seconds(headers.get("retry-after", "")))
    return Said(problem=text, refused=status in REFUSED)


def _seconds(text: str) -> float | None:
    """RFC 9110, section 10.2.3; a date is not honoured."""
    try:
        return min(max(0.0, float(text)), 3600.0)
    except ValueError:
        return None
