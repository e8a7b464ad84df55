"""Every key of `.firsttry.yml`. The reader, the JSON schema and the README's tables are made from this."""

from enum import StrEnum

from ftaction.model.asking import Api, Keep, Verdict
from ftaction.model.check import FULL_SUITE, FailFast, Mode, OnChange, Shell, Stage, Tests
from ftaction.plan.kinds import (
    ADDRESS,
    AMOUNT,
    AUTO_OR_COUNT,
    BOOLEAN,
    COMMAND,
    COUNT,
    DURATION,
    ENV,
    FOLDER,
    GLOB,
    ITEMS,
    NAME,
    OUTPUT,
    PERCENT,
    POSITIVE,
    PUBLIC_KEY,
    SIZE,
    SOURCE,
    TEXT,
    URL,
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

BUDGET = Table(
    "budget",
    (
        Key("calls", POSITIVE, "Calls.", "no limit"),
        Key("usd", AMOUNT, "US dollars, by the worker's `price` or by what it says itself.", "no limit"),
        Key("seconds", POSITIVE, "Seconds, from the check's start: what is asked by then is waited for no longer.", "`timeout`"),
    ),
)

CHECK = Table(
    "check",
    (
        Key("run", COMMAND, "The command: a shell line, which ends at the first failing command, or a list of arguments that no shell reads."),
        Key("ask", FOLDER, "In place of `run`: the file with what a model is asked. [How](asking.md)."),
        Key(
            "inputs", ListOf(GLOB), "Globs of the files its outcome depends on; `!` subtracts. `**` crosses folders, a folder means all below it.", "every file"
        ),
        Key("outputs", ListOf(OUTPUT), "Files and folders it makes, restored only when a check that needs them has to run.", "none"),
        Key("needs", NAMES, "Checks that must pass first; where one does not, this one is not started.", "none"),
        Key("stage", one_of(Stage), "Where it runs when it stands in no group.", "from its tool"),
        Key("phase", TEXT, "The phase, which says who is asked.", required=True, beside="ask"),
        Key("items", ITEMS, "What is asked about, one answer each: files by globs, or `change`, the hunks of the change set.", "one answer", beside="ask"),
        Key("batch", POSITIVE, "Items in one call, fewer where the worker's `window` holds no more.", "1", beside="ask"),
        Key("answers", FOLDER, "A JSON schema of one answer.", "text and findings", beside="ask"),
        Key("with", NAMES, "Checks whose answers are handed on; they come first.", "none", beside="ask"),
        Key("verdict", one_of(Verdict), "What findings that are errors mean: nothing for the run, or a failure.", "advisory", beside="ask"),
        Key("budget", BUDGET, "What asking may cost in one run; what no longer fits is left unasked.", "no limit", beside="ask"),
        Key("ttl", DURATION, "How long an answer counts.", "as long as it is kept", beside="ask"),
        Key("store", one_of(Keep), "What is kept: answers, secrets masked, or only that there was one.", "answers", beside="ask"),
        Key("on_change", one_of(OnChange), "For a mutating check: whether changed files make the run red.", "`fail` in a workflow, else `keep`", beside="run"),
        Key("tool", TEXT, "The tool whose knowledge applies; `none` switches it off.", "from the command", beside="run"),
        Key("weight", POSITIVE, "Worker slots it takes, handed on to tools that have an option for it.", "1", beside="run"),
        Key("locks", NAMES, "Never beside another check with one of the same locks.", "none"),
        Key("timeout", DURATION, "Ended after this time.", "`verification.timeout`"),
        Key("retries", COUNT, "Tried again this often when it fails; passing then is flagged and not remembered as a pass.", "0", beside="run"),
        Key("env", ListOf(ENV), "Environment variables it may see beyond the base environment; their values count in its fingerprint.", "none", beside="run"),
        Key("tests", one_of(Tests), "For a test suite: run the tests that a change can affect, or all of them.", "affected", beside="run"),
        Key(
            "findings",
            ListOf(SOURCE),
            "What its findings are read with: readers by name, GitHub's problem matchers, JUnit or SARIF files that it writes; an empty list reads none.",
            "from its tool",
            beside="run",
        ),
        Key("shell", one_of(Shell), "The shell that reads `run`.", "bash", beside="run"),
        Key(
            "package",
            TEXT,
            "The package it proves: its files and those of all packages that it depends on are inputs, beside `inputs`.",
            "none",
            beside="run",
        ),
        Key("working_directory", FOLDER, "The folder it runs in, from the root of the repository.", "the package's folder, else the root", beside="run"),
    ),
    one_of=("run", "ask"),
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
        Key("max_tokens", POSITIVE, "Tokens of one answer.", "1000"),
        Key("temperature", AMOUNT, "Handed on to an API.", "the model's own"),
    ),
)

WORKER = Table(
    "worker",
    (
        Key("run", COMMAND, "A command that reads the prompt on standard input; `{model}` stands for the phase's model. It runs in an empty folder."),
        Key("answer", TEXT, "How what it prints is read: `text`, or the format of an agent's command line.", "text", beside="run"),
        Key("api", one_of(Api), "In place of `run`: what is spoken. `echo` answers by itself, the same each time."),
        Key("url", URL, "Where, if not at the API's own address.", "the API's own", beside="api"),
        Key("max_parallel", POSITIVE, "Calls at the same time, of all checks together.", "4"),
        Key("per_minute", POSITIVE, "Calls that may begin in one minute.", "no limit"),
        Key("env", ListOf(ENV), "Variables that it alone may see; those with a secret's name must be set, else nothing is asked.", "none"),
        Key(
            "price",
            MapOf(
                Table(
                    "price",
                    (
                        Key("input", AMOUNT, "US dollars for a million tokens of a prompt.", required=True),
                        Key("output", AMOUNT, "US dollars for a million tokens of an answer.", required=True),
                    ),
                ),
                TEXT,
            ),
            "What models cost.",
            "what the worker says",
        ),
        Key("timeout", DURATION, "A call is ended after this time.", "2m"),
        Key("window", POSITIVE, "Tokens that its models take in one call.", "100000"),
    ),
    one_of=("run", "api"),
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
        Key("phases", MapOf(PHASE, TEXT), "Model tiers for checks that ask a model."),
        Key("workers", MapOf(WORKER, NAME), "How models are reached."),
    ),
)
