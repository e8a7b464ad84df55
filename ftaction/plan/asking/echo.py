"""A worker that asks nobody: it reads the prompt as a model would and answers the same each time. For tests and examples.

An item that holds a line with `echo: ` and JSON after it is answered with that; any other with the least that fits the schema.
"""

import json
import re
from typing import Any

from ftaction.model.asking import Said
from ftaction.plan.asking.prompt import tokens

_ITEM = re.compile(r"^<<<item (\d+) (\"[^\n]*\") ([0-9a-f]{16})\n(.*?)\n\3>>>$", re.DOTALL | re.MULTILINE)
_ANSWER = re.compile(r"echo: (\{.*\})")
_SCHEMA = re.compile(r"fits this JSON schema:\n(.*?)(?:\nYour last answer|\Z)", re.DOTALL)
_PLAIN: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False, "null": None, "array": []}


def said(prompt: str) -> Said:
    """What it answers to a prompt of ours."""
    schema = json.loads(match[1]) if (match := _SCHEMA.search(prompt)) else {}
    items = [(int(number), json.loads(name), text) for number, name, _, text in _ITEM.findall(prompt)]
    rows = [{"id": number, "answer": _answer(name, text, schema)} for number, name, text in items or [(1, "", "")]]
    text = json.dumps(rows)
    return Said(text, tokens(prompt), tokens(text))


def _answer(name: str, text: str, schema: dict[str, Any]) -> object:
    for match in _ANSWER.finditer(text):
        try:
            return json.loads(match[1])
        except ValueError:
            continue
    least = _least(schema)
    return {"text": f"{name}: {text.count(chr(10)) + 1} lines" if name else "nothing to say"} if least == {} else least


def _least(schema: dict[str, Any]) -> object:
    """A small value that fits, as far as that can be told."""
    if "const" in schema or schema.get("enum"):
        return schema["const"] if "const" in schema else schema["enum"][0]
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: _least(properties.get(name, {"type": "string"})) for name in schema.get("required", [])}
    if kind in ("integer", "number"):
        return schema.get("minimum", 0)
    return "-" * int(schema.get("minLength", 0)) if kind == "string" else _PLAIN.get(kind)
