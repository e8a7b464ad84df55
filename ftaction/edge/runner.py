"""The files through which a step talks to GitHub's runner: outputs, summary, the event, the inputs.

Under act's host mode the paths the variables give do not exist inside a container action; the files stand in
`/var/run/act/workflow` then (nektos/act, `pkg/runner/run_context.go`).
"""

import json
import os
from collections.abc import Mapping

_ACT = "/var/run/act/workflow"


class RunnerFiles:
    """Nothing here fails a run: what can't be written is a sentence for the log."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def add_summary(self, text: str) -> str:
        """Append to the job summary."""
        return self._append("GITHUB_STEP_SUMMARY", "SUMMARY.md", text)

    def set_outputs(self, values: Mapping[str, str]) -> str:
        """Each value between delimiters that nobody can have guessed (the heredoc form of GITHUB_OUTPUT)."""
        return self._append("GITHUB_OUTPUT", "outputcmd.txt", _heredocs(values))

    def save_state(self, values: Mapping[str, str]) -> str:
        """What the post step finds as `STATE_<name>`."""
        return self._append("GITHUB_STATE", "statecmd.txt", _heredocs(values))

    def event(self) -> Mapping[str, object]:
        """The event that started the workflow; empty where there is none to read."""
        try:
            with open(self._path("GITHUB_EVENT_PATH", "event.json"), encoding="utf-8") as file:
                event = json.load(file)
        except (OSError, ValueError):
            return {}
        return event if isinstance(event, dict) else {}

    def _append(self, name: str, act: str, text: str) -> str:
        path = self._path(name, act)
        if not path:
            return ""
        try:
            with open(path, "a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
        except OSError as error:
            return f"{name} can't be written: {error.strerror}"
        return ""

    def _path(self, name: str, act: str) -> str:
        path = self._variables.get(name, "")
        there = not path or os.path.exists(path) or self._variables.get("ACT") != "true"
        return path if there else f"{_ACT}/{act}"


def _heredocs(values: Mapping[str, str]) -> str:
    delimiter = f"ghadelimiter_{os.urandom(16).hex()}"
    return "".join(f"{name}<<{delimiter}\n{value}\n{delimiter}\n" for name, value in values.items())


def read_input(variables: Mapping[str, str], name: str) -> str:
    """An input of the action: upper-case, spaces as `_`, dashes kept."""
    return variables.get(f"INPUT_{name.upper().replace(' ', '_')}", "").strip()
