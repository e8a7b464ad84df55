// The real @actions/cache: node cache.mjs save|restore KEY '["path"]' ['["restore-key"]']. The last line is what it returned, as JSON.
import * as cache from '@actions/cache'

const [what, key, paths, restoreKeys = '[]'] = process.argv.slice(2)
const result =
  what === 'save'
    ? await cache.saveCache(JSON.parse(paths), key)
    : ((await cache.restoreCache(JSON.parse(paths), key, JSON.parse(restoreKeys))) ?? null)
console.log(`\n${JSON.stringify(result)}`)
