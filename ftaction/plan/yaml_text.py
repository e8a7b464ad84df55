"""YAML to data with places. Names are taken as they stand (`on:`, `3.10:`); tags of other languages are never constructed."""

import re
from collections.abc import Iterable

import yaml

from ftaction.errors import ConfigError, Mistake
from ftaction.plan.places import MOST_DEPTH, MOST_DIGITS, Data, Document, Path, Place, mistake, place, refuse

_EXPANSION = 100_000  # values and characters that aliases may add to a file's own, which are twice its size at most

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # https://yaml.org/spec/1.1/#c-printable
_TOO_DEEP = f"nested more than {MOST_DEPTH} levels deep"
_MAP, _SEQUENCE, _MERGE = (f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "merge"))


def read_yaml(text: str, file: str) -> Document | None:
    """None where there is nothing but comments. Raises `ConfigError`."""
    if wrong := _UNPRINTABLE.search(text):
        raise refuse(file, "a control character can't stand in YAML", "", text, wrong.start())
    try:
        _check_depth(yaml.parse(text, _LOADER), file)
        node = yaml.compose(text, _LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = _at(mark, _line(text, mark.line) if mark else "")
        raise ConfigError(f"{file} can't be read", mistakes=(mistake(file, at, f"not YAML: {_problem(error, at)}"),)) from error
    except yaml.YAMLError as error:
        raise refuse(file, f"not YAML: {' '.join(str(error).split())}") from error
    if node is None:
        return None
    reader = _Reader(file, 2 * len(text) + _EXPANSION)
    data = reader.value(node, (), ())
    return Document(file, data, reader.keys, reader.values, tuple(reader.mistakes))


def _check_depth(events: Iterable[object], file: str) -> None:
    """Composing recurses in C, where a deep text ends the process; reading events does not."""
    depth = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MOST_DEPTH:
                raise ConfigError(f"{file} can't be read", mistakes=(mistake(file, _at(event.start_mark), _TOO_DEEP),))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _at(mark: "yaml.error.Mark | yaml._yaml.Mark | None", text: str = "") -> Place:
    return place(mark.line + 1, mark.column + 1, text) if mark else Place()


def _problem(error: yaml.MarkedYAMLError, at: Place) -> str:
    if "\t" in at.text[: max(at.column, len(at.text) - len(at.text.lstrip()))] and "cannot start any token" in (error.problem or ""):
        return "it does not allow tabs for indentation: use spaces"
    return ", ".join(part for part in (error.context, error.problem) if part) or str(error)


def _line(text: str, number: int) -> str:
    lines = text.split("\n")
    return lines[number].rstrip("\r") if number < len(lines) else ""


class _Reader:
    """Nodes to data. Keeps places, and counts what aliases expand to."""

    def __init__(self, file: str, most: int) -> None:
        self.file = file
        self.keys: dict[Path, Place] = {}
        self.values: dict[Path, Place] = {}
        self.mistakes: list[Mistake] = []
        self._scalars = yaml.constructor.SafeConstructor()
        self._most = most

    def value(self, node: yaml.Node, path: Path, above: tuple[int, ...]) -> Data:
        self._most -= 1 + (len(node.value) if isinstance(node, yaml.ScalarNode) else 0)
        if self._most < 0:
            raise refuse(self.file, f"its aliases add more than {_EXPANSION:,} characters", "Write the values out, or use fewer aliases.")
        if len(above) > MOST_DEPTH:
            raise refuse(self.file, f"aliases {_TOO_DEEP}", "Write the values out, or use fewer aliases.")
        self.values[path] = _place(node)
        if id(node) in above:
            self._mistake(node, "an alias that holds itself")
            return None
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if node.tag not in (_MAP, _SEQUENCE):
            self._mistake(node, f"the tag {node.tag} means nothing here")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, (*above, id(node)))
        return [self.value(item, (*path, index), (*above, id(node))) for index, item in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, path: Path, above: tuple[int, ...]) -> dict[str, Data]:
        merged: dict[str, Data] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                merged = {**self._merged(value_node, path, above), **merged}
        own: dict[str, Data] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                self._mistake(key_node, "a key must be plain text")
                continue
            key = str(key_node.value)  # as it stands: `on`, `3.10` and `2024-01-31` are names here
            if key in own:
                self._mistake(key_node, f"the key stands twice; it first stands in line {self.keys[(*path, key)].line}")
                continue
            self.keys[(*path, key)] = _place(key_node)
            own[key] = self.value(value_node, (*path, key), above)
        return {**merged, **own}

    def _merged(self, node: yaml.Node, path: Path, above: tuple[int, ...]) -> dict[str, Data]:
        """What `<<` brings in; of several sources the first that has a key."""
        merged: dict[str, Data] = {}
        here = self.values[path]
        for source in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            values = self.value(source, path, above) if isinstance(source, yaml.MappingNode) else None
            if not isinstance(source, yaml.MappingNode):
                self._mistake(source, "`<<` takes an alias of names with values")
            merged = {**(values if isinstance(values, dict) else {}), **merged}
        self.values[path] = here
        return merged

    def _scalar(self, node: yaml.ScalarNode) -> Data:
        try:
            value: object = self._scalars.construct_object(node)
        except Exception:  # noqa: BLE001  # a tag of another language, `!!python/object` among them: never constructed
            self._mistake(node, f"the tag {node.tag} means nothing here")
            return None
        if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
            self._mistake(node, f"a whole number of more than {MOST_DIGITS} digits")
            return None
        return value if isinstance(value, str | int | float | bool) or value is None else str(node.value)

    def _mistake(self, node: yaml.Node, message: str) -> None:
        self.mistakes.append(mistake(self.file, _place(node), message))


def _place(node: yaml.Node) -> Place:
    return _at(node.start_mark, str(node.value) if isinstance(node, yaml.ScalarNode) else "")
