"""What of package.json and of npm's lock files tests may depend on: all but what people and registries read. So a new version number runs little."""

import json
from hashlib import sha256
from posixpath import basename

from ftaction.tools.narrow.sets import named

_ASIDE = named("version description keywords author contributors maintainers license licenses homepage bugs repository funding")
_LOCKS = frozenset({"package-lock.json", "npm-shrinkwrap.json"})


def essence(path: str, text: str | None) -> str:
    """A digest of it, in its order; "" where the file is another one or can't be understood."""
    name = basename(path)
    if text is None or (name != "package.json" and name not in _LOCKS):
        return ""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(data, dict):
        return ""
    said = _without(data) if name == "package.json" else _locked(data)
    return sha256(json.dumps(said).encode()).hexdigest()


def _locked(data: dict[str, object]) -> dict[str, object]:
    """Without what the lock file copies of the repository's own packages; of installed ones everything counts."""
    packages = data.get("packages")
    own = {} if not isinstance(packages, dict) else {path: _without(one) for path, one in packages.items() if "node_modules" not in path.split("/")}
    return {key: value for key, value in data.items() if key != "version"} | ({"packages": {**packages, **own}} if isinstance(packages, dict) else {})


def _without(data: object) -> object:
    return {key: value for key, value in data.items() if key not in _ASIDE} if isinstance(data, dict) else data
