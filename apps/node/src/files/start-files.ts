/**
 * Starts the role `files` of a node that has a port for it.
 *
 * @module
 */
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { convertSigningKeyPair } from '@sotto/crypto/signing'
import { deriveAgreementKeyPair } from '@sotto/crypto/agreement'
import { closeServer } from '../listener/close-server.ts'
import { ConnectionLimit } from '../listener/connection-limit.ts'
import { RateLimit } from '../listener/rate-limit.ts'
import { CORS_HEADERS } from '../listener/web-listener.ts'
import type { NodeBase } from '../node-base.ts'
import { FileIndex } from './file-index.ts'
import { createFileRoutes } from './file-routes.ts'
import { FileService } from './file-service.ts'
import { createFilesListener } from './files-listener.ts'
import type { BlobStore } from './blob-store.ts'
import { findS3Place } from './find-s3-place.ts'
import { FolderBlobStore } from './folder-blob-store.ts'
import { startSweep } from './start-sweep.ts'

export interface RunningFiles extends AsyncDisposable {
  readonly port: number
  readonly service: FileService
  /** Where the bytes are; nothing where another machine has them. */
  readonly folder: string | undefined
}

const INDEX_FILE = 'index.sqlite'
const BLOB_FOLDER = 'blobs'
const DEFAULT_FOLDER = 'files'
const CLOSE_MAX_MS = 5000
const FOLDER_MODE = 0o700

/** Resolves when it listens. */
export async function startFiles(port: number, base: NodeBase): Promise<RunningFiles> {
  await using resources = new AsyncDisposableStack()
  const { config, clock, randomness, events, identity, keeper } = base
  const folder = config.filesDirectory ?? join(config.dataDirectory, DEFAULT_FOLDER)
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE })
  const service = new FileService({
    blobs: await openBlobs(folder, base),
    index: resources.use(new FileIndex(join(folder, INDEX_FILE))),
    clock,
    randomness,
    bytesMax: config.filesMaxBytes,
    quotaBytes: config.filesQuotaBytes,
    ttlSeconds: config.filesTtlSeconds,
  })
  await service.removeUnknown()
  resources.use(startSweep({ service, clock, onMistake: events.mistake }))
  const agreement = deriveAgreementKeyPair(convertSigningKeyPair(identity.files).secretKey)
  const server = createFilesListener({
    routes: createFileRoutes({ service, agreement, randomness }),
    rateLimit: new RateLimit({
      burst: config.rateLimitBurst,
      perSecond: config.rateLimitPerSecond,
      perSecondNode: config.rateLimitPerSecondNode,
      isNode: (address) => keeper.isNodeAddress(address),
      clock,
    }),
    connectionLimit: new ConnectionLimit({
      perSource: config.connectionsPerSourceMax,
      total: config.connectionsMax,
    }),
    clock,
    headers: CORS_HEADERS,
    onMistake: events.mistake,
    onRefusal: (status) => {
      service.tally.noteRefusal(status)
    },
  })
  server.listen(port, config.host)
  await once(server, 'listening')
  resources.defer(() => closeServer(server, { clock, timeoutMs: CLOSE_MAX_MS }))
  const address = server.address()
  const owned = resources.move()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    service,
    folder: findS3Place(config) === undefined ? folder : undefined,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function openBlobs(folder: string, { config, randomness }: NodeBase): Promise<BlobStore> {
  const place = findS3Place(config)
  if (place === undefined) return new FolderBlobStore(join(folder, BLOB_FOLDER), randomness)
  const { S3BlobStore } = await import('./s3-blob-store.ts')
  return new S3BlobStore(place)
}
