"""A configuration's text as plain data, with the place of every key and value. YAML 1.1 as PyYAML reads it, or JSON.

Text from a pull request is untrusted: its size is bounded before it is parsed and what its aliases expand to while it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ftaction.errors import ConfigError, Mistake

if TYPE_CHECKING:
    import yaml

Path = tuple[str | int, ...]
Data = object  # str, int, float, bool, None, list[Data] or dict[str, Data]

MOST_BYTES = 1_000_000  # the largest configuration anyone wrote by hand is far below this
MOST_VALUES = 100_000  # after aliases are followed; nine levels of nine would be 387 million


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column from 1, and the text that stands there."""

    line: int = 0
    column: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """`keys` and `values` tell where the key and the value at a path stand; empty for data that is known to be right."""

    file: str
    data: Data
    keys: Mapping[Path, Place] = field(default_factory=dict)
    values: Mapping[Path, Place] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()


def parse(text: str, file: str) -> Document:
    """Raises `ConfigError` where the text can't be read at all; mistakes that leave data to look at are in the document."""
    if len(text.encode("utf-8", "surrogateescape")) > MOST_BYTES:
        raise _unreadable(file, f"the file is larger than {MOST_BYTES:,} bytes", "A configuration is a page or two: move scripts to files of their own.")
    if not text.strip():
        raise _unreadable(file, "the file is empty", "Start with `version: 1` and `checks:`, or delete the file to have checks found.")
    if file.endswith(".json"):
        _check_json(text, file)
        text = text.replace("\t", " ")  # white space to JSON, an error to YAML; columns stay as they are
    return _read_yaml(text, file)


def _check_json(text: str, file: str) -> None:
    import json

    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        mistake = Mistake(file=file, line=error.lineno, column=error.colno, message=f"not JSON: {error.msg}")
        raise ConfigError(f"{file} can't be read", mistakes=(mistake,)) from error
    except RecursionError as error:
        raise _unreadable(file, "nested too deeply", "") from error


def _read_yaml(text: str, file: str) -> Document:
    import yaml

    loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(text, loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        hint = "YAML does not allow tabs for indentation: use spaces" if "\\t" in (error.problem or "") else error.problem or str(error)
        place = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        mistake = Mistake(file=file, line=place[0], column=place[1], message=f"not YAML: {hint}")
        raise ConfigError(f"{file} can't be read", mistakes=(mistake,)) from error
    except yaml.YAMLError as error:
        raise _unreadable(file, f"not YAML: {error}", "") from error
    except RecursionError as error:
        raise _unreadable(file, "nested too deeply", "") from error
    if node is None:
        raise _unreadable(file, "the file holds only comments", "Start with `version: 1` and `checks:`, or delete the file to have checks found.")
    reader = _Reader(file)
    data = reader.value(node, (), ())
    return Document(file, data, reader.keys, reader.values, tuple(reader.mistakes))


def _unreadable(file: str, message: str, hint: str) -> ConfigError:
    return ConfigError(f"{file} can't be read", hint, mistakes=(Mistake(file=file, line=0, column=0, message=message),))


class _Reader:
    """Nodes to data. Keeps places, and counts what aliases expand to."""

    def __init__(self, file: str) -> None:
        import yaml

        self.file = file
        self.keys: dict[Path, Place] = {}
        self.values: dict[Path, Place] = {}
        self.mistakes: list[Mistake] = []
        self._scalars = yaml.constructor.SafeConstructor()
        self._count = 0

    def value(self, node: "yaml.Node", path: Path, above: tuple[int, ...]) -> Data:
        import yaml

        self._count += 1
        if self._count > MOST_VALUES:
            raise _unreadable(self.file, f"its aliases expand to more than {MOST_VALUES:,} values", "Write the values out, or use fewer aliases.")
        self.values[path] = _place(node)
        if id(node) in above:
            self._mistake(node, "an alias that holds itself")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, (*above, id(node)))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index), (*above, id(node))) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: "yaml.MappingNode", path: Path, above: tuple[int, ...]) -> dict[str, Data]:
        import yaml

        own: dict[str, Data] = {}
        merged: dict[str, Data] = {}
        for key_node, value_node in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                sources = value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
                for source in sources:
                    values = self.value(source, path, above)
                    merged = {**(values if isinstance(values, dict) else {}), **merged}
                continue
            key = str(self._scalar(key_node)) if isinstance(key_node, yaml.ScalarNode) else ""
            if key_node.tag == "tag:yaml.org,2002:bool":
                key = key_node.value  # `on:` and `no:` are names here
            if not isinstance(key_node, yaml.ScalarNode):
                self._mistake(key_node, "a key must be plain text")
            elif key in own:
                self._mistake(key_node, f"the key stands twice; it first stands in line {self.keys[(*path, key)].line}")
            else:
                self.keys[(*path, key)] = _place(key_node)
                own[key] = self.value(value_node, (*path, key), above)
        return {**merged, **own}

    def _scalar(self, node: "yaml.Node") -> Data:
        try:
            value: object = self._scalars.construct_object(node)
        except Exception:  # noqa: BLE001  # a tag of another language, `!!python/object` among them: never constructed
            self._mistake(node, f"the tag {node.tag} means nothing here")
            return None
        return value if isinstance(value, str | int | float | bool) or value is None else str(node.value)

    def _mistake(self, node: "yaml.Node", message: str) -> None:
        place = _place(node)
        self.mistakes.append(Mistake(file=self.file, line=place.line, column=place.column, message=message, text=place.text))


def _place(node: "yaml.Node") -> Place:
    import yaml

    text = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
    return Place(node.start_mark.line + 1, node.start_mark.column + 1, text[:80])
