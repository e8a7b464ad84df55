"""The kinds of values a configuration holds: how each is read, and its JSON schema. One table for the reader, the schema and the README."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from ftaction.model.asking import CHANGE
from ftaction.model.finding import Source
from ftaction.plan.environment import RESERVED_ENV, reserved

_DURATION = re.compile(r"(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+(?:\.[0-9]+)?)s)?")
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?([kKmMgGtT]i?|)[bB]?")
_PERCENT = re.compile(r"(?:100|[0-9]{1,2}(?:\.[0-9]{1,6})?) ?%")
_ENV = re.compile(r"[A-Za-z_*?][A-Za-z0-9_*?]*")
_WILD = re.compile(r"[*?]|^!")  # `[slug]` and `{{name}}` are folders of real projects

_PARAMETER = r"(?:region|endpoint)=[^\s@&#]+"
_ADDRESS = re.compile(rf"https?://[^\s/?#@]+(?:/[^\s?#@]*)?|s3://[a-z0-9][a-z0-9.-]+(?:/[^\s?#@]*)?(?:\?{_PARAMETER}(?:&{_PARAMETER})?)?")
_URL = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#@]*)?")
_PUBLIC_KEY = re.compile(r"ed25519-public:[A-Za-z0-9+/]{43}=")

_LONGEST_TIME = 1e7  # seconds
_LONGEST_ARGUMENT = 120_000  # bytes; Linux takes 131,071 (MAX_ARG_STRLEN, execve(2)), and the options that we add must fit in
FILES = ("matcher", "junit", "sarif")  # files that findings are read with or from
LONGEST_NAME = 100  # characters of a check's name


class BadValueError(ValueError):
    """A value that is not of its kind; says what is expected."""


class SecretValueError(BadValueError):
    """The value must not be shown."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """`read` gives the value or raises `BadValueError`."""

    title: str
    schema: dict[str, object]
    read: Callable[[object], object]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of at least so many."""

    item: "Kind"
    least: int = 0


@dataclass(frozen=True, slots=True)
class MapOf:
    """Names to values of one kind, at least so many."""

    value: "Kind"
    names: Scalar
    least: int = 0


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it holds, what it means, what it is where it does not stand.

    `beside`: another key, without which it says nothing; `required` is then meant beside that one.
    """

    name: str
    kind: "Kind"
    doc: str
    default: str = ""
    required: bool = False
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping with known keys. `one_of`: keys of which exactly one stands."""

    title: str
    keys: tuple[Key, ...]
    one_of: tuple[str, ...] = ()


Kind = Scalar | ListOf | MapOf | Table


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadValueError("text is expected" if isinstance(value, list | dict) or value is None else "text is expected: put quotes around it")
    if not value.strip():
        raise BadValueError("the text is empty")
    if "\0" in value:
        raise BadValueError("text can't hold a NUL character")
    return value


def _name(value: object) -> str:
    name = _text(value)
    if not name.isprintable() or len(name) > LONGEST_NAME or name != name.strip():
        raise BadValueError(f"a name is 1 to {LONGEST_NAME} printable characters")
    return name


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise BadValueError("true or false is expected")


def _whole(least: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        raise BadValueError(f"a whole number from {least} is expected")

    return read


def _auto_or_whole(value: object) -> int | None:
    if value == "auto":
        return None
    try:
        return _whole(1)(value)
    except BadValueError:
        raise BadValueError("`auto` or a whole number from 1 is expected") from None


def read_duration(value: object) -> float:
    """Seconds from `90s`, `15m`, `1h30m` or a bare number of seconds."""
    seconds = 0.0
    if isinstance(value, int | float) and not isinstance(value, bool) and value < _LONGEST_TIME:
        seconds = float(value)
    elif isinstance(value, str) and value and (match := _DURATION.fullmatch(value)):
        hours, minutes, rest = (float(part or 0) for part in match.groups())
        seconds = hours * 3600 + minutes * 60 + rest
    if not 0 < seconds < _LONGEST_TIME:
        raise BadValueError("a time such as 90s, 15m or 1h30m is expected")
    return seconds


def _size(value: object) -> int:
    size = value if isinstance(value, int) and not isinstance(value, bool) else 0
    if isinstance(value, str) and (match := _SIZE.fullmatch(value)):
        unit = match[2].lower()
        size = int(float(match[1]) * (1024 if unit.endswith("i") else 1000) ** " kmgt".index(unit[:1] or " "))
    if size < 1:
        raise BadValueError("a size such as 500MB or 2GiB is expected")
    return size


def _percent(value: object) -> float:
    """A share from 0 to 1. A bare number could mean either, so only 0 may go without its sign."""
    if isinstance(value, str) and _PERCENT.fullmatch(value):
        return float(value.rstrip(" %")) / 100
    if isinstance(value, int | float) and not isinstance(value, bool) and value == 0:
        return 0.0
    raise BadValueError("a share such as 2% is expected, from 0% to 100%")


def _command(value: object) -> str | tuple[str, ...]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words) or not words[0].strip():
        raise BadValueError("a shell line, or a list of arguments, is expected")
    if isinstance(value, str) and all(line.strip().startswith("#") for line in value.splitlines() if line.strip()):
        raise BadValueError("a line of comments alone would check nothing")
    if any("\0" in word for word in words):
        raise BadValueError("a command can't hold a NUL character")
    if any(len(word.encode("utf-8", "surrogateescape")) > _LONGEST_ARGUMENT for word in words):
        raise BadValueError(f"a command of more than {_LONGEST_ARGUMENT:,} bytes can't be started: move it to a script")
    return value if isinstance(value, str) else tuple(words)


def _path(value: object) -> str:
    path = _text(value)
    bare = path.removeprefix("!")
    if bare.startswith("/") or "\\" in bare or ".." in bare.split("/"):
        raise BadValueError("a path from the root of the repository is expected, with `/` and without `..`")
    return path


def _folder(value: object) -> str:
    path = _path(value)
    if _WILD.search(path):
        raise BadValueError("a plain path is expected: no `*`, no `?`, and no `!` in front")
    return path


def _output(value: object) -> str:
    path = _folder(value)
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not parts or ".git" in parts:
        raise BadValueError("a file or folder inside the repository is expected, not the repository itself and nothing of git's own")
    return path


def _env(value: object) -> str:
    name = _text(value)
    if not _ENV.fullmatch(name):
        raise BadValueError("the name of an environment variable is expected; `*` and `?` stand for any characters")
    if reserved(name):
        raise BadValueError("this variable could write the cache or sign for the repository: no check may see it")
    return name


def _items(value: object) -> str | tuple[str, ...]:
    globs = [value] if isinstance(value, str) else value
    if not isinstance(globs, list) or not globs:
        raise BadValueError("`change`, a glob, or a list of globs is expected")
    return CHANGE if value == CHANGE else tuple(_path(one) for one in globs)


def _amount(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LONGEST_TIME:
        return float(value)
    raise BadValueError("a number from 0 is expected")


def _url(value: object) -> str:
    url = _text(value)
    if _URL.fullmatch(url):
        return url
    error = SecretValueError if "@" in url else BadValueError
    raise error("http://host:port/path or https://host/path is expected, and no name or password in it")


def _address(value: object) -> str:
    address = _text(value)
    if _ADDRESS.fullmatch(address):
        return address
    error = SecretValueError if "@" in address else BadValueError
    raise error("https://host/path or s3://bucket/prefix?region=…&endpoint=… is expected, and no name or password in it")


def _public_key(value: object) -> str:
    key = _text(value)
    if key.startswith(("ed25519:", "hmac:")):
        raise SecretValueError("a secret key must never stand here, and whoever can read this file has it now: make a new pair (`ftaction cache keygen`)")
    if _PUBLIC_KEY.fullmatch(key):
        return key
    raise BadValueError("a public key, `ed25519-public:…` as `ftaction cache keygen` prints it, is expected")


def _source(value: object) -> Source:
    if isinstance(value, str):
        return Source("reader", _text(value))
    if isinstance(value, dict) and len(value) == 1 and (kind := next(iter(value))) in FILES:
        return Source(kind, _path(value[kind]))
    raise BadValueError(f"the name of a reader, or one of {', '.join(FILES)} with a path, is expected")


def one_of(words: type[StrEnum]) -> Scalar:
    """One word of a closed list."""
    values = tuple(word.value for word in words)

    def read(value: object) -> StrEnum:
        if isinstance(value, str) and value in values:
            return words(value)
        raise BadValueError(f"one of {', '.join(values)} is expected")

    return Scalar(" | ".join(values), {"enum": list(values)}, read)


_STRING: dict[str, object] = {"type": "string", "pattern": r"\S"}
_TIME: dict[str, object] = {"type": "string", "pattern": f"^(?=.*[1-9]){_DURATION.pattern}$"}
_NUMBER: dict[str, object] = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": _LONGEST_TIME}
_BYTES: dict[str, object] = {"type": "string", "pattern": f"^(?=.*[1-9]){_SIZE.pattern}$"}
_ARGUMENTS: dict[str, object] = {"type": "array", "items": {"type": "string"}, "prefixItems": [_STRING], "minItems": 1}
_IN_REPOSITORY = r"^(?=[\s\S]*\S)(?!!?/)(?!!?(?:[\s\S]*/)?\.\.(?:/|$))[^\\]*$"
_PLAIN = r"^(?=[\s\S]*\S)(?!/)(?!(?:[\s\S]*/)?\.\.(?:/|$))(?!!)[^\\*?]*$"
TEXT = Scalar("text", _STRING, _text)
NAME = Scalar("name", {"type": "string", "pattern": r"^\S(.*\S)?$", "maxLength": LONGEST_NAME}, _name)
BOOLEAN = Scalar("true | false", {"type": "boolean"}, _boolean)
COUNT = Scalar("whole number", {"type": "integer", "minimum": 0}, _whole(0))
POSITIVE = Scalar("whole number", {"type": "integer", "minimum": 1}, _whole(1))
AUTO_OR_COUNT = Scalar("auto | whole number", {"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": 1}]}, _auto_or_whole)
DURATION = Scalar("time (90s, 15m, 1h30m)", {"anyOf": [_TIME, _NUMBER]}, read_duration)
SIZE = Scalar("size (500MB, 2GiB)", {"anyOf": [_BYTES, {"type": "integer", "minimum": 1}]}, _size)
PERCENT = Scalar("share (2%, 0.5%)", {"anyOf": [{"type": "string", "pattern": f"^{_PERCENT.pattern}$"}, {"const": 0}]}, _percent)
COMMAND = Scalar("shell line | list of arguments", {"anyOf": [_STRING, _ARGUMENTS]}, _command)
GLOB = Scalar("glob", {"type": "string", "pattern": _IN_REPOSITORY}, _path)
FOLDER = Scalar("path", {"type": "string", "pattern": _PLAIN}, _folder)
OUTPUT = Scalar("path", {"type": "string", "pattern": _PLAIN}, _output)
_NOT_RESERVED: dict[str, object] = {"anyOf": [{"enum": sorted(RESERVED_ENV)}, {"pattern": "^INPUT_"}]}
ADDRESS = Scalar("https://… | s3://…", {"type": "string", "pattern": f"^(?:{_ADDRESS.pattern})$"}, _address)
PUBLIC_KEY = Scalar("public key", {"type": "string", "pattern": f"^{_PUBLIC_KEY.pattern}$"}, _public_key)
ENV = Scalar("name of a variable", {"type": "string", "pattern": f"^{_ENV.pattern}$", "not": _NOT_RESERVED}, _env)
_GLOBS: dict[str, object] = {"type": "array", "items": GLOB.schema, "minItems": 1}
ITEMS = Scalar("change | glob | list of globs", {"anyOf": [GLOB.schema, _GLOBS]}, _items)
AMOUNT = Scalar("number", {"type": "number", "minimum": 0, "exclusiveMaximum": _LONGEST_TIME}, _amount)
URL = Scalar("https://… | http://…", {"type": "string", "pattern": f"^(?:{_URL.pattern})$"}, _url)
SOURCE = Scalar(
    "reader | {matcher: path} | {junit: glob} | {sarif: glob}",
    {"anyOf": [_STRING, *({"type": "object", "properties": {kind: GLOB.schema}, "required": [kind], "additionalProperties": False} for kind in FILES)]},
    _source,
)
