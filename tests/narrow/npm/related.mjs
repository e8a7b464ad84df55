// vitest's own graph: for every file that any test depends on, the tests that do. As JSON, paths from the folder that is given.
import { createRequire } from "node:module"
import path from "node:path"
import { pathToFileURL } from "node:url"

const root = process.argv[2]
process.chdir(root)
const here = createRequire(path.join(root, "package.json"))
const { createVitest } = await import(pathToFileURL(path.join(path.dirname(here.resolve("vitest/package.json")), "dist/node.js")))
const vitest = await createVitest("test", { watch: false, run: true })
const found = {}
for (const specification of await vitest.globTestSpecifications()) {
  const test = path.relative(root, specification.moduleId)
  for (const file of await vitest.specifications.getTestDependencies(specification)) {
    const name = path.relative(root, file)
    found[name] = [...(found[name] ?? []), test]
  }
}
await vitest.close()
console.log(JSON.stringify(found))
