"""From a document to a `Config`: every mistake is found and reported at once, with its place and the nearest valid name."""

from collections.abc import Collection
from dataclasses import replace
from typing import cast

from ftaction.errors import ConfigError, Mistake
from ftaction.model.check import Cache, Check, Config, Stage, Verification
from ftaction.model.finding import Source
from ftaction.model.package import Declared
from ftaction.plan.config_asking import asking, asks, need_at, phase, worker, wrong_asks
from ftaction.plan.keys import CONFIG
from ftaction.plan.kinds import BadValueError, Kind, ListOf, MapOf, Scalar, SecretValueError, Table
from ftaction.plan.places import Document, Path, Place

_PARTS = ("checks", "verification", "profiles", "cache", "phases", "packages", "workers")
_MISSING = object()
_MOST_NEAREST = 100  # mistakes for which the nearest name is looked for: it takes a look at every name


def read_config(document: Document, tools: Collection[str] = (), readers: Collection[str] = (), agents: Collection[str] = ()) -> Config:
    """Raises `ConfigError` with all mistakes of the document. `tools`, `readers`, `agents`: the names that there are; any where none are given."""
    mistakes = _Mistakes(document)
    data = _mapping(_read(CONFIG, document.data, (), mistakes))
    checks, verification, profiles, cache, phases, packages, workers = (_mapping(data.get(key)) for key in _PARTS)
    config = Config(
        verification=_verification(verification),
        profiles={name: tuple(names) for name, names in cast(dict[str, list[str]], profiles).items()},
        checks={name: _check(name, values) for name, values in cast(dict[str, dict[str, object]], checks).items() if "run" in values or asks(values)},
        cache=_cache(cache),
        phases={name: phase(values) for name, values in cast(dict[str, dict[str, object]], phases).items() if {"worker", "model"} <= set(values)},
        workers={name: worker(values) for name, values in cast(dict[str, dict[str, object]], workers).items()},
        packages={name: _package(values) for name, values in cast(dict[str, dict[str, object]], packages).items()},
        source=document.file,
    )
    _check_names(config, list(checks), mistakes)
    _check_tools(config, tools, mistakes)
    _check_readers(config, readers, mistakes)
    for path, message, nearest_of in wrong_asks(config, list(checks), list(phases), agents):
        mistakes.value(path, message, nearest_of)
    if found := mistakes.all():
        raise ConfigError(f"{document.file} has {len(found):,} mistake{'s' if len(found) > 1 else ''}", mistakes=found)
    return config


class _Mistakes:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._found = list(document.mistakes)

    def key(self, path: Path, message: str, nearest_of: Collection[str] = ()) -> None:
        self._add(self._document.keys.get(path, Place()), message, nearest_of)

    def value(self, path: Path, message: str, nearest_of: Collection[str] = (), *, shown: bool = True) -> None:
        place = self._document.values.get(path, Place())
        self._add(place if shown else replace(place, text=""), message, nearest_of)

    def _add(self, place: Place, message: str, nearest_of: Collection[str]) -> None:
        nearest = _nearest(place.text, nearest_of) if nearest_of and len(self._found) < _MOST_NEAREST else ""
        mistake = Mistake(file=self._document.file, line=place.line, column=place.column, message=message, text=place.text, nearest=nearest)
        self._found.append(mistake)

    def all(self) -> tuple[Mistake, ...]:
        return tuple(sorted(self._found, key=lambda m: (m.line, m.column)))


def _read(kind: Kind, value: object, path: Path, mistakes: _Mistakes) -> object:
    """The value as its kind means it; what is wrong is reported and `_MISSING`, in lists too, so that the others keep their places."""
    match kind:
        case Scalar(read=read):
            try:
                return read(value)
            except BadValueError as bad:
                mistakes.value(path, f"{_dotted(path)}: {bad}", _words(kind), shown=not isinstance(bad, SecretValueError))
                return _MISSING
        case ListOf(item=item, least=least):
            if not isinstance(value, list) or len(value) < least:
                mistakes.value(path, f"{_dotted(path)}: a list {'of at least one ' if least and isinstance(value, list) else ''}is expected")
                return _MISSING
            return [_read(item, one, (*path, index), mistakes) for index, one in enumerate(value)]
        case MapOf() | Table() if not isinstance(value, dict):
            mistakes.value(path, f"{_dotted(path)}: names with values are expected")
            return _MISSING
        case MapOf():
            return _map(kind, _mapping(value), path, mistakes)
        case Table():
            return _table(kind, _mapping(value), path, mistakes)


def _map(kind: MapOf, values: dict[str, object], path: Path, mistakes: _Mistakes) -> object:
    if len(values) < kind.least:
        mistakes.value(path, f"{_dotted(path)}: there is none, so nothing would be proved")
    for name in values:
        try:
            kind.names.read(name)
        except BadValueError as bad:
            mistakes.key((*path, name), f"{_dotted(path)}: {bad}")
    read = {name: _read(kind.value, value, (*path, name), mistakes) for name, value in values.items()}
    return {name: {} if value is _MISSING else value for name, value in read.items()}


def _table(table: Table, values: dict[str, object], path: Path, mistakes: _Mistakes) -> dict[str, object]:
    known = {key.name: key for key in table.keys}
    for name in values:
        if name not in known:
            mistakes.key((*path, name), f"{_dotted(path)}: there is no key `{name}`", known)
        elif (beside := known[name].beside) and beside not in values:
            mistakes.key((*path, name), f"{_dotted(path)}: `{name}` says nothing without `{beside}`")
    for key in table.keys:
        if key.required and key.name not in values and (not key.beside or key.beside in values):
            mistakes.key(path, f"{_dotted(path)}: the key `{key.name}` is missing")
    there = [name for name in table.one_of if name in values]
    if table.one_of and len(there) != 1:
        either = " or ".join(f"`{name}`" for name in table.one_of)
        mistakes.key(path, f"{_dotted(path)}: {'one of them, not both, is expected' if there else 'the key is missing'}: {either}")
    read = {name: _read(known[name].kind, values[name], (*path, name), mistakes) for name in values if name in known}
    return {name: value for name, value in read.items() if value is not _MISSING}


def _mapping(value: object) -> dict[str, object]:
    return cast(dict[str, object], value) if isinstance(value, dict) else {}


def _verification(values: dict[str, object]) -> Verification:
    groups = [group for group in cast(list[list[str]], values.pop("parallel_groups", [])) if group is not _MISSING]
    if "full_suite" in values:
        values["full_suite"] = tuple(cast(list[str], values["full_suite"]))
    return Verification(parallel_groups=tuple(tuple(group) for group in groups), **values)  # type: ignore[arg-type]  # each key has its kind


def _cache(values: dict[str, object]) -> Cache:
    keys = cast(list[str], values.pop("keys", []))
    return Cache(keys=tuple(keys), **values)  # type: ignore[arg-type]  # each key has its kind


def _package(values: dict[str, object]) -> Declared:
    """Its folder without what means nothing: `./web/` is `web`, and the root is empty."""
    folder = cast(str | None, values.get("folder"))
    return Declared(
        folder=None if folder is None else "/".join(part for part in folder.split("/") if part not in ("", ".")),
        needs=tuple(cast(list[str], values.get("needs", []))),
    )


def _check(name: str, values: dict[str, object]) -> Check:
    if asks(values):
        return asking(name, values)
    if "package" in values:
        values = {"working_directory": "", **values}
    frozen = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items() if key in Check._fields and key != "ask"}
    return Check(name=name, **frozen)  # type: ignore[arg-type]  # each key has its kind


def _check_names(config: Config, names: list[str], mistakes: _Mistakes) -> None:
    known = dict.fromkeys(names)
    group_of: dict[str, int] = {}
    for number, group in enumerate(config.verification.parallel_groups):
        for index, name in enumerate(group):
            path: Path = ("verification", "parallel_groups", number, index)
            _known(name, known, path, mistakes)
            if name is _MISSING:
                continue
            if name in group_of:
                mistakes.value(path, f"`{name}` stands in two groups" if group_of[name] != number else f"`{name}` stands twice in this group")
            elif name in config.checks and config.checks[name].stage is Stage.MUTATING:
                mistakes.value(path, f"`{name}` is mutating, and mutating checks run one at a time: take it out of the group")
            group_of.setdefault(name, number)
    for profile, chosen in config.profiles.items():
        for index, name in enumerate(chosen):
            _known(name, known, ("profiles", profile, index), mistakes)
    for check in config.checks.values():
        for need in check.needs:
            path = need_at(check, need)
            if "needs" in path:
                _known(need, known, path, mistakes)
            if group_of.get(check.name, 1 << 30) < group_of.get(need, -1):
                mistakes.value(path, f"`{check.name}` needs `{need}`, which stands in a later group")
    for cycle in _cycles(config):
        first, second = cycle[0], cycle[1 % len(cycle)]
        mistakes.value(need_at(config.checks[first], second), f"needs go in a circle: {' → '.join((*cycle, first))}")


def _check_tools(config: Config, tools: Collection[str], mistakes: _Mistakes) -> None:
    for check in config.checks.values():
        if tools and check.tool is not None and check.tool not in (*tools, "none"):
            path: Path = ("checks", check.name, "tool")
            mistakes.value(path, f"{_dotted(path)}: nothing is known of a tool `{check.tool}`", [*tools, "none"])


def _check_readers(config: Config, readers: Collection[str], mistakes: _Mistakes) -> None:
    for check in config.checks.values():
        for index, source in enumerate(check.findings or ()):
            if readers and isinstance(source, Source) and source.kind == "reader" and source.name not in readers:
                path: Path = ("checks", check.name, "findings", index)
                mistakes.value(path, f"{_dotted(path)}: there is no reader `{source.name}`", readers)


def _known(name: str, names: Collection[str], path: Path, mistakes: _Mistakes) -> None:
    if name is not _MISSING and name not in names:
        mistakes.value(path, f"{_dotted(path)}: there is no check `{name}`", names)


def _cycles(config: Config) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    state: dict[str, int] = {}  # 1 = on the path, 2 = done
    for start in config.checks:
        stack = [(start, iter(config.checks[start].needs))] if start not in state else []
        state.setdefault(start, 1)
        while stack:
            name, rest = stack[-1]
            need = next(rest, None)
            if need is None:
                state[name] = 2
                stack.pop()
            elif state.get(need) == 1:
                path = [entry[0] for entry in stack]
                found.append(tuple(path[path.index(need) :]))
            elif need in config.checks and need not in state:
                state[need] = 1
                stack.append((need, iter(config.checks[need].needs)))
    return found


def _words(kind: Scalar) -> list[str]:
    words = kind.schema.get("enum", [])
    return cast(list[str], words)


def _nearest(word: str, words: Collection[str]) -> str:
    import difflib

    return next(iter(difflib.get_close_matches(word, list(words), n=1)), "")


def _dotted(path: Path) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "the configuration"
