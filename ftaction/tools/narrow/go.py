"""`go test ./...`: how the command is read, what a changed file's name means, and what a Go source does that imports don't show."""

import re
import shlex
from collections.abc import Sequence
from posixpath import basename, dirname, splitext

from ftaction.model.check import Command
from ftaction.model.narrow import Blind, Rule, Scan, Whole
from ftaction.tools import recognise
from ftaction.tools.narrow.asked import needs_shell
from ftaction.tools.narrow.names import is_workflow
from ftaction.tools.narrow.sets import named
from ftaction.tools.words import split

EVERYTHING = "./..."
EMBEDS = "embed "  # before a pattern, among the imports: the program holds these files
FORMAT = 1  # of what `scan` returns, for whoever remembers it
_LONGEST = 100_000  # characters, as for the other runners
_VALUED = named(
    "run skip bench benchtime blockprofile blockprofilerate count covermode coverpkg coverprofile cpu cpuprofile exec memprofile memprofilerate "
    "mutexprofile mutexprofilefraction outputdir p parallel shuffle timeout vet asmflags buildmode compiler gccgoflags gcflags installsuffix ldflags mod "
    "modfile overlay pkgdir tags toolexec"
)
_OWN = named("C c fuzz i list n o")
_LOCKS = named("go.mod go.sum go.work go.work.sum modules.txt")
_FOREIGN = named(".c .cc .cpp .cxx .h .hh .hpp .hxx .m .s .S .sx .syso .swig .swigcxx .f .F .for .f90 .a .so")
_ENVIRONMENT = re.compile(r"\.env(?:\..*|rc)?|\.tool-versions|\.mise\.toml|mise\.toml|\.go-version")
_NOT_BUILT = re.compile(r"(?:^|/)(?:testdata|[._][^/]*)/")
_LONGEST_TEXT = 300  # characters of a literal that is a path
_EMBED = re.compile(r"^[ \t]*//go:embed[ \t]+([^\n]*)", re.MULTILINE)
_STARTERS = named("os/exec plugin github.com/rogpeppe/go-internal/testscript gotest.tools/v3/icmd github.com/ory/dockertest/v3")
_STARTED = re.compile(r"\bsyscall\.(?:Exec|ForkExec|StartProcess)\b|\bos\.StartProcess\b")
_READERS = named("go/parser go/build go/importer")
_FILES = re.compile(r"^os$|/(?:template|[^/]*(?:fs|file|io|path|dir|glob|walk)[^/]*)$")  # packages whose functions of these names are about files
_LISTED = re.compile(r"\b(?:Walk|WalkDir|ReadDir|Readdir|Readdirnames|Glob|ParseDir|ParseGlob|DirFS)\(")
_SERVED = re.compile(r"\bhttp\.Dir\(")
_CONSTRAINED = re.compile(r'^//go:build\b|^// \+build\b|^import "C"$', re.MULTILINE)


def asked(run: Command) -> tuple[str, ...] | Whole | None:
    """The words of one `go test` of everything below its folder, or the rule by which it always runs whole; None for any other command."""
    commands = split(run)
    found = [one for words in commands if (one := recognise(words)) is not None and one[1][:2] == ("go", "test")]
    if not found:
        return None
    line = run if isinstance(run, str) else shlex.join(run)
    if len(commands) != 1 or (isinstance(run, str) and needs_shell(run)):
        return Whole(Rule.SEVERAL_COMMANDS, (line,))
    words = found[0][1]
    packages = _packages(words[2:])
    if packages != [EVERYTHING] or line.split().count(EVERYTHING) != 1:
        return Whole(Rule.OWN_SELECTION, tuple(word for word in packages if word != EVERYTHING) or ("no `./...`",))
    return words


def _packages(words: Sequence[str]) -> list[str]:
    """What is no flag, and flags that are no run of everything once."""
    found: list[str] = []
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        option, given, _ = word.lstrip("-").partition("=")
        if not word.startswith("-") or option.removeprefix("test.") in _OWN:
            found.append(word)
        elif option in ("args", ""):
            break
        elif option.removeprefix("test.") in _VALUED and not given and waiting:
            waiting.pop(0)
    return found


def say(run: Command, patterns: Sequence[str]) -> Command | None:
    """The command for these packages; None where no line can hold them."""
    if sum(len(one.encode()) + 3 for one in patterns) > _LONGEST or any(re.search(r"[\s@]|\.\.\.(?!$)", one) for one in patterns):
        return None
    if isinstance(run, tuple):
        at = run.index(EVERYTHING)
        return (*run[:at], *patterns, *run[at + 1 :])
    before, _, after = run.partition(EVERYTHING)
    return f"{before}{shlex.join(patterns)}{after}"


def rule_of(path: str) -> Rule | None:
    """The rule that any change of such a file fires."""
    name = basename(path)
    if is_workflow(path):
        return Rule.WORKFLOW
    if name in _LOCKS or "vendor" in dirname(path).split("/"):
        return Rule.LOCK
    if _ENVIRONMENT.fullmatch(name):
        return Rule.ENVIRONMENT
    if splitext(name)[1] in _FOREIGN:
        return Rule.FOREIGN
    return None


def is_source(path: str) -> bool:
    """Whether the go command compiles it with the package of its folder."""
    return path.endswith(".go") and not _NOT_BUILT.search(path) and not basename(path).startswith((".", "_"))


def may_be_left_out(path: str, text: str) -> bool:
    """Whether its name or its text says where it is compiled, which may not be here."""
    return "_" in basename(path).removesuffix(".go").removesuffix("_test") or bool(_CONSTRAINED.search(text))


def scan(text: str) -> Scan:
    """`texts`: every literal, `imports`: what is embedded. Blind is who starts programs, and who may read sources or documentation by no literal name."""
    pieces = {piece for line in text.split("\n") for piece in line.split('"')[1:-1]} | set(text.split("`")[1:-1])
    texts = {piece for piece in pieces if 0 < len(piece) <= _LONGEST_TEXT}
    signs = (
        (Blind.READS, texts & _READERS or any(one.startswith("golang.org/x/tools/") or one.endswith(".go") for one in texts)),
        (Blind.STARTS, texts & _STARTERS or _STARTED.search(text)),
        (Blind.LISTS, _SERVED.search(text) or (_LISTED.search(text) and any(_FILES.search(one) for one in texts))),
    )
    embeds = {EMBEDS + pattern.strip('"`').removeprefix("all:") for line in _EMBED.findall(text) for pattern in line.split()}
    return Scan(tuple(sorted(texts)), tuple(sorted(embeds)), tuple(blind for blind, sign in signs if sign))
