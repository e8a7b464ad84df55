"""Every key of `.firsttry.yml`. The reader, the JSON schema and the README's tables are made from this."""

from enum import StrEnum

from ftaction.model.check import FULL_SUITE, FailFast, Mode, OnChange, Shell, Stage, Tests
from ftaction.plan.kinds import (
    ADDRESS,
    AUTO_OR_COUNT,
    BOOLEAN,
    COMMAND,
    COUNT,
    DURATION,
    ENV,
    FOLDER,
    GLOB,
    NAME,
    OUTPUT,
    PERCENT,
    POSITIVE,
    PUBLIC_KEY,
    SIZE,
    SOURCE,
    TEXT,
    BadValueError,
    Key,
    ListOf,
    MapOf,
    Scalar,
    Table,
    one_of,
)


class Trust(StrEnum):
    """Which origins may turn a required check green."""

    AUTO = "auto"
    BASE_ONLY = "base-only"
    SAME_PR = "same-pr"
    ANY = "any"


def _version(value: object) -> int:
    if value == 1 and not isinstance(value, bool):
        return 1
    raise BadValueError("this program reads version 1")


NAMES = ListOf(TEXT)

CHECK = Table(
    "check",
    (
        Key("run", COMMAND, "The command: a shell line, which ends at the first failing command, or a list of arguments that no shell reads.", required=True),
        Key(
            "inputs", ListOf(GLOB), "Globs of the files its outcome depends on; `!` subtracts. `**` crosses folders, a folder means all below it.", "every file"
        ),
        Key("outputs", ListOf(OUTPUT), "Files and folders it makes, restored only when a check that needs them has to run.", "none"),
        Key("needs", NAMES, "Checks that must pass first; where one does not, this one is not started.", "none"),
        Key("stage", one_of(Stage), "Where it runs when it stands in no group.", "from its tool"),
        Key("on_change", one_of(OnChange), "For a mutating check: whether changed files make the run red.", "`fail` in a workflow, else `keep`"),
        Key("tool", TEXT, "The tool whose knowledge applies; `none` switches it off.", "from the command"),
        Key("weight", POSITIVE, "Worker slots it takes, handed on to tools that have an option for it.", "1"),
        Key("locks", NAMES, "Never beside another check with one of the same locks.", "none"),
        Key("timeout", DURATION, "Ended after this time.", "`verification.timeout`"),
        Key("retries", COUNT, "Tried again this often when it fails; passing then is flagged and not remembered as a pass.", "0"),
        Key("env", ListOf(ENV), "Environment variables it may see beyond the base environment; their values count in its fingerprint.", "none"),
        Key("tests", one_of(Tests), "For a test suite: run the tests that a change can affect, or all of them.", "affected"),
        Key(
            "findings",
            ListOf(SOURCE),
            "What its findings are read with: readers by name, GitHub's problem matchers, JUnit or SARIF files that it writes; an empty list reads none.",
            "from its tool",
        ),
        Key("shell", one_of(Shell), "The shell that reads `run`.", "bash"),
        Key("package", TEXT, "The package it proves: its files, and those of all packages that it depends on, are inputs, beside `inputs`.", "none"),
        Key("working_directory", FOLDER, "The folder it runs in, from the root of the repository.", "the package's folder, else the root"),
    ),
)

VERIFICATION = Table(
    "verification",
    (
        Key("parallel", BOOLEAN, "Run checks side by side; without it, one at a time in the same order.", "false"),
        Key("max_workers", AUTO_OR_COUNT, "Worker slots; `auto` is the CPUs this process may use, cgroup limits included.", "auto"),
        Key("batch_size", POSITIVE, "How many commands one shell may run, one after the other; 1 switches batching off.", "8"),
        Key("timeout", DURATION, "For each check, unless it says otherwise.", "15m"),
        Key("fail_fast", one_of(FailFast), "What a failure stops: nothing, later groups, or running checks too.", "group"),
        Key(
            "sequential_fallback",
            BOOLEAN,
            "Try a check that failed beside others once more alone; passing then is flagged and not remembered as a pass.",
            "true",
        ),
        Key("parallel_groups", ListOf(NAMES), "Checks that may run at the same time; groups run in their order.", "none"),
        Key(
            "full_suite",
            NAMES,
            "Where nothing is left out because of what was touched: events, globs of branches, and `default-branch`.",
            f"`[{', '.join(FULL_SUITE)}]`",
        ),
        Key(
            "mode",
            one_of(Mode),
            "`observe` runs everything and reports which checks would have been skipped and tests left out, and whether that would have been right.",
            "prove",
        ),
        Key(
            "audit",
            PERCENT,
            "Of the checks that would be skipped and the tests that would be left out, the share that runs all the same to see whether that is right.",
            "0%",
        ),
    ),
)

PHASE = Table(
    "phase",
    (
        Key("worker", TEXT, "The worker that is asked.", required=True),
        Key("model", TEXT, "The model it asks.", required=True),
        Key("fallback", TEXT, "The model used when a budget or rate limit is near.", "none"),
    ),
)

CACHE = Table(
    "cache",
    (
        Key("budget", SIZE, "What memory may take; the least recently used goes first.", "500MB"),
        Key("trust", one_of(Trust), "Which origins may turn a required check green.", "auto"),
        Key("shared", ADDRESS, "A store that repositories share: an HTTP server with PUT, or a bucket of S3 or what speaks its protocol.", "none"),
        Key("keys", ListOf(PUBLIC_KEY), "Whose signatures count in the shared store: public keys, as `ftaction cache keygen` prints them.", "none"),
    ),
)

PACKAGE = Table(
    "package",
    (
        Key("folder", FOLDER, "Its folder, from the root of the repository.", "where it was found"),
        Key("needs", NAMES, "Packages that it depends on, beside those that its manifest names.", "none"),
    ),
)

CONFIG = Table(
    "configuration",
    (
        Key("version", Scalar("1", {"const": 1}, _version), "The version of this format.", required=True),
        Key("verification", VERIFICATION, "How checks run beside each other."),
        Key("profiles", MapOf(ListOf(TEXT, least=1), TEXT), "Named selections of checks."),
        Key("checks", MapOf(CHECK, NAME, least=1), "The checks.", required=True),
        Key("packages", MapOf(PACKAGE, NAME), "What no manifest shows of the repository's packages."),
        Key("cache", CACHE, "What memory may cost, whom it may believe, and where it is shared."),
        Key("phases", MapOf(PHASE, TEXT), "Model tiers for checks that ask a model worker."),
    ),
)
