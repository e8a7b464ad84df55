"""What is known of the two runners: how their commands and settings are read, and how a part of the suite is asked of them.

Read from their own sources (jest 30.5, vitest 4.1) and measured; the tests run both.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from ftaction.model.tool import Words
from ftaction.tools.narrow.sets import named


class Runner(NamedTuple):
    """`selects`, `watches`: options after which the command no longer runs the whole suite once. `valued`: those that take a word.

    `verbs`: first words that still mean one run of everything. `ask` gives the words to append for a list of files.
    `several`, `limits`, `covers`, `checks`: what settings say of several projects, coverage thresholds, coverage, and checking types.
    `telling`: reporters beside which the runner says that it found no test; none where it always does.
    """

    name: str
    selects: frozenset[str]
    watches: frozenset[str]
    valued: frozenset[str]
    verbs: frozenset[str]
    tests: re.Pattern[str]
    several: re.Pattern[str]
    limits: re.Pattern[str]
    covers: re.Pattern[str]
    checks: re.Pattern[str]
    ask: Callable[[Words], Words]
    empty: re.Pattern[str]
    telling: frozenset[str] = frozenset()


JEST = Runner(
    name="jest",
    selects=named(
        "-o --onlyChanged --changedSince --changedFilesWithAncestor --lastCommit -f --onlyFailures -t --testNamePattern --testPathPattern "
        "--testPathPatterns --testPathIgnorePatterns --testMatch --testRegex --shard --filter --runTestsByPath --findRelatedTests --listTests --roots "
        "--rootDir --projects --selectProjects --ignoreProjects --showConfig --init --clearCache -u --updateSnapshot --haste --moduleNameMapper "
        "--version --help -h"
    ),
    watches=named("--watch --watchAll"),
    valued=named(
        "-c --config -w --maxWorkers --testTimeout --env --testEnvironment --testRunner --testSequencer --coverageDirectory --coverageProvider "
        "--cacheDirectory --outputFile --maxConcurrency --seed --workerIdleMemoryLimit --resolver --globalSetup --globalTeardown --preset "
        "--logHeapUsage --reporters"
    ),
    verbs=frozenset(),
    tests=re.compile(r"(?:.*/)?__tests__/.*\.[cm]?[jt]sx?|(?:.*[./])?(?:test|spec)\.[cm]?[jt]sx?|.*[.-](?:test|spec)\.[cm]?[jt]sx?"),
    several=re.compile(r"""["']?\bprojects["']?\s*:"""),
    limits=re.compile(r"""["']?coverageThresholds?["']?\s*:"""),
    covers=re.compile(r"""["']?collectCoverage["']?\s*:\s*(?!false)"""),
    checks=re.compile(r"\bts-jest\b|jest-runner-(?:tsd|tsc)|\btsd\b"),
    ask=lambda files: ("--findRelatedTests", *files),
    empty=re.compile(r"^No tests found, exiting with code [01]", re.MULTILINE),
)

VITEST = Runner(
    name="vitest",
    selects=named(
        "--changed -t --testNamePattern --shard --dir --root -r --project --workspace --standalone --merge-reports --mergeReports --exclude --ui --open "
        "--inspect --inspect-brk --inspectBrk -u --update --clearCache --clear-cache --listTags --tagsFilter --tags-filter --browser --version -v "
        "--help -h"
    ),
    watches=named("--watch -w"),
    valued=named(
        "-c --config --reporter --outputFile --pool --environment --maxWorkers --minWorkers --mode --testTimeout --hookTimeout --teardownTimeout "
        "--retry --bail --maxConcurrency --slowTestThreshold --coverage.provider --coverage.reporter --coverage.reportsDirectory --coverage.include "
        "--coverage.exclude --silent"
    ),
    verbs=frozenset({"run"}),
    tests=re.compile(r".*\.(?:test|spec)\.[cm]?[jt]sx?|.*\.(?:test|spec)-d\.[cm]?[jt]sx?"),
    several=re.compile(r"""["']?\b(?:projects|workspace)["']?\s*:|\bdefineWorkspace\b"""),
    limits=re.compile(r"""["']?\bthresholds["']?\s*:"""),
    covers=re.compile(r"""["']?\bcoverage["']?\s*:\s*\{[^{}]*["']?\benabled["']?\s*:\s*(?!false)""", re.DOTALL),
    checks=re.compile(r"\btypecheck\b"),
    ask=lambda files: files,
    empty=re.compile(r"^(?:\x1b\[\d+m)*No test files found, exiting with code [01]", re.MULTILINE),
    telling=named("default basic verbose dot tree minimal agent"),  # with any other alone it says nothing, and may pass
)

RUNNERS = {runner.name: runner for runner in (JEST, VITEST)}
