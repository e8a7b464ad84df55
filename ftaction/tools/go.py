"""The go command. Proxies and private hosts are left out of the names: they may hold passwords, and checks don't download."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.environment import GO, C
from ftaction.tools.options import has, plain

_WRITES = frozenset({"fmt", "generate", "fix"})


def _stage(words: Words) -> Stage:
    named = plain(words)
    if words[0] == "gotestsum" or named[:1] == ("test",):
        return Stage.SLOW
    if named[:1] == ("fix",) and has(words, "-diff", "--diff"):
        return Stage.FAST
    if named[:2] == ("mod", "tidy"):
        return Stage.FAST if has(words, "-diff", "--diff") else Stage.MUTATING
    return Stage.MUTATING if named and named[0] in _WRITES else Stage.FAST


def _share(words: Words, slots: int) -> Words:
    """`go test` takes flags after its packages too; `go vet` and `go build` don't, and keep to GOMAXPROCS."""
    if words[:2] != ("go", "test") or has(words, "-p", "--p", "-args", "--args") or "--" in words:
        return ()
    return (f"-p={slots}",)


TOOL = Tool(
    name="go",
    ecosystem="go",
    stage=_stage,
    config=("**/go.mod", "**/go.sum", "**/go.work", "**/go.work.sum"),
    home=(".config/go/env",),
    env=(*GO, *C),
    share=_share,
    parts=True,
)
