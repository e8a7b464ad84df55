"""Claude Code's `claude -p --output-format json`: one object of type `result`; with `--verbose` a list that ends with it.

Options and variables: https://code.claude.com/docs/en/cli-reference, https://code.claude.com/docs/en/settings. Seen with 2.1.330.
"""

import re

from ftaction.model.asking import Said
from ftaction.tools.agents.agent import Agent, Option, ended, failed
from ftaction.tools.findings.documents import documents, inside, word

_INPUT = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
_MUCH = 1e6  # US dollars, that no call costs
_NO_KEY = re.compile(r"/login\b")  # the only sign; no status, as nothing was asked


def read(stdout: str, code: int) -> Said:
    """`is_error` decides; `subtype` says `success` of a call that failed too."""
    result = _result(stdout)
    if result is None:
        return failed(f"{ended(code)} and no result" if code else "the command printed no result")
    tokens = (_tokens(result, *_INPUT), _tokens(result, "output_tokens"))
    text, usd = word(result, "result"), _usd(result)
    if inside(result, "is_error") is False:
        if code:
            return failed(ended(code), None, *tokens, usd)
        if inside(result, "num_turns") == 0:  # a prompt such as `/help`, which the program answers by itself
            return failed("the command took the prompt for a command of its own, and no model was asked", 400, *tokens, usd)
        return Said(text, *tokens, usd)
    errors = inside(result, "errors")
    problem = text or "; ".join(one for one in (errors if isinstance(errors, list) else []) if isinstance(one, str)) or ended(code)
    status = inside(result, "api_error_status")
    if status is None and _NO_KEY.search(problem):
        status = 401
    return failed(problem, status if type(status) is int else None, *tokens, usd)


def _result(stdout: str) -> object:
    """The last one of all that stand in the output, as a warning may stand before it."""
    found = [one for document in documents(stdout) for one in (document if isinstance(document, list) else [document])]
    return next((one for one in reversed(found) if inside(one, "type") == "result"), None)


def _tokens(result: object, *names: str) -> int | None:
    """The sum over all tries of the call; None where none of the names has a count."""
    found = [value for name in names if type(value := inside(result, "usage", name)) is int and 0 <= value < 1 << 53]
    return sum(found) if found else None


def _usd(result: object) -> float | None:
    """What the program reckons; of a model that it has no price for it guesses, and says so."""
    usd, models = inside(result, "total_cost_usd"), inside(result, "modelUsage")
    guessed = isinstance(models, dict) and any(inside(one, "costBasis") == "unknown" for one in models.values())
    if not isinstance(usd, int | float) or isinstance(usd, bool) or guessed or not 0 <= usd < _MUCH:
        return None
    return round(float(usd), 9)  # without the noise of a sum


AGENT = Agent(
    "claude-json",
    read,
    options=(
        Option(("--output-format", "json")),
        Option(("--bare",), unless="CLAUDE_CODE_OAUTH_TOKEN"),  # which it would not read
        Option(("--tools", "")),
        Option(("--setting-sources", "")),
        Option(("--strict-mcp-config",)),
        Option(("--disable-slash-commands",)),
        Option(("--no-session-persistence",)),
        Option(("--system-prompt", "Answer what is asked, in the form that is asked for.")),
    ),
    environment={
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_TELEMETRY": "1",
        "DISABLE_ERROR_REPORTING": "1",
        "DISABLE_AUTOUPDATER": "1",
        "CLAUDE_CODE_MAX_RETRIES": "0",
        "CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK": "1",
        "CLAUDE_CODE_MAX_TURNS": "1",
        "CLAUDE_CODE_DISABLE_THINKING": "1",  # it would come out of the answer's tokens
        "DISABLE_PROMPT_CACHING": "1",  # writing a cache is dearer than reading a prompt once
        "CLAUDE_CODE_DISABLE_ATTACHMENTS": "1",  # `@path` in a prompt is a file that it reads and sends, without `--bare`
        "CLAUDE_CODE_DISABLE_CLAUDE_MDS": "1",
        "CLAUDE_CODE_DISABLE_AUTO_MEMORY": "1",
    },
    limit="CLAUDE_CODE_MAX_OUTPUT_TOKENS",
    home="CLAUDE_CONFIG_DIR",
)
