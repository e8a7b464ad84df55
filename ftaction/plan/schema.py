"""The JSON schema of the configuration, made from the table of its keys, for editors."""

from typing import assert_never

from ftaction.plan.keys import CONFIG
from ftaction.plan.kinds import Kind, ListOf, MapOf, Scalar, Table


def schema() -> dict[str, object]:
    """JSON schema, draft 2020-12."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "FirstTry configuration", **_schema(CONFIG)}


def _schema(kind: Kind) -> dict[str, object]:
    match kind:
        case Scalar(schema=own):
            return dict(own)
        case ListOf(item=item, least=least):
            return {"type": "array", "items": _schema(item)} | ({"minItems": least} if least else {})
        case MapOf(value=value, names=names, least=least):
            found = {"type": "object", "additionalProperties": _schema(value), "propertyNames": dict(names.schema)}
            return found | ({"minProperties": least} if least else {})
        case Table(keys=keys, one_of=one_of):
            properties = {key.name: {**_schema(key.kind), "description": key.doc} for key in keys}
            required = [key.name for key in keys if key.required and not key.beside]
            beside = {key.name: [key.beside] for key in keys if key.beside}
            beside |= {key.beside: [key.name] for key in keys if key.required and key.beside}
            fields: dict[str, object] = {"type": "object", "properties": properties, "additionalProperties": False, "required": required}
            fields |= {"oneOf": [{"required": [name]} for name in one_of]} if one_of else {}
            return fields | ({"dependentRequired": beside} if beside else {})
        case _:
            assert_never(kind)
