// @actions/cache in a process that goes on: each line of its input is a job in JSON, each line of its output what came of it.
// A job is { what: save|restore, token, folder, temporary, key, output }; an answer { returned: the key to restore, parts: seconds by name }.
// Where the address of the service is a name of Azure's, that name leads to this machine.
import dns from 'node:dns'
import { createInterface } from 'node:readline'
import * as cache from '@actions/cache'

const elsewhere = dns.lookup
dns.lookup = (name, ...more) => elsewhere(name.endsWith('.blob.core.windows.net') ? '127.0.0.1' : name, ...more)

// What it says tells where one part ends and the next begins: the start of a line, and the name of the part that it ends.
const ends = {
  save: [['::debug::File Size:', 'pack'], ['::debug::Attempting to upload', 'look-up']],
  restore: [['Cache hit for', 'look-up'], ['Cache Size:', 'transfer']],
}
const last = { save: 'transfer', restore: 'unpack' }
const write = process.stdout.write.bind(process.stdout)

async function move({ what, token, folder, temporary, key, output }) {
  Object.assign(process.env, { ACTIONS_RUNTIME_TOKEN: token, GITHUB_WORKSPACE: folder, RUNNER_TEMP: temporary })
  process.chdir(folder)
  const parts = {}
  let begun = performance.now()
  const end = part => {
    const now = performance.now()
    parts[part] = (now - begun) / 1000
    begun = now
  }
  process.stdout.write = said => {
    for (const [start, part] of ends[what]) if (String(said).startsWith(start)) end(part)
    return true
  }
  const saved = what === 'save' && (await cache.saveCache([output], key)) !== -1
  const returned = what === 'save' ? saved && key : await cache.restoreCache([output], key)
  end(last[what])
  process.stdout.write = write
  return { returned: returned || '', parts }
}

write('{}\n')
for await (const line of createInterface({ input: process.stdin })) write(`${JSON.stringify(await move(JSON.parse(line)))}\n`)
