"""Whatever stands in manifests, packages come of it: each with a name of its own, none that needs what is not there."""

import json

from hypothesis import given
from hypothesis import strategies as st

from ftaction.plan.packages import Ground
from ftaction.tools.packages import find
from ftaction.tools.packages.imports import imported
from tests.properties.profile import settings

KEYS = (
    "name", "workspaces", "packages", "dependencies", "devDependencies", "overrides", "resolutions", "pnpm", "references", "path", "compilerOptions", "paths",
    "baseUrl", "extends", "a", "b", "**/a", "",
)  # fmt: skip
PIECES = st.sampled_from((
    "[project]\n", 'name = "a"\n', 'name = "b"\n', "dependencies = ['a', '../b', 'x @ file:..', '-e .']\n", "[tool.uv.sources]\n",
    'a = {path = ".."}\n', "[[", "]\n", "[package]\n", "[dependencies]\n", "a.workspace = true\n", "[workspace]\n", 'members = ["*", "["]\n',
    "module o/a\n", "module\n", "require (\n\to/b v1\n)\n", "replace => ../a\n", "replace o/b => ../b\n", "use ../..\n", "packages:\n", "  - '{a'\n",
    "\0", "\udc80", "=", "import (\n", '"o/a"\n)\n', "from a import (b,\n c)\n", "import a, b.c as d; import e\n", "from . import a\n", "// x\n", "/* ",
    "[metadata]\nname = a\n", "[options]\ninstall_requires =\n  b\n", "%(x)s\n", "setup(name='b')\n",
))  # fmt: skip
VALUES: st.SearchStrategy[object] = st.recursive(
    st.sampled_from(("", "a", "../b", "workspace:*", "file:../..", "npm:@", "link:", None, 1, True, "*", "!", "{", "..")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)
TEXTS = st.one_of(st.lists(PIECES, max_size=8).map("".join), VALUES.map(json.dumps), st.text(max_size=30))
NAMES = (
    "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "package.json", "pnpm-workspace.yaml", "tsconfig.json", "go.mod", "go.work", "Cargo.toml",
    "m.py", "m.go", "vendor/modules.txt",
)  # fmt: skip
PATHS = st.builds(lambda folder, name: f"{folder}{name}", st.sampled_from(("", "a/", "b/", "a/in/", "tests/x/", "[a]/")), st.sampled_from(NAMES))


@given(files=st.dictionaries(PATHS, TEXTS, max_size=8), unreadable=st.sampled_from([None, *NAMES]))
@settings(examples=400, thorough=20_000, steps=1)
def test_whatever_stands_in_manifests(files: dict[str, str], unreadable: str | None) -> None:
    def read(path: str) -> str | None:
        return None if path == unreadable else files[path]

    found = find(sorted(files), read, lambda path: imported(path, read(path) or ""), {})
    assert all(name == package.name and name not in package.needs for name, package in found.items())
    assert all(need in found for package in found.values() for need in package.needs)
    assert all(set(package.because) == set(package.needs) for package in found.values())
    ground = Ground(found)
    assert all(ground.folders(name) for name in found)
    assert not any(place.startswith(("..", "/")) for package in found.values() for place in (package.folder, *package.also))
