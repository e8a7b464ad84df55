"""Codex's `codex exec --json`: an event on each line. It says tokens and no cost.

Options: https://developers.openai.com/codex/cli/reference; settings: https://developers.openai.com/codex/config-reference. Seen with 0.169.0.
"""

import re
from typing import Any

from ftaction.model.asking import Said
from ftaction.tools.agents.agent import Agent, Option, ended, failed
from ftaction.tools.findings.documents import inside, objects, word

_STATUS = re.compile(r"\b(?:last|unexpected) status:? (\d{3})\b")
_SIGNS = {"experiencing high demand": 503, "Missing environment variable": 401}  # where it drops the status, or there was none
_ADDRESS = re.compile(r", url: \S+")


def read(stdout: str, code: int) -> Said:
    """A turn that was completed has an answer, the last message; errors before that are notes, or tries that it repeated."""
    text, problem, usage = "", "", None
    completed = False
    for event in objects(stdout):
        match word(event, "type"):
            case "item.completed" if word(event, "item", "type") == "agent_message":
                text = word(event, "item", "text")
            case "turn.completed":
                completed, usage = True, event
            case "turn.failed":
                completed, problem = False, word(event, "error", "message")
            case "error":
                problem = word(event, "message")
    tokens = (_tokens(usage, "input_tokens"), _tokens(usage, "output_tokens"))
    if completed and not code:
        return Said(text, *tokens)
    status = _status(problem)
    return failed(_plain(problem) or (ended(code) if code else "the command printed no answer"), status, *tokens)


def _tokens(event: dict[str, Any] | None, name: str) -> int | None:
    """Those that came from a cache are among them."""
    found = inside(event, "usage", name)
    return found if type(found) is int and 0 <= found < 1 << 53 else None


def _plain(problem: str) -> str:
    """What the service said, without its address; of an error's body the message."""
    return word(_body(problem), "error", "message") or _ADDRESS.sub("", problem)


def _status(problem: str) -> int | None:
    if found := _STATUS.search(problem):
        return int(found[1])
    if inside(_body(problem), "error") is not None:
        return 400  # the only answer that is handed on as it came
    return next((status for sign, status in _SIGNS.items() if sign in problem), None)


def _body(problem: str) -> object:
    return next(iter(objects(problem)), None)


_OFF = (
    "apps", "browser_use", "computer_use", "goals", "hooks", "image_generation", "multi_agent", "plugins", "shell_snapshot", "shell_tool",
    "skill_search", "sleep_tool", "tool_suggest", "unbounded_connection_retries", "unified_exec", "view_image",
)  # fmt: skip
_SETTINGS = (
    'instructions="Answer what is asked, in the form that is asked for."',
    "analytics.enabled=false",
    "check_for_update_on_startup=false",
    'history.persistence="none"',
    "include_apps_instructions=false",
    "include_collaboration_mode_instructions=false",
    "include_environment_context=false",
    "include_permissions_instructions=false",
    "project_doc_max_bytes=0",
    "skills.bundled.enabled=false",
    "skills.include_instructions=false",
    "tools.experimental_request_user_input.enabled=false",
    'web_search="disabled"',
)
AGENT = Agent(
    "codex-json",
    read,
    options=(
        *(Option((name,)) for name in ("--json", "--ephemeral", "--ignore-rules", "--ignore-user-config", "--skip-git-repo-check")),
        Option(("--sandbox", "read-only")),
        *(Option(("--disable", name)) for name in _OFF),
        *(Option(("--config", setting)) for setting in _SETTINGS),
    ),
    short={"-c": "--config", "-s": "--sandbox"},
    home="CODEX_HOME",
)
