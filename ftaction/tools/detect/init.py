"""The configuration file that `ftaction init` writes: what was found, with the reasons as comments."""

from ftaction.model.check import Check
from ftaction.tools.detect import Detected

_HEAD = """\
# Checks of this repository, found from its files. Everything here can be changed; delete what you don't want.
version: 1
verification:
  parallel: true
"""


def init_text(detected: Detected) -> str:
    """Text of a `.firsttry.yml` that holds exactly the checks and groups that were found."""
    lines = [_HEAD]
    if detected.parallel_groups:
        lines.append("  parallel_groups:\n")
        lines += [f"    - [{', '.join(_scalar(name) for name in group)}]\n" for group in detected.parallel_groups]
    lines.append("checks:\n" if detected.checks else "checks: {}\n")
    for check in detected.checks:
        reason = " ".join(detected.because.get(check.name, "").split())
        lines.append(f"  # {_printable(reason)}\n" if reason else "")
        lines.append(f"  {_scalar(check.name)}:\n")
        lines += [f"    {key}: {value}\n" for key, value in _fields(check)]
    return "".join(lines)


def _fields(check: Check) -> list[tuple[str, str]]:
    fields = [("run", _scalar(check.run) if isinstance(check.run, str) else _list(check.run))]
    if check.working_directory != ".":
        fields.append(("working_directory", _scalar(check.working_directory)))
    if check.inputs:
        fields.append(("inputs", _list(check.inputs)))
    if check.stage is not None:
        fields.append(("stage", _scalar(check.stage.value)))
    return fields


def _list(items: tuple[str, ...]) -> str:
    return "[" + ", ".join(_scalar(item) for item in items) + "]"


def _scalar(text: str) -> str:
    """On one line, quoted only where YAML needs it. Read inside `[…]`, the stricter place, so that it holds in both."""
    import yaml

    dumped: str = yaml.safe_dump([text], default_flow_style=True, width=2**20, allow_unicode=True)
    return dumped.strip()[1:-1]


def _printable(text: str) -> str:
    """A comment's text: YAML refuses some characters even there."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
