"""GitHub's workflow commands through one escaper, and untrusted text fenced off from them.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions; the escapes are those of actions/toolkit's
`packages/core/src/command.ts`. The runner finds `::name::` behind leading white space and `##[name]` anywhere in a line.
"""

_PARTED = "#\u200b#["
_MOST_MESSAGE = 4096  # characters; the runner cuts what is longer


def command(name: str, message: str, **properties: str | int) -> str:
    """One workflow command as one line."""
    given = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value not in ("", 0))
    return f"::{name}{' ' + given if given else ''}::{_data(message[:_MOST_MESSAGE])}"


def fenced(text: str, token: str) -> str:
    """Text in which nothing is a command. `token` is new, random and at least 16 characters.

    `##[…]` is recognised even between stop-commands, so a zero-width space parts it.
    """
    return f"::stop-commands::{token}\n{text.replace('##[', _PARTED)}\n::{token}::"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A").replace("##[", _PARTED)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
