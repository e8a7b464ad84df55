"""What the command line and the action's inputs may say."""

import argparse
from collections.abc import Mapping
from typing import NoReturn

from ftaction import __version__
from ftaction.errors import Stop
from ftaction.model.check import FailFast, Mode, OnChange
from ftaction.model.run import Request


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _Parser(prog="ftaction", description="Prove a pull request with the least work.", epilog=_EXAMPLES, formatter_class=_Help)
    top.add_argument("--version", action="version", version=f"ftaction {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text, example in _COMMANDS:
        one = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".", epilog=example, formatter_class=_Help)
        _arguments(name, one)
    commands.add_parser("action", help="run as the GitHub action: arguments come from its inputs", formatter_class=_Help)
    commands.add_parser("post", help="the action's post step", formatter_class=_Help)
    return top


def from_inputs(variables: Mapping[str, str]) -> list[str]:
    """The action's inputs as arguments of `run`, or of `changed` where nothing else is asked for."""
    from ftaction.edge.runner import read_input

    changed = _one_of(variables, "changed", ("false", "true", "only"))
    if changed == "only":
        return ["changed", "--outputs"]
    named = ("profile", "config", "jobs", "store", "cache-url", "fail-fast", "on-change", "mode")
    arguments = ["run", *(f"--{name}={value}" for name in named if (value := read_input(variables, name)))]
    arguments += ["--no-cache"] if not _yes(variables, "cache", "true") else []
    arguments += ["--all"] if _yes(variables, "all", "false") else []
    arguments += ["--changed"] if changed == "true" else []
    arguments += [f"--status-checks={told}"] if (told := read_input(variables, "status-checks")).lower() not in ("", "auto") else []
    arguments += ["--comment"] if _yes(variables, "comment", "false") else []
    arguments += [f"--trust={name}" for name in _names(read_input(variables, "trust"))]
    return [*arguments, "--", *_names(read_input(variables, "checks"))]


def _names(text: str) -> list[str]:
    return text.replace(",", " ").split()


_KINDS = ("added", "modified", "deleted")


def asked(options: argparse.Namespace, in_workflow: bool) -> Request:
    """What the arguments of `run` and `plan` ask of a run."""
    on_change, fail_fast, mode = (getattr(options, name, None) for name in ("on_change", "fail_fast", "mode"))
    return Request(
        checks=tuple(options.checks),
        profile=options.profile,
        jobs=options.jobs,
        use_memory=not getattr(options, "no_cache", False),
        run_all=options.all,
        replay_failures=getattr(options, "replay_failures", False) and not in_workflow,
        fail_fast=FailFast(fail_fast) if fail_fast else None,
        on_change=OnChange(on_change) if on_change else OnChange.FAIL if in_workflow else OnChange.KEEP,
        mode=Mode(mode) if mode else None,
        trust=tuple(getattr(options, "trust", ())),
    )


_JSON = "print JSON for programs"
_EVENTS = "print a line of JSON for each thing that happens, the report last; words for people go to standard error"
_CACHE_HELP = "sizes, names, down to the budget, read all of it, empty it, or print a new pair of keys for a store that repositories share"


def _arguments(name: str, one: argparse.ArgumentParser) -> None:
    if name in ("run", "plan"):
        one.add_argument("checks", nargs="*", metavar="CHECK", help="only these, and what they need")
        one.add_argument("--profile", help="the checks of this profile")
        one.add_argument("--all", action="store_true", help="run every chosen check, also what is proved")
        one.add_argument("--mode", choices=["prove", "observe"], help="skip what is proved, or run everything and report what would be skipped")
        one.add_argument("--jobs", type=_slots, metavar="N", help="worker slots: a number, or `auto` for the CPUs this process may use")
        one.add_argument("--json", action="store_true", help=_EVENTS if name == "run" else _JSON)
    if name == "run":
        _arguments_of_run(one)
    if name == "trust":
        one.add_argument("checks", nargs="+", metavar="CHECK", help="the checks")
    if name == "changed":
        _of_changed(one)
    if name == "explain":
        one.add_argument("checks", nargs="?", metavar="CHECK", help="the check; without one, the last run as a whole")
        one.add_argument("--all", action="store_true", help="every difference and every file, not only the first ones")
    if name == "affected":
        one.add_argument("--base", metavar="REF", default="", help="compare with this branch or commit")
        one.add_argument("--json", action="store_true", help=_JSON)
    if name == "cache":
        one.add_argument("action", choices=["stats", "ls", "prune", "verify", "clear", "keygen"], help=_CACHE_HELP)
        one.add_argument("--github", action="store_true", help="what workflows saved, over GitHub's API with GITHUB_TOKEN or GH_TOKEN")
        one.add_argument("--json", action="store_true", help=_JSON)
    if name != "schema":
        one.add_argument("--config", metavar="FILE", help="the configuration, from the repository's root")
        one.add_argument("--store", metavar="DIR", help="where this machine remembers")


def _arguments_of_run(one: argparse.ArgumentParser) -> None:
    one.add_argument("-q", "--quiet", action="store_true", help="nothing but failures and the verdict")
    one.add_argument("--no-cache", action="store_true", help="neither read nor write memory")
    one.add_argument("--cache-url", metavar="URL", default="", help="a cache service of your own, in a workflow whose runner names none")
    one.add_argument("--replay-failures", action="store_true", help="replay remembered failures too (never in a workflow)")
    one.add_argument("--report", metavar="FILE", help="also write report.json here")
    one.add_argument("--page", metavar="FILE", help="write the run as one HTML page here")
    one.add_argument("--trace", metavar="FILE", help="write the run as a trace here, which https://ui.perfetto.dev opens")
    one.add_argument("--fail-fast", choices=["never", "group", "all"], help="what a failure stops")
    one.add_argument("--on-change", choices=["fail", "keep"], help="what files changed by a mutating check mean")
    one.add_argument("--trust", metavar="CHECK", action="append", default=[], help="first believe again what is remembered of it; may stand several times")
    one.add_argument("--changed", action="store_true", help="find out what was touched, also where nothing has to run")
    one.add_argument("--status-checks", metavar="NAME", default="auto", help="what GitHub is told each check as, `auto` for FirstTry, or `false`")
    one.add_argument("--comment", action="store_true", help="tell the pull request in a comment, which later runs change")


def _of_changed(one: argparse.ArgumentParser) -> None:
    one.add_argument("globs", nargs="*", metavar="GLOB", help="only these, as in `inputs`: positive ones add up, then `!` subtracts")
    one.add_argument("--base", metavar="REF", default="", help="from where HEAD left this branch or commit, instead of what the event says")
    one.add_argument("--only", metavar="KINDS", type=_kinds, default=_KINDS, help="`added`, `modified`, `deleted`, or several with commas")
    one.add_argument("--json", action="store_true", help=_JSON)
    one.add_argument("-0", "--null", action="store_true", help="print names alone, byte for byte, each ended by NUL")
    one.add_argument("--exit-code", action="store_true", help="end with 1 where something changed, or it can't be told")
    one.add_argument("--outputs", action="store_true", help="also set the action's outputs, in a workflow")


def _slots(text: str) -> int | None:
    if text == "auto":
        return None
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a whole number from 1 nor `auto`")
    return number


def _yes(variables: Mapping[str, str], name: str, default: str) -> bool:
    return _one_of(variables, name, (default, "true", "false")) == "true"


def _one_of(variables: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    """The first is the default."""
    from ftaction.edge.runner import read_input

    text = read_input(variables, name).lower() or words[0]
    if text not in words:
        raise Stop(f"the input `{name}` is {text!r}", f"It is {' or '.join(f'`{word}`' for word in sorted(set(words), reverse=True))}.")
    return text


def _kinds(text: str) -> tuple[str, ...]:
    kinds = tuple(part.strip() for part in text.split(","))
    if unknown := [kind for kind in kinds if kind not in _KINDS]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(_KINDS)}")
    return kinds


class _Parser(argparse.ArgumentParser):
    """Wrong arguments are errors like any other, so that a workflow sees them as an annotation."""

    def error(self, message: str) -> NoReturn:
        raise Stop(message, f"See `{self.prog} --help`.")


class _Help(argparse.RawDescriptionHelpFormatter):
    """Examples keep their lines. The width is fixed: asking for the terminal's imports three compressors."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=100)


_EXAMPLES = """examples:
  ftaction run                 prove everything, run only what is unproven
  ftaction plan                show what would run, and why
  ftaction explain lint        why lint would run, or who proved it, and what happened to it in the last run
"""

_COMMANDS = (
    ("run", "prove the checks", "examples:\n  ftaction run\n  ftaction run lint test:unit --jobs 4\n  ftaction run --profile quick --json"),
    ("plan", "show what would run, and why, without running anything", "examples:\n  ftaction plan\n  ftaction plan --json"),
    (
        "explain",
        "say why a check would run, who proved it, what would make it run, and what it waited for",
        "examples:\n  ftaction explain typecheck\n  ftaction explain",
    ),
    ("affected", "say which packages and checks the change set reaches, and how", "examples:\n  ftaction affected\n  ftaction affected --base v1.2 --json"),
    ("trust", "believe again what is remembered of a check, after a skip of it was found wrong", "example:\n  ftaction trust test:unit"),
    ("init", "write the configuration that was found; never overwrites", "example:\n  ftaction init"),
    ("schema", "print the JSON schema of the configuration", "example:\n  ftaction schema > firsttry.schema.json"),
    ("changed", "list what was touched since the base, uncommitted files too", "examples:\n  ftaction changed\n  ftaction changed 'src/**' '!**/*.md'"),
    ("cache", "look after this machine's memory", "examples:\n  ftaction cache stats\n  ftaction cache prune"),
)
