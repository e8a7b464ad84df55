"""npm, pnpm, yarn and bun: a script's name tells what it does. Names are listed one by one because others hold tokens."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.environment import NODE
from ftaction.tools.names import stage_of_name

_RUN = frozenset({"run", "run-script", "rum", "urn"})
_TEST = frozenset({"test", "tst", "t"})


def _stage(words: Words) -> Stage:
    """By the script's name and what is handed to it: `npm run lint -- --fix` writes."""
    named = [word for word in words[1:] if not word.startswith("-")]
    if "--fix" in words or "--write" in words:
        return Stage.MUTATING
    if named and named[0] in _TEST:
        return Stage.SLOW
    script = next((word for word in named if word not in _RUN), "")
    stage = stage_of_name(script)
    return Stage.FAST if stage is Stage.MUTATING and _has_check(words) else stage


def _has_check(words: Words) -> bool:
    """Whether something handed on to the script makes a formatter only look."""
    return any(word in ("--check", "-c", "--list-different", "-l") for word in words)


TOOL = Tool(
    name="npm",
    ecosystem="any",  # a script may start anything
    stage=_stage,
    config=(
        "**/package.json",
        "**/package-lock.json",
        "**/npm-shrinkwrap.json",
        "**/pnpm-lock.yaml",
        "**/pnpm-workspace.yaml",
        "**/yarn.lock",
        "**/bun.lock",
        "**/bun.lockb",
        "**/.npmrc",
        "**/.yarnrc",
        "**/.yarnrc.yml",
        "**/bunfig.toml",
    ),
    parts=True,  # a script may start a runner
    env=("npm_config_script_shell", "npm_config_ignore_scripts", "COREPACK_ENABLE_STRICT", *NODE),
)
