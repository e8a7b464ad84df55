"""The configuration file that `ftaction init` writes: what was found, with the reasons as comments."""

from ftaction.model.check import Check
from ftaction.tools.detect.detected import Detected

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
        lines += [f"    {field}\n" for field in _fields(check)]
    return "".join(lines)


def _fields(check: Check) -> list[str]:
    fields = [_field("run", check.run) if isinstance(check.run, str) else f"run: {_list(check.run)}"]
    if check.working_directory != ".":
        fields.append(_field("working_directory", check.working_directory))
    if check.inputs:
        fields.append(f"inputs: {_list(check.inputs)}")
    if check.stage is not None:
        fields.append(_field("stage", check.stage.value))
    return fields


def _list(items: tuple[str, ...]) -> str:
    return "[" + ", ".join(_scalar(item) for item in items) + "]"


def _field(key: str, text: str) -> str:
    return f"{key}: {_scalar(text)}" if "\n" in text else _dumped({key: text}, flow=False)


def _scalar(text: str) -> str:
    """Quoted where YAML needs it inside `[…]`, the stricter place, so that it holds as a key too. Always one line."""
    return _dumped([text], flow=True, style='"' if "\n" in text else None)[1:-1]


def _dumped(data: object, *, flow: bool, style: str | None = None) -> str:
    import yaml

    dumped: str = yaml.safe_dump(data, default_flow_style=flow, default_style=style, width=2**20, allow_unicode=True)
    return dumped.strip()


def _printable(text: str) -> str:
    """A comment's text: YAML refuses some characters even there."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
