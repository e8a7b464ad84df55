"""From a document to a `Config`: every mistake is found and reported at once, with its place and the nearest valid name."""

from typing import cast

from ftaction.errors import ConfigError, Mistake
from ftaction.model.check import Cache, Check, Config, Phase, Stage, Verification
from ftaction.plan.document import Document, Path, Place
from ftaction.plan.keys import CONFIG
from ftaction.plan.kinds import BadValueError, Key, Kind, ListOf, MapOf, Scalar, Table

_MISSING = object()
_LONGEST_NAME = 100


def read_config(document: Document) -> Config:
    """Raises `ConfigError` with all mistakes of the document."""
    mistakes = _Mistakes(document)
    data = cast(dict[str, object], _read(CONFIG, document.data, (), mistakes))
    checks, verification, profiles = (data.get(key, {}) for key in ("checks", "verification", "profiles"))
    config = Config(
        verification=_verification(cast(dict[str, object], verification)),
        profiles={name: tuple(names) for name, names in cast(dict[str, list[str]], profiles).items()},
        checks={name: _check(name, values) for name, values in cast(dict[str, dict[str, object]], checks).items() if "run" in values},
        cache=Cache(**cast(dict[str, str], data.get("cache", {}))),  # type: ignore[arg-type]  # `_read` gave each key its kind
        phases={name: Phase(**values) for name, values in cast(dict[str, dict[str, str]], data.get("phases", {})).items() if len(values) > 1},
        source=document.file,
    )
    _check_names(config, set(cast(dict[str, object], checks)), mistakes)
    if found := mistakes.all():
        raise ConfigError(f"{document.file} has {len(found)} mistake{'s' if len(found) > 1 else ''}", mistakes=found)
    return config


class _Mistakes:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._found = list(document.mistakes)

    def key(self, path: Path, message: str, nearest: str = "") -> None:
        self._add(self._document.keys.get(path, Place()), message, nearest)

    def value(self, path: Path, message: str, nearest: str = "") -> None:
        self._add(self._document.values.get(path, Place()), message, nearest)

    def _add(self, place: Place, message: str, nearest: str) -> None:
        mistake = Mistake(file=self._document.file, line=place.line, column=place.column, message=message, text=place.text, nearest=nearest)
        self._found.append(mistake)

    def all(self) -> tuple[Mistake, ...]:
        return tuple(sorted(self._found, key=lambda m: (m.line, m.column)))


def _read(kind: Kind, value: object, path: Path, mistakes: _Mistakes) -> object:
    """The value as its kind means it; what is wrong is reported and left out."""
    match kind:
        case Scalar(read=read):
            try:
                return read(value)
            except BadValueError as bad:
                mistakes.value(path, f"{_dotted(path)}: {bad}", _nearest(str(value), _words(kind)))
                return _MISSING
        case ListOf(item=item):
            if not isinstance(value, list):
                mistakes.value(path, f"{_dotted(path)}: a list is expected")
                return []
            read_items = [_read(item, one, (*path, index), mistakes) for index, one in enumerate(value)]
            return [one for one in read_items if one is not _MISSING]
        case MapOf(value=item):
            named = _mapping(value, path, mistakes)
            return {name: _read(item, one, (*path, name), mistakes) for name, one in named.items()}
        case Table(keys=keys):
            return _table(keys, _mapping(value, path, mistakes), path, mistakes)


def _mapping(value: object, path: Path, mistakes: _Mistakes) -> dict[str, object]:
    if isinstance(value, dict):
        return cast(dict[str, object], value)
    mistakes.value(path, f"{_dotted(path)}: names with values are expected")
    return {}


def _table(keys: tuple[Key, ...], values: dict[str, object], path: Path, mistakes: _Mistakes) -> dict[str, object]:
    known = {key.name: key for key in keys}
    for name in values:
        if name not in known:
            mistakes.key((*path, name), f"{_dotted(path)}: there is no key `{name}`", _nearest(name, known))
    for key in keys:
        if key.required and key.name not in values:
            mistakes.key(path, f"{_dotted(path)}: the key `{key.name}` is missing")
    read = {name: _read(known[name].kind, values[name], (*path, name), mistakes) for name in values if name in known}
    return {name: value for name, value in read.items() if value is not _MISSING}


def _verification(values: dict[str, object]) -> Verification:
    groups = cast(list[list[str]], values.pop("parallel_groups", []))
    return Verification(parallel_groups=tuple(tuple(group) for group in groups), **values)  # type: ignore[arg-type]  # each key has its kind


def _check(name: str, values: dict[str, object]) -> Check:
    frozen = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return Check(name=name, **frozen)  # type: ignore[arg-type]  # each key has its kind


def _check_names(config: Config, names: set[str], mistakes: _Mistakes) -> None:
    group_of: dict[str, int] = {}
    if not names:
        mistakes.key(("checks",), "checks: there is none, so nothing would be proved")
    for name in names:
        if not name.isprintable() or not 0 < len(name) <= _LONGEST_NAME or name != name.strip():
            mistakes.key(("checks", name), f"checks: a name is 1 to {_LONGEST_NAME} printable characters")
    for number, group in enumerate(config.verification.parallel_groups):
        for index, name in enumerate(group):
            path: Path = ("verification", "parallel_groups", number, index)
            _known(name, names, path, mistakes)
            if name in group_of:
                mistakes.value(path, f"`{name}` stands in two groups" if group_of[name] != number else f"`{name}` stands twice in this group")
            elif name in config.checks and config.checks[name].stage is Stage.MUTATING:
                mistakes.value(path, f"`{name}` is mutating, and mutating checks run one at a time: take it out of the group")
            group_of.setdefault(name, number)
    for profile, chosen in config.profiles.items():
        for index, name in enumerate(chosen):
            _known(name, names, ("profiles", profile, index), mistakes)
    for check in config.checks.values():
        for index, need in enumerate(check.needs):
            path = ("checks", check.name, "needs", index)
            _known(need, names, path, mistakes)
            if group_of.get(check.name, 1 << 30) < group_of.get(need, -1):
                mistakes.value(path, f"`{check.name}` needs `{need}`, which stands in a later group")
    for cycle in _cycles(config):
        mistakes.value(("checks", cycle[0], "needs", 0), f"needs go in a circle: {' → '.join((*cycle, cycle[0]))}")


def _known(name: str, names: set[str], path: Path, mistakes: _Mistakes) -> None:
    if name not in names:
        mistakes.value(path, f"{_dotted(path)}: there is no check `{name}`", _nearest(name, names))


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


def _nearest(word: str, words: object) -> str:
    import difflib

    return next(iter(difflib.get_close_matches(word, list(cast(list[str], words)), n=1)), "")


def _dotted(path: Path) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "the configuration"
