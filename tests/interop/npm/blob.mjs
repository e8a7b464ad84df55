// The real client of Azure's blobs, with blocks and ranges of 1 MiB: node blob.mjs put|get SIGNED_URL FILE
import { writeFile } from 'node:fs/promises'
import { AnonymousCredential, BlockBlobClient } from '@azure/storage-blob'

const [what, url, file] = process.argv.slice(2)
const client = new BlockBlobClient(url, new AnonymousCredential())
const pieces = { blockSize: 1 << 20, concurrency: 4 }
if (what === 'put') await client.uploadFile(file, { ...pieces, maxSingleShotSize: 1 << 20 })
else await writeFile(file, await client.downloadToBuffer(0, undefined, pieces))
