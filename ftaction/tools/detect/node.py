"""Node: the scripts of package.json and of its workspaces that prove something, and the compiler where none of them is it."""

from collections.abc import Iterator

from ftaction.model.check import Stage
from ftaction.tools.detect.commands import Commands
from ftaction.tools.detect.node_packages import Package, packages
from ftaction.tools.detect.node_scripts import chosen, orchestrates, spreads, writes
from ftaction.tools.detect.proposal import Kind, Proposal
from ftaction.tools.detect.repository import Repository, join
from ftaction.tools.detect.workflows import UNKNOWN
from ftaction.tools.words import split

_LOCAL = {"npm": "npx --no", "pnpm": "pnpm exec", "yarn": "yarn run", "bun": "bunx --no-install"}  # runs what is installed, never fetches
_BARE = frozenset({"lint", "format", "typecheck", "check", "test", "tests"})  # a script of its kind's own name needs no detail
_PREFIX = ("check:", "check-", "verify:", "validate:", "lint:", "format:", "test:", "tests:", "lint-", "test-", "format-")
_TOOLS = {"eslint": Kind.LINT, "prettier": Kind.FORMAT, "biome": Kind.LINT, "tsc": Kind.TYPECHECK, "vitest": Kind.TEST, "jest": Kind.TEST}


def node(repository: Repository, commands: Commands) -> Iterator[Proposal]:
    found = packages(repository)
    for root in [package for package in found if package.place == package.root]:
        members = [package for package in found if package.root == root.place and package is not root]
        proposals = list(_scripts(root, commands, spread=bool(members)))
        yield from proposals
        kinds = {proposal.kind for proposal in proposals}
        yield from _direct(root, commands, kinds)
        if not any(proposal.kind is Kind.TYPECHECK for proposal in proposals):
            yield from _compiler(repository, root, root, commands)
        for member in members:
            own = [proposal for proposal in _scripts(member, commands, spread=False) if proposal.kind not in kinds]
            yield from own
            if Kind.TYPECHECK not in kinds | {proposal.kind for proposal in own}:
                yield from _compiler(repository, root, member, commands)


def _scripts(package: Package, commands: Commands, *, spread: bool) -> Iterator[Proposal]:
    """`spread`: the package has workspaces, whose own scripts replace one that only runs them all."""
    scripts = package.scripts
    own = {name: text for name, text in scripts.items() if not (spread and spreads(text) and not orchestrates(text))}
    for name, kind in chosen(own, _started(commands), suites_apart=_runs_suites(commands)).items():
        yield Proposal(
            kind=kind,
            tool=package.manager,
            run=f"{package.manager} run {name}",
            because=f"the script {name} in {package.file}: {scripts[name]}",
            place=package.place,
            detail=_detail(name, kind),
            stage=Stage.MUTATING if writes(scripts[name]) else None,
        )


def _runs_suites(commands: Commands) -> bool:
    """Whether workflows start a test runner themselves, past the scripts."""
    return any(commands.in_workflows(key) for key, kind in _TOOLS.items() if kind is Kind.TEST)


def _started(commands: Commands) -> frozenset[str]:
    """Scripts that workflows run by name; none where one of the names is known only at their run."""
    found = [[word for word in run.words[1:] if not word.startswith("-")] for run in commands.in_workflows("npm")]
    names = frozenset((words[1:] if words[0] in ("run", "run-script") else words)[0] for words in found if words and words != ["run"])
    return frozenset() if any(UNKNOWN in name for name in names) else names


def _detail(name: str, kind: Kind) -> str:
    """What the script's name adds to its kind: `unit` for `test:unit`, nothing for `test`, `format:check` or `type-check`."""
    if name in _BARE or kind in (Kind.TYPECHECK, Kind.FORMAT):
        return ""
    prefix = next((prefix for prefix in _PREFIX if name.startswith(prefix)), "")
    detail = name.removeprefix(prefix).replace(":", "-")
    return "" if detail in ("check", "ci", kind) else detail


def _direct(package: Package, commands: Commands, kinds: set[Kind]) -> Iterator[Proposal]:
    """What workflows run by itself, such as `npx eslint .`, where no script is of that kind."""
    for key, kind in _TOOLS.items():
        reached = commands.known is not None and key in commands.known
        run = next((run for run in commands.of(key) if reached and run.source.startswith(".github/")), None)
        plain = run is not None and all(word.replace("*", "").isprintable() and "$" not in word for word in run.words)
        if run is not None and plain and kind not in kinds and not package.place:
            words = " ".join(word if "*" not in word else f"'{word}'" for word in run.words)
            yield Proposal(kind=kind, tool=key, run=f"{_LOCAL[package.manager]} {words}", because=f"`{' '.join(run.words)}` in {run.source}")


def _compiler(repository: Repository, root: Package, package: Package, commands: Commands) -> Iterator[Proposal]:
    """`tsc --noEmit` where a build by tsc is all that checks the types. `tsc -b` can't do without output."""
    if join(package.place, "tsconfig.json") not in repository.names or (package is root and commands.in_workflows("tsc")):
        return
    started = _started(commands)
    for name in ("build", "compile", "build:types"):
        if (commands.known is not None and name not in started) or (package is not root and not spreads(root.scripts.get(name, ""))):
            continue
        for words in split(package.scripts.get(name, "")):
            if words == ("tsc",) or (words[0] == "tsc" and {"-p", "--project"} & set(words) and not {"-b", "-w", "--watch"} & set(words)):
                run = f"{_LOCAL[package.manager]} {' '.join(words)} --noEmit"
                because = f"the script {name} in {package.file}: {package.scripts[name]}"
                yield Proposal(kind=Kind.TYPECHECK, tool="tsc", run=run, because=because, place=package.place)
                return
