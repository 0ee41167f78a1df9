/**
 * What a client fetches before it can send: the epoch document and the descriptors of the nodes of its paths, from a real
 * node over HTTPS. Counted on the wire: TLS and HTTP are in it.
 *
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer as readWhole } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { encodeHex } from '@sotto/crypto/bytes'
import { parseConfig } from '@sotto/node/config'
import { type RunningNode, startNode } from '@sotto/node/start'
import { SimulatedClock } from '../simulation/simulated-clock.ts'
import { DOCUMENT_NETWORK, STARTS_AT_MS, type SignedEpoch } from './epoch-documents.ts'

const HOST = '127.0.0.1'
const PATH = '/directory/v1/'
const ISSUED_MS = 60_000

export interface Fetched {
  /** On the wire, both ways. */
  readonly documentBytes: number
  readonly descriptorBytes: number
}

/** Many requests on one connection, whose bytes are counted below TLS. */
class CountedClient implements Disposable {
  readonly #port: number
  readonly #wire: Socket
  readonly #agent: Agent

  constructor(port: number) {
    this.#port = port
    this.#wire = connect(port, HOST)
    const secure = connectTls({ socket: this.#wire, rejectUnauthorized: false })
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1 })
    this.#agent.createConnection = () => secure
  }

  get bytes(): number {
    return this.#wire.bytesRead + this.#wire.bytesWritten
  }

  async ask(path: string, body?: Uint8Array): Promise<Uint8Array> {
    const method = body === undefined ? 'GET' : 'POST'
    const headers = { 'content-length': body?.length ?? 0 }
    const outgoing = request({
      host: HOST,
      port: this.#port,
      path: PATH + path,
      method,
      headers,
      agent: this.#agent,
    })
    const answered = Promise.withResolvers<IncomingMessage>()
    outgoing.once('response', answered.resolve)
    outgoing.once('error', answered.reject)
    outgoing.end(body)
    const response = await answered.promise
    const bytes = await readWhole(response)
    if (response.statusCode !== 200) throw new Error(`${path} gave ${response.statusCode}`)
    return bytes
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
    this.#wire.destroy()
  }
}

async function startServing(folder: string, epoch: SignedEpoch): Promise<RunningNode> {
  const directoryFile = join(folder, 'directory.bin')
  await writeFile(directoryFile, epoch.bytes)
  const config = parseConfig({
    SOTTO_DATA_DIR: folder,
    SOTTO_HTTPS_PORT: '0',
    SOTTO_WEB_PORT: '0',
    SOTTO_PEER_PORT: '0',
    SOTTO_NETWORK_ID: encodeHex(DOCUMENT_NETWORK),
    SOTTO_DIRECTORY_FILE: directoryFile,
    SOTTO_DIRECTORY_KEYS: epoch.authorities.map(encodeHex).join(','),
    SOTTO_LOG_LEVEL: 'silent',
  })
  if (!config.ok) throw new Error(config.error)
  // Its time stands still: it serves and does nothing of itself.
  return startNode(config.value, { clock: new SimulatedClock(STARTS_AT_MS + ISSUED_MS) })
}

export async function fetchDirectory(epoch: SignedEpoch): Promise<Fetched> {
  await using resources = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'sotto-directory-'))
  resources.defer(() => rm(folder, { recursive: true, force: true }))
  const { ports } = resources.use(await startServing(folder, epoch))
  const nodes = resources.use(new CountedClient(ports.https))
  for (const { bytes } of epoch.described) await nodes.ask('announce', bytes)
  const client = resources.use(new CountedClient(ports.https))
  const document = await client.ask('epoch')
  if (document.length !== epoch.bytes.length) throw new Error('another document')
  const documentBytes = client.bytes
  for (const { ed25519, bytes } of epoch.described) {
    const descriptor = await client.ask(`descriptor/${encodeHex(ed25519)}`)
    if (descriptor.length !== bytes.length) throw new Error('another descriptor')
  }
  return { documentBytes, descriptorBytes: client.bytes - documentBytes }
}
