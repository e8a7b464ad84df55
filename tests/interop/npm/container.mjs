// Makes a container in a blob service and signs addresses: node container.mjs SERVICE ACCOUNT KEY NAME...
// Prints a JSON list: for each name an address to write, one to read, and one to read that has run out.
import { BlobSASPermissions, BlobServiceClient, generateBlobSASQueryParameters, StorageSharedKeyCredential } from '@azure/storage-blob'

const [service, account, key, ...names] = process.argv.slice(2)
const credential = new StorageSharedKeyCredential(account, key)
const container = new BlobServiceClient(`${service}/${account}`, credential).getContainerClient('caches')
await container.createIfNotExists()
const hour = 3_600_000
const signed = (blobName, permissions, hours) => {
  const expiresOn = new Date(Date.now() + hours * hour)
  const startsOn = new Date(Date.now() - 3 * hour)
  const options = { containerName: 'caches', blobName, startsOn, expiresOn, permissions: BlobSASPermissions.parse(permissions) }
  return `${container.getBlobClient(blobName).url}?${generateBlobSASQueryParameters(options, credential)}`
}
console.log(JSON.stringify(names.map(name => ({ write: signed(name, 'cw', 1), read: signed(name, 'r', 1), gone: signed(name, 'r', -1) }))))
