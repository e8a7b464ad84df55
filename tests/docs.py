"""Writes what is made from the code: `docs/reference.md` between its markers, and `firsttry.schema.json`. `make docs`; a test keeps them true."""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

from ftaction.arguments import parser
from ftaction.model.selection import Rule
from ftaction.plan.keys import CONFIG
from ftaction.plan.kinds import Kind, ListOf, MapOf, Scalar, Table
from ftaction.plan.schema import schema
from ftaction.report.tests import RULES

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference.md"
TESTS = ROOT / "docs" / "tests.md"
SCHEMA = ROOT / "firsttry.schema.json"
ACTION = ROOT / "action.yml"

_OUTPUT = re.compile(r"(Text|Number|Boolean|Path|JSON array), such as `(.+?)`\. (.+)")
_MARKED = re.compile(r"(<!-- begin (\w+) -->\n).*?(<!-- end \2 -->)", re.DOTALL)


def reference(page: str) -> str:
    """The page with its tables made anew; what stands outside the markers stays."""
    tables = {"configuration": _configuration, "inputs": _inputs, "outputs": _outputs, "commands": _commands, "rules": _rules}
    return _MARKED.sub(lambda match: f"{match[1]}{tables[match[2]]()}{match[3]}", page)


def schema_text() -> str:
    return json.dumps(schema(), indent=2) + "\n"


def action() -> dict[str, dict[str, dict[str, str]]]:
    """`action.yml` as data."""
    data: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(ACTION.read_text())
    return data


def _configuration() -> str:
    return "\n".join(_section(path, table) for path, table in _tables("", CONFIG))


def _tables(path: str, kind: Kind) -> Iterator[tuple[str, Table]]:
    if isinstance(kind, MapOf):
        yield from _tables(f"{path}.NAME", kind.value)
    elif isinstance(kind, Table):
        yield path, kind
        for key in kind.keys:
            yield from _tables(f"{path}.{key.name}".removeprefix("."), key.kind)


def _section(path: str, table: Table) -> str:
    title = f"### `{path}`\n\n" if path else ""
    rows = [(f"`{key.name}`", _kind(key.kind), "required" if key.required else key.default, key.doc) for key in table.keys]
    return title + _table(("Key", "Value", "Default", "Meaning"), rows)


def _kind(kind: Kind) -> str:
    match kind:
        case Scalar(title=title):
            return title
        case ListOf(item=item):
            return f"list of: {_kind(item)}"
        case MapOf(value=value):
            return f"names with: {_kind(value)}"
        case Table():
            return "keys below"


def _inputs() -> str:
    rows = [(f"`{name}`", f"`{one['default']}`" if one.get("default") else "", one["description"]) for name, one in action()["inputs"].items()]
    return _table(("Input", "Default", "Meaning"), rows)


class Output(NamedTuple):
    """As its description in `action.yml` has it."""

    name: str
    type: str
    example: str
    meaning: str


def outputs_told() -> list[Output]:
    found = {name: _OUTPUT.fullmatch(one["description"]) for name, one in action()["outputs"].items()}
    assert all(found.values()), [name for name, match in found.items() if not match]
    return [Output(name, *match.groups()) for name, match in found.items() if match]


def _outputs() -> str:
    return _table(("Output", "Type", "Example", "Meaning"), [(f"`{one.name}`", one.type, f"`{one.example}`", one.meaning) for one in outputs_told()])


def _commands() -> str:
    parts = []
    for name, one in commands().items():
        rows = [(_spelt(argument), argument.help or "") for argument in one._actions if argument.dest != "help"]
        parts.append(f"### `ftaction {name}`\n\n{one.description}\n\n" + (_table(("Argument", "Meaning"), rows) if rows else ""))
    return "\n".join(parts)


def commands() -> dict[str, argparse.ArgumentParser]:
    """The command line's commands for people, in their order."""
    (choices,) = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return {name: one for name, one in choices.choices.items() if one.description}


def _spelt(argument: argparse.Action) -> str:
    value = argument.metavar or ("|".join(map(str, argument.choices)) if argument.choices else argument.dest.upper())
    if not argument.option_strings:
        return f"`{value}`"
    return f"`{argument.option_strings[0]}`" if argument.nargs == 0 else f"`{argument.option_strings[0]} {value}`"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _rules() -> str:
    return _table(("Rule", "When"), [(rule.value, RULES[rule]) for rule in Rule])


def main() -> None:
    REFERENCE.write_text(reference(REFERENCE.read_text()))
    TESTS.write_text(reference(TESTS.read_text()))
    SCHEMA.write_text(schema_text())


if __name__ == "__main__":
    main()
