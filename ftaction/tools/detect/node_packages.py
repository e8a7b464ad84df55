"""Where Node's packages are, and which package manager runs their scripts."""

import re
from dataclasses import dataclass
from functools import cache

from ftaction.tools.detect.repository import Repository, join
from ftaction.tools.values import Table, string, strings, table

_LOCKS = (
    ("package-lock.json", "npm"),
    ("npm-shrinkwrap.json", "npm"),
    ("pnpm-lock.yaml", "pnpm"),
    ("yarn.lock", "yarn"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
)
_MANAGERS = frozenset({"npm", "pnpm", "yarn", "bun"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One package.json. `root` is the folder of the workspace it belongs to, its own folder where it belongs to none."""

    place: str
    root: str
    manager: str
    data: Table

    @property
    def scripts(self) -> dict[str, str]:
        return {name: string(text) for name, text in table(self.data, "scripts").items() if string(text)}

    @property
    def file(self) -> str:
        return join(self.place, "package.json")


def packages(repository: Repository) -> tuple[Package, ...]:
    """Roots (the repository's, and any folder with a lock file of its own) each followed by its workspaces."""
    places = repository.places("package.json")
    roots = [place for place in places if not place or any(join(place, lock) in repository.names for lock, _ in _LOCKS)]
    found: dict[str, Package] = {}
    for root in roots:
        if root in found:
            continue
        data = repository.json(join(root, "package.json"))
        manager = _manager(repository, root, data)
        found[root] = Package(place=root, root=root, manager=manager, data=data)
        patterns = _patterns(repository, root, data)
        for place in places:
            inside = place[len(root) + 1 :] if root else place
            if place not in found and (not root or place.startswith(root + "/")) and belongs(inside, patterns):
                found[place] = Package(place=place, root=root, manager=manager, data=repository.json(join(place, "package.json")))
    return tuple(found.values())


def _manager(repository: Repository, root: str, data: Table) -> str:
    named = string(data.get("packageManager")).partition("@")[0]
    if named in _MANAGERS:
        return named
    return next((manager for lock, manager in _LOCKS if join(root, lock) in repository.names), "npm")


def _patterns(repository: Repository, root: str, data: Table) -> tuple[str, ...]:
    spaces = data.get("workspaces")
    return (
        *(strings(spaces) or strings(table(spaces).get("packages"))),
        *strings(repository.yaml(join(root, "pnpm-workspace.yaml")).get("packages")),
    )


def belongs(inside: str, patterns: tuple[str, ...]) -> bool:
    """Whether a workspace's patterns mean a folder, both from the workspace. The last pattern that matches decides; `!` takes out."""
    found = False
    for pattern in patterns:
        if _regex(pattern.removeprefix("!")).fullmatch(inside):
            found = not pattern.startswith("!")
    return found


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/?|\*|\?|[{},])", pattern.removeprefix("./").rstrip("/"))
    signs = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    signs |= {"{": "(?:", "}": ")", ",": "|"} if pattern.count("{") == pattern.count("}") > 0 else {}
    return re.compile("".join(signs.get(part, re.escape(part)) for part in parts))
