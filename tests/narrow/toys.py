"""One toy for each runner with everything that a graph of imports does not show, each thing with a test that depends on it."""

import json

_CLI = 'process.stdout.write(require("../lib/answer.js"))\n'

JEST = {
    "package.json": json.dumps({"name": "toy", "version": "1.0.0"}),
    "package-lock.json": '{"lockfileVersion": 3}\n',
    "jest.config.js": 'module.exports = {setupFiles: ["<rootDir>/around/first.js"], globals: {told: 1}, moduleNameMapper: {"^~/(.*)$": "<rootDir>/src/$1"}}\n',
    ".env": "TOLD=1\n",
    "around/first.js": 'require("./deep.js")\n',
    "around/deep.js": "globalThis.deep = 1\n",
    "bin/cli.cjs": _CLI,
    "lib/answer.js": 'module.exports = "42"\n',
    "plugins/one.js": "module.exports = 1\n",
    "src/a.js": "exports.a = 1\n",
    "src/between.js": 'exports.a = require("./a").a\n',
    "src/barrel/index.js": 'module.exports = require("../between")\n',
    "src/data.json": '{"b": 2}\n',
    "src/load.js": 'exports.load = (name) => require("../plugins/" + name + ".js")\n',
    "src/mocked.js": "exports.real = 1\n",
    "src/__mocks__/mocked.js": "exports.real = 9\n",
    "src/mapped.js": "exports.mapped = 1\n",
    "src/worker.js": 'require("worker_threads").parentPort.postMessage(require("../lib/answer.js"))\n',
    "src/shadowed.ts": "exports.x = 1\n",
    "fixtures/page.html": "<p>\n",
    "fixtures/list/a.txt": "a\n",
    "test/other.test.js": 'test("other", () => {})\n',
    "test/module.test.js": 'const { a } = require("../src/barrel")\ntest("module", () => expect(a).toBe(1))\n',
    "test/json.test.js": 'const data = require("../src/data.json")\ntest("json", () => expect(data.b).toBe(2))\n',
    "test/mock.test.js": 'jest.mock("../src/mocked")\nconst { real } = require("../src/mocked")\ntest("mock", () => expect(real).toBe(9))\n',
    "test/package.test.js": 'jest.mock("os")\nconst os = require("os")\ntest("package", () => expect(os.arch()).toBe("mocked"))\n',
    "__mocks__/os.js": 'exports.arch = () => "mocked"\n',
    "test/mapped.test.js": 'const { mapped } = require("~/mapped")\ntest("mapped", () => expect(mapped).toBe(1))\n',
    "test/fs.test.js": 'const { readFileSync } = require("fs")\ntest("fs", () => expect(readFileSync("fixtures/page.html", "utf8")).toBe("<p>\\n"))\n',
    "test/folder.test.js": 'const { readdirSync } = require("fs")\ntest("folder", () => expect(readdirSync("fixtures/list")).toEqual(["a.txt"]))\n',
    "test/source.test.js": 'const { readFileSync } = require("fs")\ntest("source", () => expect(readFileSync("src/a.js", "utf8")).not.toMatch("TODO"))\n',
    "test/environment.test.js": ('const { readFileSync } = require("fs")\ntest("environment", () => expect(readFileSync(".env", "utf8")).toBe("TOLD=1\\n"))\n'),
    "test/lock.test.js": 'const { readFileSync } = require("fs")\ntest("lock", () => expect(readFileSync("package-lock.json", "utf8")).toMatch("3"))\n',
    "test/dynamic.test.js": 'const { load } = require("../src/load")\ntest("dynamic", () => expect(load("one")).toBe(1))\n',
    "test/cli.test.js": (
        'const { execFileSync } = require("child_process")\ntest("cli", () => expect(execFileSync("node", ["bin/cli.cjs"]).toString()).toBe("42"))\n'
    ),
    "test/worker.test.js": (
        'const { Worker } = require("worker_threads")\ntest("worker", async () => {\n'
        '  const said = await new Promise((done) => new Worker("./src/worker.js").once("message", done))\n  expect(said).toBe("42")\n})\n'
    ),
    "test/setup.test.js": 'test("setup", () => expect(globalThis.deep).toBe(1))\n',
    "test/config.test.js": 'test("config", () => expect(told).toBe(1))\n',
    "test/version.test.js": 'const { version } = require("../package.json")\ntest("version", () => expect(version).toBe("1.0.0"))\n',
    "test/shadowed.test.js": 'test("shadowed", () => expect(require("../src/shadowed").x).toBe(1))\n',
    "test/optional.test.js": ('let found = 0\ntry {\n  found = require("../src/perhaps")\n} catch {}\ntest("optional", () => expect(found).toBe(0))\n'),
    "test/snapshot.test.js": 'test("snapshot", () => expect(1).toMatchSnapshot())\n',
    "test/__snapshots__/snapshot.test.js.snap": "// Jest Snapshot v1, https://jestjs.io/docs/snapshot-testing\n\nexports[`snapshot 1`] = `1`;\n",
}


def _module(text: str) -> str:
    return 'import { expect, test, vi } from "vitest"\n' + text


VITEST = {
    "package.json": json.dumps({"name": "toy", "version": "1.0.0", "type": "module", "devDependencies": {"vitest": "4"}}),
    "package-lock.json": '{"lockfileVersion": 3}\n',
    "vitest.config.js": (
        'export default {\n  define: {told: "1"},\n  resolve: {alias: {"~": new URL("./src", import.meta.url).pathname}},\n'
        '  test: {setupFiles: ["./around/first.js"]},\n}\n'
    ),
    ".env": "VITE_TOLD=1\n",
    "around/first.js": 'import "./deep.js"\n',
    "around/deep.js": "globalThis.deep = 1\n",
    "bin/cli.cjs": _CLI.replace(".js", ".cjs"),
    "lib/answer.cjs": 'module.exports = "42"\n',
    "plugins/one.js": "export default 1\n",
    "src/a.js": "export const a = 1\n",
    "src/between.js": 'export * from "./a"\n',
    "src/barrel/index.js": 'export * from "../between"\n',
    "src/data.json": '{"b": 2}\n',
    "src/load.js": "export const load = (path) => import(/* @vite-ignore */ path)\n",
    "src/mocked.js": "export const real = 1\n",
    "src/__mocks__/mocked.js": "export const real = 9\n",
    "src/mapped.js": "export const mapped = 1\n",
    "src/actual.js": "export const actual = 1\n",
    "src/worker.cjs": 'require("worker_threads").parentPort.postMessage(require("../lib/answer.cjs"))\n',
    "src/shadowed.ts": "export const x = 1\n",
    "src/raw.html": "<b>\n",
    "fixtures/page.html": "<p>\n",
    "fixtures/list/a.txt": "a\n",
    "test/other.test.js": _module('test("other", () => {})\n'),
    "test/module.test.js": _module('import { a } from "../src/barrel"\ntest("module", () => expect(a).toBe(1))\n'),
    "test/json.test.js": _module('import data from "../src/data.json"\ntest("json", () => expect(data.b).toBe(2))\n'),
    "test/mock.test.js": _module('import { real } from "../src/mocked"\nvi.mock("../src/mocked")\ntest("mock", () => expect(real).toBe(9))\n'),
    "test/actual.test.js": _module(
        'vi.mock("../src/other", async () => await vi.importActual("../src/actual"))\nimport { actual } from "../src/other"\n'
        'test("actual", () => expect(actual).toBe(1))\n'
    ),
    "src/other.js": "export const actual = 0\n",
    "test/package.test.js": _module('import tiny from "tinyrainbow"\nvi.mock("tinyrainbow")\ntest("package", () => expect(tiny).toBe("mocked"))\n'),
    "__mocks__/tinyrainbow.js": 'export default "mocked"\n',
    "test/mapped.test.js": _module('import { mapped } from "~/mapped"\ntest("mapped", () => expect(mapped).toBe(1))\n'),
    "test/raw.test.js": _module('import raw from "../src/raw.html?raw"\ntest("raw", () => expect(raw).toBe("<b>\\n"))\n'),
    "test/fs.test.js": _module('import { readFileSync } from "node:fs"\ntest("fs", () => expect(readFileSync("fixtures/page.html", "utf8")).toBe("<p>\\n"))\n'),
    "test/folder.test.js": _module('import { readdirSync } from "node:fs"\ntest("folder", () => expect(readdirSync("fixtures/list")).toEqual(["a.txt"]))\n'),
    "test/glob.test.js": _module('const found = import.meta.glob("../plugins/*.js")\ntest("glob", () => expect(Object.keys(found)).toHaveLength(1))\n'),
    "test/source.test.js": _module(
        'import { readFileSync } from "node:fs"\ntest("source", () => expect(readFileSync("src/a.js", "utf8")).not.toMatch("TODO"))\n'
    ),
    "test/environment.test.js": _module('test("environment", () => expect(import.meta.env.VITE_TOLD).toBe("1"))\n'),
    "test/lock.test.js": _module(
        'import { readFileSync } from "node:fs"\ntest("lock", () => expect(readFileSync("package-lock.json", "utf8")).toMatch("3"))\n'
    ),
    "test/dynamic.test.js": _module(
        'import { load } from "../src/load"\ntest("dynamic", async () => expect((await load(["..", "plugins", "one.js"].join("/"))).default).toBe(1))\n'
    ),
    "test/cli.test.js": _module(
        'import { execFileSync } from "node:child_process"\ntest("cli", () => expect(execFileSync("node", ["bin/cli.cjs"]).toString()).toBe("42"))\n'
    ),
    "test/worker.test.js": _module(
        'import { Worker } from "node:worker_threads"\ntest("worker", async () => {\n'
        '  const said = await new Promise((done) => new Worker("./src/worker.cjs").once("message", done))\n  expect(said).toBe("42")\n})\n'
    ),
    "test/setup.test.js": _module('test("setup", () => expect(globalThis.deep).toBe(1))\n'),
    "test/config.test.js": _module('test("config", () => expect(told).toBe(1))\n'),
    "test/version.test.js": _module('import { version } from "../package.json"\ntest("version", () => expect(version).toBe("1.0.0"))\n'),
    "test/shadowed.test.js": _module('import { x } from "../src/shadowed"\ntest("shadowed", () => expect(x).toBe(1))\n'),
    "test/optional.test.js": _module(
        'const path = "../src/perhaps.js"\nconst found = await import(/* @vite-ignore */ path).catch(() => 0)\ntest("optional", () => expect(found).toBe(0))\n'
    ),
    "test/snapshot.test.js": _module('test("snapshot", () => expect(1).toMatchSnapshot())\n'),
    "test/__snapshots__/snapshot.test.js.snap": "// Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html\n\nexports[`snapshot 1`] = `1`;\n",
}

TOYS = {"jest": JEST, "vitest": VITEST}
