"""npm's scripts without npm: both ways must give a script the same arguments and the same environment, name by name."""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from ftaction.tools.npm_environment import Npm
from ftaction.tools.scripts import Direct, direct

_NPM = shutil.which("npm")
_SHOW = 'env -0 > "$OUT/{event}.env" && printf "%s\\\\0" {event}'
ENVIRONMENTS: dict[str, dict[str, str]] = {
    "bare": {},
    "with the names of a build service": {"CI": "true", "GITHUB_ACTIONS": "true"},
    "with an editor": {"EDITOR": "ed"},
    "with a visual editor": {"VISUAL": "joe"},
    "with Node's own names": {"NODE_ENV": "production", "NODE_OPTIONS": "--no-warnings"},
    "with a proxy": {"HTTP_PROXY": "http://127.0.0.1:1", "NO_PROXY": "a,b"},
    "with colours": {"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "xterm"},
    "with a locale": {"LANG": "C.UTF-8", "SHELL": "/bin/bash", "USER": "x", "TMPDIR": "/tmp"},
}


@cache
def node_says(node: str) -> str:
    code = "process.version + ' ' + process.platform + ' ' + process.arch"
    return subprocess.run([node, "-p", code], capture_output=True, text=True, check=True).stdout.strip()


def facts(home: Path) -> Npm:
    assert _NPM is not None
    program = os.path.realpath(_NPM)
    node = os.path.realpath(shutil.which("node") or "")
    folder = Path(program).parent.parent
    said = subprocess.run([node, "-p", "process.version + ' ' + process.platform + ' ' + process.arch"], capture_output=True, text=True, check=True)
    version, _, platform = said.stdout.strip().partition(" ")
    prefix = Path(node).parent.parent
    files = [folder / "npmrc", prefix / "etc" / "npmrc", home / ".npmrc"]
    return Npm(
        program=program,
        version=json.loads((folder / "package.json").read_text())["version"],
        node=node,
        node_version=version,
        platform=platform,
        settings=tuple(file.read_text() if file.exists() else None for file in files),
    )


def read(path: str) -> str | None:
    file = Path(path)
    return file.read_text() if file.is_file() else None


def package(**fields: object) -> str:
    scripts = {event: _SHOW.format(event=event) for event in ("preshow", "show", "postshow", "pretest", "test", "plain")}
    scripts["words"] = """node -e 'require("fs").writeFileSync(process.env.OUT + "/words", JSON.stringify(process.argv.slice(1)))'"""
    scripts["fail"] = "exit 7"
    scripts["postfail"] = _SHOW.format(event="postfail")
    return json.dumps({"name": "demo", "version": "1.2.3", "scripts": scripts, **fields})


class World:
    """A repository with two packages, an empty home, and the two ways to run a command in it."""

    def __init__(self, base: Path) -> None:
        self.root = base / "repo"
        self.out = base / "out"
        self.home = base / "home"
        for folder in (self.root / "packages" / "web", self.out, self.home):
            folder.mkdir(parents=True)
        (self.root / "package.json").write_text(package(name="root", workspaces=["packages/*"]))
        (self.root / "packages" / "web" / "package.json").write_text(
            package(
                name="@scope/web",
                bin="./cli.js",
                engines={"node": ">=18"},
                config={"port": 8080, "on": True, "off": False, "none": None, "list": ["a", {"b": 1}], "deep": {"er": "x y"}},
            )
        )

    def environment(self, extra: dict[str, str]) -> dict[str, str]:
        return {"HOME": str(self.home), "PATH": os.environ["PATH"], "OUT": str(self.out), **extra}

    def seen(self) -> dict[str, list[str]]:
        found = {file.name: sorted(file.read_text().split("\0")) for file in self.out.iterdir()}
        for file in self.out.iterdir():
            file.unlink()
        return found

    def by_npm(self, words: tuple[str, ...], folder: Path, extra: dict[str, str]) -> tuple[dict[str, list[str]], int]:
        ended = subprocess.run(words, cwd=folder, env=self.environment(extra), capture_output=True, check=False)
        return self.seen(), ended.returncode

    def directly(self, words: tuple[str, ...], folder: Path, extra: dict[str, str]) -> tuple[dict[str, list[str]], int]:
        environment = self.environment(extra)
        found = self.ask(words, folder, environment)
        assert found is not None
        for step in found.steps:
            over = {**environment, **found.environment, **step.environment}
            ended = subprocess.run(step.argv, cwd=found.working_directory, env=over, capture_output=True, check=False)
            if ended.returncode:
                return self.seen(), ended.returncode
        return self.seen(), 0

    def ask(self, words: tuple[str, ...], folder: Path, environment: dict[str, str]) -> Direct | None:
        return direct(words, working_directory=str(folder), read=read, environment=environment, npm=facts(self.home))


@pytest.fixture
def world(tmp_path: Path) -> World:
    if _NPM is None:
        pytest.skip("no npm here")
    made = World(tmp_path)
    if made.ask(("npm", "run", "plain"), made.root, made.environment({})) is None:
        pytest.skip("this npm is of a version that was not measured: it runs its scripts itself")
    return made


SAME: list[tuple[str, tuple[str, ...], str]] = [
    ("one script", ("npm", "run", "plain"), "."),
    ("with pre and post", ("npm", "run", "show"), "."),
    ("run-script is run", ("npm", "run-script", "plain"), "."),
    ("test says another command", ("npm", "test"), "."),
    ("t is test", ("npm", "t"), "."),
    ("run test is no test", ("npm", "run", "test"), "."),
    ("a workspace from its folder", ("npm", "run", "show"), "packages/web"),
    ("a workspace from the root", ("npm", "run", "show", "-w", "packages/web"), "."),
    ("a workspace, joined", ("npm", "run", "--workspace=./packages/web", "plain"), "."),
    ("arguments without dashes", ("npm", "run", "words", "a", "b"), "."),
    (
        "arguments that a shell would read",
        ("npm", "run", "words", "--", "a b", "$HOME", "it's", '"', "*", "", "--x=`y`", "\\", "'", "''"),
        ".",
    ),
    ("a status, and no post script after it", ("npm", "run", "fail"), "."),
]


@pytest.mark.parametrize(("reason", "words", "folder"), SAME, ids=[row[0] for row in SAME])
def test_the_same_as_npm(world: World, reason: str, words: tuple[str, ...], folder: str) -> None:
    place = (world.root / folder).resolve()
    by_npm = world.by_npm(words, place, {})
    assert by_npm[0] or by_npm[1], "the script left something to compare"
    assert world.directly(words, place, {}) == by_npm, reason


@pytest.mark.parametrize("extra", ENVIRONMENTS.values(), ids=list(ENVIRONMENTS))
def test_the_same_in_any_environment(world: World, extra: dict[str, str]) -> None:
    words = ("npm", "run", "plain")
    by_npm = world.by_npm(words, world.root, extra)
    assert any(line.startswith("npm_config_user_agent=") for line in by_npm[0]["plain.env"]), "npm's names are among those compared"
    assert world.directly(words, world.root, extra) == by_npm


def test_the_same_with_settings_that_do_no_harm(world: World) -> None:
    (world.home / ".npmrc").write_text("; mine\nfund=false\naudit = false\nsave-exact=true\nupdate-notifier=true\nyes=false\n//h/:_x=1\n")
    (world.root / ".npmrc").write_text("# ours\nfund=true\n")
    words = ("npm", "run", "plain")
    assert world.directly(words, world.root, {}) == world.by_npm(words, world.root, {})


NEVER: list[tuple[str, tuple[str, ...]]] = [
    ("an unknown option may change anything", ("npm", "run", "--silent", "plain")),
    ("an option behind the script is npm's too", ("npm", "run", "plain", "--if-present")),
    ("all workspaces", ("npm", "run", "plain", "--workspaces")),
    ("a workspace by name can't be found by reading", ("npm", "run", "plain", "-w", "@scope/web")),
    ("two workspaces", ("npm", "run", "plain", "-w", "packages/web", "-w", "packages/web")),
    ("no such script: npm says so better", ("npm", "run", "nothing")),
    ("a list of scripts", ("npm", "run")),
    ("another command", ("npm", "ci")),
    ("another manager", ("pnpm", "run", "plain")),
    ("another manager", ("yarn", "plain")),
    ("no command", ()),
]


@pytest.mark.parametrize(("reason", "words"), NEVER, ids=[f"{row[0]}: {' '.join(row[1])}" for row in NEVER])
def test_npm_runs_itself(world: World, reason: str, words: tuple[str, ...]) -> None:
    assert world.ask(words, world.root, world.environment({})) is None, reason


DOUBTS: list[tuple[str, str, str]] = [
    ("another shell", ".npmrc", "script-shell=bash"),
    ("no pre and post scripts", ".npmrc", "ignore-scripts=true"),
    ("a setting that is not known here", ".npmrc", "loglevel=silent"),
    ("a setting with a name of the environment", ".npmrc", "cafile=${HOME}/x"),
    ("a list", ".npmrc", "cafile[]=x"),
    ("a section", ".npmrc", "[x]"),
    ("no package", "package.json", ""),
    ("no JSON", "package.json", "{"),
    ("no version", "package.json", package(version="")),
    ("a version that npm would clean", "package.json", package(version="v1.2")),
    ("a name that npm would trim", "package.json", package(name=" demo ")),
    ("a bin that npm would normalise", "package.json", package(bin={"x": "../x.js"})),
    ("bins of a folder", "package.json", package(directories={"bin": "bin"})),
    ("a number that JavaScript writes otherwise", "package.json", package(config={"x": 1e30})),
    ("a check of npm's own", "package.json", package(devEngines={"runtime": {"name": "node"}})),
    ("a script that reads npm's names", "package.json", package(scripts={"plain": "echo $npm_package_version"})),
    ("a script that is none", "package.json", package(scripts={"plain": 1})),
    ("workspaces by a pattern that is not plain", "../package.json", package(workspaces=["r{e,x}po"])),
]


@pytest.mark.parametrize(("reason", "file", "text"), DOUBTS, ids=[row[0] for row in DOUBTS])
def test_npm_runs_itself_in_doubt(world: World, reason: str, file: str, text: str) -> None:
    (world.root / file).write_text(text)
    assert world.ask(("npm", "run", "plain"), world.root, world.environment({})) is None, reason


@pytest.mark.parametrize("name", ["npm_config_loglevel", "NPM_CONFIG_X", "npm_package_name", "PREFIX", "TRAVIS", "GITLAB_CI", "Path"])
def test_npm_runs_itself_where_the_environment_could_matter(world: World, name: str) -> None:
    assert world.ask(("npm", "run", "plain"), world.root, world.environment({name: "x"})) is None


def test_npm_runs_itself_without_facts_or_home(world: World) -> None:
    words, folder, environment = ("npm", "run", "plain"), str(world.root), world.environment({})
    assert direct(words, working_directory=folder, read=read, environment=environment, npm=None) is None
    homeless = {name: value for name, value in environment.items() if name != "HOME"}
    assert direct(words, working_directory=folder, read=read, environment=homeless, npm=facts(world.home)) is None
