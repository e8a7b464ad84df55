// jest's own graph: for every file in the folder that is given, the tests that it finds related. As JSON, paths from there.
const path = require("node:path")
const { readConfig } = require("jest-config")
const { default: Runtime } = require("jest-runtime")
const { SearchSource } = require("@jest/core")

async function main(root) {
  process.chdir(root)
  const { projectConfig } = await readConfig({ _: [], $0: "jest" }, root)
  const context = await Runtime.createContext(projectConfig, { console, maxWorkers: 1, watchman: false })
  const source = new SearchSource(context)
  const found = {}
  for (const file of context.hasteFS.getAllFiles()) {
    const { tests } = await source.findRelatedTests(new Set([file]), false)
    found[path.relative(root, file)] = tests.map((test) => path.relative(root, test.path))
  }
  console.log(JSON.stringify(found))
}

main(process.argv[2])
