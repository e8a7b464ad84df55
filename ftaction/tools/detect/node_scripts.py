"""Which scripts of a package.json prove something, and which only repeat others."""

import re

from ftaction.model.check import Stage
from ftaction.model.tool import Words
from ftaction.tools import recognise
from ftaction.tools.detect.proposal import Kind
from ftaction.tools.words import split

_TYPES = re.compile(r"types?[:-]?check|typescript|types|tsc|(check|test|lint)[:-]types?")
_FORMATS = re.compile(r"(check[:-](format|fmt|prettier|style)|(format|fmt|prettier|style)[:-]?(check|ci|verify|test|diff)|lint[:-](format|prettier))$")
_MORE = re.compile(r"(check|verify|validate)[:-]")
_LINTS = re.compile(r"(check[:-])?(lint|eslint|oxlint|biome|xo|standard|stylelint)([:-].+)?$")
_TESTS = re.compile(r"tests?([:-].+)?$|(unit|jest|vitest|mocha)$")
_NEVER = re.compile(
    r"(^|[:_-])(watch|dev|start|serve|publish|release|deploy|prepare|prepack|postinstall|install|update|snapshots?|fix|write|clean|debug|"
    r"ui|open|headed|inspect|manual|live|smoke|benchmarks?|bench|perf|e2e|playwright|cypress|browsers?|report|setup|docker|coverage|cov|all|"
    r"windows|macos|win|mac|production|prod|staging|canary|nightly)($|[:_-])"
)
_WATCHES = frozenset({"--watch", "--watchAll", "-W", "--ui", "--watch-all"})
_RUNNERS = frozenset({"npm", "pnpm", "yarn", "bun"})
_PARALLEL = frozenset({"run-s", "run-p", "npm-run-all", "npm-run-all2", "concurrently", "wireit"})
_SPREAD = frozenset({"--workspaces", "-ws", "-r", "--recursive", "workspaces", "foreach"})
_ORCHESTRATORS = frozenset({"turbo", "nx", "lerna", "lage", "moon", "rush", "wireit"})


def kind_of(name: str) -> Kind | None:
    """What a script's name promises; None for those that are no checks, above all those that never end or leave the machine."""
    lower = name.lower()
    if _NEVER.search(lower):
        return None
    if _TYPES.fullmatch(lower):
        return Kind.TYPECHECK
    if _FORMATS.fullmatch(lower):
        return Kind.FORMAT
    if _LINTS.fullmatch(lower):
        return Kind.LINT
    if _TESTS.fullmatch(lower):
        return Kind.TEST
    return Kind.CHECK if lower == "check" else None


def chosen(scripts: dict[str, str], started: frozenset[str], *, suites_apart: bool) -> dict[str, Kind]:
    """The scripts to propose, in the order of the file.

    `started` are those that workflows run: where these are checks, only they count, and suites where none of them is one, unless
    workflows start suites by other means (`suites_apart`).
    """
    found = {name: kind for name, text in scripts.items() if (kind := kind_of(name)) and _proves(text)}
    reached = _reached(scripts, started)
    if reached & found.keys():
        found = {name: kind for name, kind in found.items() if name in reached or (kind is Kind.TEST and not suites_apart and not _suites(found, reached))}
    for name in started & scripts.keys() - found.keys():
        if _MORE.match(name) and not _NEVER.search(name) and _proves(scripts[name]):
            found[name] = Kind.CHECK
    return _without_repetition(found, scripts)


def _suites(found: dict[str, Kind], reached: set[str]) -> bool:
    return any(kind is Kind.TEST and name in reached for name, kind in found.items())


def _reached(scripts: dict[str, str], started: frozenset[str]) -> set[str]:
    """Those scripts and the scripts they call, with the `pre` and `post` ones."""
    reached: set[str] = set()
    waiting = [name for name in started if name in scripts]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [called for called, _ in _calls(name, scripts)]
    return reached


def _without_repetition(found: dict[str, Kind], scripts: dict[str, str]) -> dict[str, Kind]:
    """A script that only runs others gives way to them; others give way to one that runs them and more."""
    for name in tuple(found):
        calls = {called: whole for called, whole in _calls(name, scripts) if called in found and called != name}
        if name in found and calls:
            whole = all(only for only in calls.values()) and only_calls(scripts[name], frozenset(calls))
            for dropped in [name] if whole else calls:
                found.pop(dropped, None)
    return found


def spreads(text: str) -> bool:
    """Whether a script only runs the same script in every workspace: their own checks say it better."""
    commands = split(text)
    return bool(commands) and all(words[0] in _RUNNERS and not _SPREAD.isdisjoint(words) for words in commands)


def orchestrates(text: str) -> bool:
    """Whether a script hands over to a task runner, which knows an order that we don't."""
    return any(not _ORCHESTRATORS.isdisjoint(words) for words in split(text))


def writes(text: str) -> bool:
    """Whether one of its commands changes files by what we know of its tool. Scripts that it calls are not looked into."""
    known = [recognise(words) for words in split(text)]
    return any(found is not None and found[0].name != "npm" and found[0].stage(found[1]) is Stage.MUTATING for found in known)


def only_calls(text: str, names: frozenset[str]) -> bool:
    """Whether a script does nothing but run the named ones."""
    return all(_called(words) is not None and set(_called(words) or ()) <= names for words in split(text))


def _proves(text: str) -> bool:
    commands = split(text)
    idle = all(words[0] in ("echo", "exit", "true", ":") for words in commands)
    return not idle and "no test specified" not in text and not any(_WATCHES & set(words) for words in commands)


def _calls(name: str, scripts: dict[str, str]) -> list[tuple[str, bool]]:
    """Pairs: a script it calls, whether without extra arguments."""
    found: list[tuple[str, bool]] = []
    for words in split(scripts[name]):
        found += [(called, words[-1] == called or words[0] in _PARALLEL) for pattern in _called(words) or () for called in _match(pattern, scripts)]
    return found


def _called(words: Words) -> tuple[str, ...] | None:
    """Names of the scripts that one command runs; None when it is no such command."""
    plain = [word for word in words[1:] if not word.startswith("-")]
    if words[0] in _PARALLEL:
        return tuple(word.removeprefix("npm:") for word in plain)
    if words[0] not in _RUNNERS or not plain or not _SPREAD.isdisjoint(words):
        return None
    if plain[0] in ("run", "run-script"):
        return tuple(plain[1:2])
    return tuple(plain[:1]) if words[0] != "npm" or plain[0] in ("test", "t") else None


def _match(pattern: str, scripts: dict[str, str]) -> list[str]:
    """npm-run-all's `lint:*` is every script of one more part."""
    if "*" not in pattern:
        return [pattern] if pattern in scripts else []
    regex = re.compile(re.escape(pattern).replace(r"\*\*", ".*").replace(r"\*", "[^:]*"))
    return [name for name in scripts if regex.fullmatch(name)]
