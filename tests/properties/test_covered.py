"""One way each in which an outcome can change; `docs/fingerprint.md` says the same in words. Each row: how to prepare, what to edit, what runs."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ftaction.model.check import Check, Stage
from tests.properties.workshop import Workshop, put

Act = Callable[[Workshop], object]


@dataclass(frozen=True, slots=True)
class Row:
    """`runs`: whether the check, which passed before, runs again after the edit."""

    why: str
    check: Check
    prepare: Act
    edit: Act
    runs: bool


def _check(run: str, *inputs: str, **more: object) -> Check:
    return Check(name="check", run=run, inputs=inputs, **more)  # type: ignore[arg-type]  # a table's row names what it needs


def _tools(*names: str) -> Act:
    return lambda shop: [shop.program(name, "#!/bin/sh\nexit 0\n") for name in names]


def _writes(path: str, text: str) -> Act:
    return lambda shop: shop.write(path, text)


def _ignores(*patterns: str) -> Act:
    return _writes(".gitignore", "".join(f"{pattern}\n" for pattern in patterns))


def _venv(folder: str, version: str) -> Act:
    """A virtual environment with one package in it."""

    def make(shop: Workshop) -> None:
        shop.write(f"{folder}/bin/python", "#!/bin/sh\n", executable=True)
        shop.write(f"{folder}/pyvenv.cfg", "home = nowhere\n")
        site = f"{folder}/lib/python3.11/site-packages"
        shutil.rmtree(shop.root / site, ignore_errors=True)
        shop.write(f"{site}/thing-{version}.dist-info/RECORD", "thing.py,sha256=a,1\n")

    return make


def _outside(path: str, text: str) -> Act:
    return lambda shop: put(shop.folder / path, text)


def _links(path: str, target: str) -> Act:
    return lambda shop: os.symlink(target, shop.root / path)


def _commits(shop: Workshop) -> None:
    shop.commit()


def _sooner(name: str) -> Act:
    """A folder that comes first on PATH, with one program."""

    def act(shop: Workshop) -> None:
        put(shop.folder / "sooner" / name, "#!/bin/sh\n# sooner\n", executable=True)
        shop.variables["PATH"] = f"{shop.folder}/sooner:{shop.variables['PATH']}"

    return act


def _submodule(shop: Workshop) -> None:
    shop.git("init", "-q", str(shop.folder / "other"))
    put(shop.folder / "other/file", "1")
    other = shop.folder / "other"
    shop.git("add", "--all", folder=other)
    shop.git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "begin", folder=other)
    shop.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "module")


def _finder(shop: Workshop) -> None:
    """As setuptools writes it beside an editable install."""
    text = f"MAPPING: dict[str, str] = {{'thing': '{shop.folder}/library/thing'}}\n"
    shop.write(".venv/lib/python3.11/site-packages/__editable___thing_1_finder.py", text)


def _shims(shop: Workshop) -> None:
    """As pyenv, asdf and mise have it: a script of this name on PATH that starts one of several."""
    put(shop.folder / "pyenv/shims/stranger", "#!/bin/sh\nexit 0\n", executable=True)
    put(shop.folder / "pyenv/version", "3.12\n")
    put(shop.folder / "pyenv/versions/3.12/bin/stranger", "#!/bin/sh\n# 1\n", executable=True)
    shop.variables["PATH"] = f"{shop.folder}/pyenv/shims:{shop.variables['PATH']}"


def _sets(name: str, value: str) -> Act:
    return lambda shop: shop.variables.__setitem__(name, value)


def _tags(name: str) -> Act:
    return lambda shop: shop.git("tag", name)


def _unstages(shop: Workshop) -> None:
    shop.git("reset", "-q")


def _stages(shop: Workshop) -> None:
    shop.git("add", "--all")


def _carriage_returns(shop: Workshop) -> None:
    """Written and staged: git stores what it had, and calls the file unmodified."""
    (shop.root / "sub/module.py").write_bytes(b"1\r\n")
    shop.git("add", "--all")
    assert shop.git("status", "--porcelain", "sub") == ""


def _touches(path: str) -> Act:
    return lambda shop: os.utime(shop.root / path)


def _home(path: str, text: str) -> Act:
    return lambda shop: put(shop.folder / "home" / path, text)


def _filter(shop: Workshop) -> None:
    """As Git LFS has it: whatever stands on disk, git stores the pointer."""
    shop.write(".gitattributes", "*.bin filter=large -text\n")
    shop.git("config", "filter.large.clean", "echo pointer")
    shop.git("config", "filter.large.smudge", "cat")


def _all(*acts: Act) -> Act:
    return lambda shop: [act(shop) for act in acts]


ROWS = [
    Row("two tools in one line: the configuration of each counts", _check("ruff check . && ruff format --check .", "**/*.py"),
        _all(_tools("ruff"), _writes("pyproject.toml", "")), _writes("pyproject.toml", "[tool.ruff]\n"), runs=True),
    Row("a tool after `cd`: its configuration counts", _check("cd sub && ruff check .", "sub/**/*.py"),
        _all(_tools("ruff"), _writes("sub/ruff.toml", "")), _writes("sub/ruff.toml", "line-length = 9\n"), runs=True),
    Row("`cd` and `echo` make no stranger of a known tool", _check("cd sub && ruff check . && echo fine", "sub/**/*.py"),
        _all(_tools("ruff"), _writes("package.json", "{}")), _writes("package.json", '{"a": 1}'), runs=False),
    Row("`cd` into a folder: what is installed there counts", _check("cd sub && ruff check .", "sub/**/*.py"),
        _all(_tools("ruff"), _ignores("/sub/.venv/"), _venv("sub/.venv", "1.0")), _venv("sub/.venv", "1.1"), runs=True),
    Row("an option names the folder: what is installed there counts", _check("npm --prefix=sub run lint", "sub/**/*.py"),
        _all(_tools("npm"), _ignores("node_modules/"), _writes("sub/node_modules/.package-lock.json", "{}")),
        _writes("sub/node_modules/.package-lock.json", '{"a": 1}'), runs=True),
    Row("`uv run` in a folder keeps that folder's packages in line with the lock file, which counts", _check("cd sub && uv run ruff check .", "sub/**/*.py"),
        _all(_tools("uv", "ruff"), _ignores("/sub/.venv/"), _writes("sub/uv.lock", "")), _venv("sub/.venv", "1.0"), runs=False),
    Row("a folder that the command does not name has no say", _check("cd sub && ruff check .", "sub/**/*.py"),
        _all(_tools("ruff"), _ignores("/other/.venv/"), _venv("other/.venv", "1.0")), _venv("other/.venv", "1.1"), runs=False),
    Row("an ignored file, named by a glob beside files that git lists", _check("true", "sub/*.local"),
        _all(_ignores("*.local"), _writes("sub/a.local", "1")), _writes("sub/a.local", "2"), runs=True),
    Row("an ignored file at the root, named by a glob", _check("true", "**", ".env*"),
        _all(_ignores(".env*"), _writes(".env.test", "1")), _writes(".env.test", "2"), runs=True),
    Row("a new ignored file that a glob with a choice names", _check("true", "**", "sub/{x,y}.local"),
        _ignores("*.local"), _writes("sub/y.local", "2"), runs=True),
    Row("an ignored file that only a glob across folders could mean", _check("true", "**/*.local", "sub"),
        _all(_ignores("*.local"), _writes("sub/a.local", "1")), _writes("sub/a.local", "2"), runs=False),
    Row("an ignored file in a folder that only `*` could mean", _check("true", "sub/*"),
        _all(_ignores("*.local"), _writes("sub/a.local", "1")), _writes("sub/a.local", "2"), runs=False),
    Row("line endings that git would store otherwise", _check("true"),
        _all(_writes(".gitattributes", "* text=auto\n"), _commits), _carriage_returns, runs=True),
    Row("line endings that the user's git would store otherwise", _check("true"),
        _all(_home(".gitconfig", "[core]\n\tautocrlf = input\n"), _commits), _carriage_returns, runs=True),
    Row("a pointer in place of a large file, which a filter calls clean", _check("true"),
        _all(_filter, _writes("big.bin", "the content\n"), _commits), _all(_writes("big.bin", "pointer\n"), _stages), runs=True),
    Row("attributes that convert nothing", _check("true"),
        _all(_writes(".gitattributes", "*.bin -text\n"), _commits), _touches("sub/module.py"), runs=False),
    Row("a file that the command names is read, whatever the inputs say", _check("python3 sub/module.py", "docs"),
        _all(_tools("python3"), _writes("docs/a.md", "")), _writes("sub/module.py", "2"), runs=True),
    Row("a program that a script of the repository calls", _check("sh sub/check.sh", "docs"),
        _all(_tools("linter"), _writes("docs/a.md", ""), _writes("sub/check.sh", "set -e\nlinter docs\n")),
        lambda shop: shop.program("linter", "#!/bin/sh\n# 2\n"), runs=True),
    Row("a program that a recipe calls", _check("make lint", "docs"),
        _all(_tools("linter", "make"), _writes("docs/a.md", ""), _writes("Makefile", "lint:\n\t@linter docs\n")),
        lambda shop: shop.program("linter", "#!/bin/sh\n# 2\n"), runs=True),
    Row("a program that no script calls", _check("sh sub/check.sh", "docs"),
        _all(_tools("linter"), _writes("docs/a.md", ""), _writes("sub/check.sh", "set -e\nlinter docs\n")),
        lambda shop: shop.program("another", "#!/bin/sh\n# 2\n"), runs=False),
    Row("a package installed in place from outside the repository", _check("python3 -c pass"),
        _all(_ignores("/.venv/"), _venv(".venv", "1"), _writes(".venv/lib/python3.11/site-packages/__editable__.thing.pth", "../../../../../library\n"),
        _outside("library/thing.py", "1")), _outside("library/thing.py", "2"), runs=True),
    Row("a package installed in place by a finder", _check("python3 -c pass"),
        _all(_ignores("/.venv/"), _venv(".venv", "1"), _finder, _outside("library/thing/__init__.py", "1")), _outside("library/thing/new.py", "2"), runs=True),
    Row("PYTHONPATH leads outside the repository", _check("python3 -c pass"),
        _all(_sets("PYTHONPATH", "../library"), _outside("library/thing.py", "1")), _outside("library/thing.py", "2"), runs=True),
    Row("the virtual environment stands elsewhere by UV_PROJECT_ENVIRONMENT", _check("uv run --no-sync thing"),
        _all(_tools("uv", "thing"), _sets("UV_PROJECT_ENVIRONMENT", "elsewhere"), _ignores("/elsewhere/"), _venv("elsewhere", "1")), _venv("elsewhere", "2"),
        runs=True),
    Row("configuration above the repository", _check("ruff check ."), _tools("ruff"), _outside("pyproject.toml", "[tool.ruff]\n"), runs=True),
    Row("configuration of another tool above the repository", _check("ruff check ."), _tools("ruff"), _outside("tsconfig.json", "{}"), runs=False),
    Row("configuration in the home folder", _check("ruff check ."), _tools("ruff"), _home(".config/ruff/ruff.toml", "line-length = 9\n"), runs=True),
    Row("passwords in the home folder have no say", _check("npm test"), _tools("npm"), _home(".npmrc", "//host/:_authToken=1\n"), runs=False),
    Row("packages in a node_modules above the repository", _check("npm test"),
        _all(_tools("npm"), _outside("node_modules/.package-lock.json", "1")), _outside("node_modules/.package-lock.json", "2"), runs=True),
    Row("packages of an installer that keeps no list", _check("npm test"),
        _all(_tools("npm"), _ignores("node_modules/"), _writes("node_modules/@a/b/package.json", '{"version": "1"}')),
        _writes("node_modules/@a/b/package.json", '{"version": "2"}'), runs=True),
    Row("the options of a script's interpreter", _check("stranger"), _tools("stranger"),
        lambda shop: shop.program("stranger", "#!/bin/sh -e\nexit 0\n"), runs=True),
    Row("another order of PATH finds another program", _check("stranger"), _tools("stranger"), _sooner("stranger"), runs=True),
    Row("another order of PATH finds the same program", _check("stranger"), _tools("stranger"), _sooner("another"), runs=False),
    Row("the locale", _check("true"), _tools(), _sets("LC_ALL", "C"), runs=True),
    Row("a file in a submodule", _check("true", "module"), _submodule, lambda shop: put(shop.root / "module/file", "2"), runs=True),
    Row("a name that differs only in case", _check("true", "sub/*.py"), _tools(),
        lambda shop: os.rename(shop.root / "sub/module.py", shop.root / "sub/Module.py"), runs=True),
    Row("a shim: the manager's setting", _check("stranger"), _shims, lambda shop: put(shop.folder / "pyenv/version", "3.13\n"), runs=True),
    Row("a shim: a version file that is no input", _check("stranger", "sub"), _all(_shims, _writes(".python-version", "3.12\n")),
        _writes(".python-version", "3.13\n"), runs=True),
    Row("a shim: a version file above the repository", _check("stranger"), _shims, _outside(".tool-versions", "stranger 2\n"), runs=True),
    Row("a shim: the version it starts is installed anew", _check("stranger"), _shims,
        lambda shop: put(shop.folder / "pyenv/versions/3.12/bin/stranger", "#!/bin/sh\n# 2\n", executable=True), runs=True),
    Row("a shim: another program is installed", _check("stranger"), _shims,
        lambda shop: put(shop.folder / "pyenv/versions/3.12/bin/another", "#!/bin/sh\n", executable=True), runs=False),
    Row("a shim: a variable that chooses the version", _check("stranger"), _shims, _sets("PYENV_VERSION", "3.13"), runs=True),
    Row("no shim: version files of managers have no say", _check("stranger", "sub"), _tools("stranger"), _writes(".tool-versions", "stranger 2\n"), runs=False),
    Row("a version from tags", _check("echo $(git describe --tags)"), _all(_commits, _tags("v1")), _tags("v2"), runs=True),
    Row("a commit with the same files, for a check that reads commits", _check("git log -1"), _commits, _commits, runs=True),
    Row("a commit with the same files, for a check that compares files with the index", _check("git diff --exit-code -- sub"),
        _commits, _commits, runs=False),
    Row("a commit with the same files, for a check that does not ask git", _check("true"), _commits, _all(_commits, _tags("v3")), runs=False),
    Row("staging, for a check that compares files with the index", _check("make-it && git diff --exit-code"),
        _all(_tools("make-it"), _commits, _writes("sub/module.py", "2"), _stages), _unstages, runs=True),
    Row("staging, for hooks that see what git lists", _check("pre-commit run --all-files", stage=Stage.FAST),
        _all(_tools("pre-commit"), _commits, _writes("sub/new.py", "")), _stages, runs=True),
    Row("a link to a file outside the repository", _check("true"),
        _all(_outside("shared.txt", "1"), _links("sub/link", "../../shared.txt")), _outside("shared.txt", "2"), runs=True),
    Row("a link to a folder outside the repository", _check("true", "sub"),
        _all(_outside("shared/deep/file", "1"), _links("sub/link", "../../shared")), _outside("shared/deep/new", "2"), runs=True),
    Row("a link to what git ignores", _check("true", "sub"),
        _all(_ignores("/data/"), _writes("data/file", "1"), _links("sub/link", "../data")), _writes("data/file", "2"), runs=True),
    Row("a link that is no input", _check("true", "sub/module.py"),
        _all(_outside("shared.txt", "1"), _links("sub/link", "../../shared.txt")), _outside("shared.txt", "2"), runs=False),
    Row("a link that leads nowhere", _check("true"), _links("sub/link", "/nowhere/at/all"), _tools("unrelated"), runs=False),
]  # fmt: skip

GAPS = [
    Row("an installed module edited by hand", _check("python3 -c pass"),
        _all(_tools("python3"), _ignores("/.venv/"), _venv(".venv", "1"), _writes(".venv/lib/python3.11/site-packages/thing.py", "1")),
        _writes(".venv/lib/python3.11/site-packages/thing.py", "2"), runs=False),
    Row("an installed script package edited by hand", _check("npm test"),
        _all(_tools("npm"), _ignores("node_modules/"), _writes("node_modules/.package-lock.json", "{}"), _writes("node_modules/a/index.js", "1")),
        _writes("node_modules/a/index.js", "2"), runs=False),
    Row("a program that a program on PATH calls", _check("stranger"), _tools("stranger", "helper"),
        lambda shop: shop.program("helper", "#!/bin/sh\n# 2\n"), runs=False),
    Row("an ignored file that no glob names", _check("true"), _all(_ignores(".env"), _writes(".env", "1")), _writes(".env", "2"), runs=False),
    Row("a file that the inputs leave out", _check("true", "sub"), _writes("data.json", "1"), _writes("data.json", "2"), runs=False),
    Row("an empty folder", _check("true"), _tools(), lambda shop: (shop.root / "empty").mkdir(), runs=False),
    Row("more of a mode than the executable bit", _check("true"), _tools(), lambda shop: os.chmod(shop.root / "sub/module.py", 0o600), runs=False),
]  # fmt: skip
"""What is known not to count. A row that fails here is good news for `docs/fingerprint.md`."""


@pytest.mark.parametrize("row", [*ROWS, *GAPS], ids=[row.why for row in [*ROWS, *GAPS]])
def test_an_edit_runs_again_what_it_may_change(tmp_path: Path, row: Row) -> None:
    shop = Workshop(tmp_path)
    shop.write("sub/module.py", "1\n")
    row.prepare(shop)
    checks = {"check": row.check}
    first = shop.run(checks)
    assert first.green, first.why()
    second = shop.run(checks)
    assert not second.ran, f"without any edit: {second.why()}"
    row.edit(shop)
    third = shop.run(checks)
    assert third.ran == ({"check"} if row.runs else set()), third.why()
