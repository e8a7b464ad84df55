"""What one text says: literals that could be paths, what is imported, and what no graph of imports would show."""

import pytest

from ftaction.model.narrow import Blind, Scan
from ftaction.tools.narrow import scan

IMPORTS = [
    ('import a from "./a"', "./a"),
    ("import './a.css'", "./a.css"),
    ('export * from "./a"', "./a"),
    ('import type { A } from "./a"', "./a"),
    ('import {\n  a,\n  b,\n} from "./a"', "./a"),
    ('const a = require("./a")', "./a"),
    ("const a = await import(`./a`)", "./a"),
    ('import(/* webpackChunkName: "x" */ "./a")', "./a"),
    ('require.resolve("./a")', "./a"),
    ('jest.mock("./a", () => 1)', "./a"),
    ('await vi.importActual("./a")', "./a"),
    ('vi.mock(import("./a"))', "./a"),
    ('/* it\'s */ import a from "./a"', "./a"),
    ("type A = typeof import('./a')", "./a"),
]


@pytest.mark.parametrize(("text", "path"), IMPORTS, ids=[row[0] for row in IMPORTS])
def test_imports(text: str, path: str) -> None:
    found = scan(text)
    assert path in found.imports
    assert path in found.texts
    assert found.blind == ()


BLIND = [
    ('import { readFile } from "node:fs/promises"', Blind.READS),
    ('const glob = require("fast-glob")', Blind.READS),
    ('require("child_process")', Blind.STARTS),
    ('import { Worker } from "worker_threads"', Blind.STARTS),
    ("new Worker(url)", Blind.STARTS),
    ("import(name)", Blind.LOADS),
    ("import(`./plugins/${name}.js`)", Blind.LOADS),
    ('require("./plugins/" + name)', Blind.LOADS),
    ("require(path.join(root, name))", Blind.LOADS),
    ("require.resolve(name)", Blind.LOADS),
    ('import.meta.glob("./plugins/*.js")', Blind.LOADS),
    ('require.context("./plugins")', Blind.LOADS),
    ('import { createRequire } from "module"', Blind.LOADS),
    ("vi.doMock(name)", Blind.LOADS),
    ("jest.requireActual(name)", Blind.LOADS),
    ('import pages from "virtual:pages"', Blind.LOADS),
    ("new URL(name, import.meta.url)", Blind.LOADS),
    ('load("src/**/*.entity.ts")', Blind.LISTS),
    ('path.join(__dirname, "x")', Blind.PLACES),
    ("process.cwd()", Blind.PLACES),
    ("x" * 1_000_001, Blind.LOADS),
]


@pytest.mark.parametrize(("text", "blind"), BLIND, ids=[row[0][:40] for row in BLIND])
def test_what_imports_do_not_show(text: str, blind: Blind) -> None:
    assert blind in scan(text).blind


SEEING = [
    "const a = 1",
    'new URL("./a.js", import.meta.url)',
    'expect(vi.isMockFunction(f)).toBe(true); jest.resetAllMocks(); vi.stubEnv("A", "b")',
    'fetch("https://example.org/**/*.js")',
    "object.require",
    '// require the "a" option',
    'import("./a", { with: { type: "json" } })',
]


@pytest.mark.parametrize("text", SEEING)
def test_what_imports_do_show(text: str) -> None:
    assert scan(text).blind == ()


TESTS = [
    ('test("a", () => {})', True),
    ("describe.each([1])('a', () => {})", True),
    ("it.skip('a')", True),
    ("if (import.meta.vitest) {}", True),
    ("/a/.test(text)", False),
    ("const test = 1", False),
    ("submit(a)", False),
]


@pytest.mark.parametrize(("text", "expected"), TESTS, ids=[row[0] for row in TESTS])
def test_whether_it_holds_tests(text: str, expected: bool) -> None:
    assert scan(text).tests is expected


def test_nothing_in_it() -> None:
    assert scan("") == Scan()


HOSTILE = [
    *(
        "'",
        '"a/',
        "import(",
        "`${",
        "/*",
        "import(/*",
        "import(`",
        'require("',
        "new URL(x",
        "import ",
        "from ",
        "test.a",
        "new ",
        "jest.mock ",
        "import(/* */",
        "a ",
    ),
    *(f"{word}{' ' * 100_000}" for word in ("import(", "import", "test", "vi.mock(", 'require("a"', "new ")),
]


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:12] for text in HOSTILE])
def test_a_hostile_text_takes_no_time(text: str) -> None:
    """Where an expression would try everything this ends never."""
    scan(text * (300_000 // len(text)))
