"""Requests and answers against GitHub's own description of its REST API (OpenAPI 3.0), strictly: what it does not name is wrong too."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft4Validator, FormatChecker, validators
from referencing import Registry
from referencing.jsonschema import DRAFT4

from tests.support import npm

_FORMATS = FormatChecker(formats=())
_FORMATS.checks("date-time")(lambda text: not isinstance(text, str) or bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", text)))


def _unless_null(keyword: str) -> Any:
    """`nullable` is OpenAPI's word; JSON Schema would have `null` among the types."""
    usual = Draft4Validator.VALIDATORS[keyword]

    def check(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
        if not (instance is None and schema.get("nullable")):
            yield from usual(validator, value, instance, schema)

    return check


_Validator = validators.extend(Draft4Validator, {keyword: _unless_null(keyword) for keyword in ("type", "enum", "anyOf", "allOf", "oneOf", "$ref")})  # type: ignore[no-untyped-call]  # as jsonschema has it


class Operation(NamedTuple):
    """One method of one path. `names`: what stands in the path."""

    method: str
    template: str
    pattern: re.Pattern[str]
    about: Mapping[str, Any]


class Description:
    """What GitHub says of itself."""

    def __init__(self, path: Path) -> None:
        self._all: dict[str, Any] = json.loads(path.read_text())
        self._registry: Registry[Any] = Registry().with_resource("urn:github", DRAFT4.create_resource(self._all))
        self._operations = [
            Operation(method.upper(), template, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template))), about)
            for template, methods in sorted(self._all["paths"].items(), key=lambda item: item[0].count("{"))
            if template.startswith("/repos/{owner}/{repo}")
            for method, about in methods.items()
        ]

    def operation(self, method: str, path: str) -> Operation | None:
        return next((one for one in self._operations if one.method == method and one.pattern.fullmatch(urlsplit(path).path)), None)

    def wrong_request(self, of: Operation, path: str, headers: Mapping[str, str], body: bytes) -> list[str]:
        """What GitHub would not take of it, or take no notice of."""
        parts = urlsplit(path)
        match = of.pattern.fullmatch(parts.path)
        assert match
        given = {("path", name): unquote(value) for name, value in match.groupdict().items()}
        given |= {("query", name): value for name, value in parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))}
        known = {(one["in"], one["name"]): one for one in map(self._resolved, of.about.get("parameters", []))}
        wrong = [f"{where} {name}: unknown" for where, name in given.keys() - known.keys()]
        wrong += [f"{where} {name}: missing" for (where, name), one in known.items() if one.get("required") and (where, name) not in given]
        for key in given.keys() & known.keys():
            wrong += [f"{key[1]}: {error.message}" for error in self._errors(known[key]["schema"], _typed(given[key], known[key]["schema"]))]
        return [*wrong, *self._wrong_body(of, headers, body), *_wrong_headers(headers)]

    def wrong_answer(self, of: Operation, status: int, body: Any) -> list[str]:
        """What GitHub itself would not answer: so that nobody relies on more than it says."""
        answer = self._resolved(of.about["responses"].get(str(status), {}))
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        return [f"answer: {list(error.absolute_path)}: {error.message}" for error in self._errors(schema, body)] if schema else []

    def example(self, name: str) -> Any:
        return json.loads(json.dumps(self._all["components"]["examples"][name]["value"]))

    def _wrong_body(self, of: Operation, headers: Mapping[str, str], body: bytes) -> list[str]:
        wanted = of.about.get("requestBody")
        if not wanted:
            return ["a body where none belongs"] if body else []
        if headers.get("Content-Type") != "application/json":
            return ["the body is not called JSON"]
        try:
            found = json.loads(body)
            body.decode("ascii")
        except ValueError as error:
            return [f"no JSON: {error}"]
        schema = wanted["content"]["application/json"]["schema"]
        return [f"{list(error.absolute_path)}: {error.message}" for error in self._errors(schema, found)] + list(_unknown(schema, found, ""))

    def _errors(self, schema: Mapping[str, Any], instance: Any) -> list[Any]:
        return list(_Validator(_pointing(schema), registry=self._registry, format_checker=_FORMATS).iter_errors(instance))

    def _resolved(self, of: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Any = of
        while "$ref" in found:
            found, path = self._all, found["$ref"]
            for part in path.removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
        return dict(found)


@cache
def github() -> Description:
    """Once a session: it has 13 MB."""
    modules = npm.install(Path(__file__).parents[1] / "statuses" / "npm", npm.BUILD / "statuses")
    return Description(modules / "node_modules/@octokit/openapi/generated/api.github.com.json")


def _pointing(schema: Any) -> Any:
    """Its references lead into the whole description."""
    if isinstance(schema, dict):
        return {
            key: f"urn:github{value}" if key == "$ref" and isinstance(value, str) and value.startswith("#") else _pointing(value)
            for key, value in schema.items()
        }
    return [_pointing(one) for one in schema] if isinstance(schema, list) else schema


def _typed(text: str, schema: Mapping[str, Any]) -> object:
    return int(text) if schema.get("type") == "integer" and text.isdigit() else text


def _wrong_headers(headers: Mapping[str, str]) -> list[str]:
    """https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#headers."""
    wanted = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    return [f"{name} is {headers.get(name)}" for name, value in wanted.items() if headers.get(name) != value] + [
        f"no {name}" for name in ("User-Agent", "Authorization") if not headers.get(name)
    ]


def _unknown(schema: Mapping[str, Any], found: object, where: str) -> Iterator[str]:
    """GitHub passes over what it does not know, and so would a misspelt name be."""
    if isinstance(found, dict):
        properties = schema.get("properties", {})
        for name, value in found.items():
            if name not in properties:
                yield f"{where}/{name}: unknown"
            else:
                yield from _unknown(properties[name], value, f"{where}/{name}")
    elif isinstance(found, list):
        for one in found:
            yield from _unknown(schema.get("items", {}), one, where)
