/**
 * What is asked of file servers (spec 15 §3), over onions.
 *
 * @module
 */
import { type Result, err, ok } from '@sotto/crypto/result'
import { SEALED_FILE_BYTES_MAX } from '@sotto/crypto/session'
import { decodeUploadReply } from '@sotto/protocol/files'
import type { V4Reply, V4Request } from '@sotto/protocol/onion'
import { ClientError, type ClientErrorCode } from '../../errors.ts'
import type { HostCaller } from '../onion/host-caller.ts'
import { describeHost, type FileServer } from './file-server.ts'

const TRIES = 3
/** Ten megabytes through three nodes. */
const TIMEOUT_MS = 60_000
const STATUS_OK = 200
/** By the status of the server, spec 15 §4. */
const CODES: ReadonlyMap<number, ClientErrorCode> = new Map([
  [404, 'file_gone'],
  [413, 'file_too_large'],
  [429, 'file_server_full'],
  [503, 'file_server_full'],
  [507, 'file_server_full'],
])

export class FileRequests {
  readonly #caller: Pick<HostCaller, 'call'>

  constructor(caller: Pick<HostCaller, 'call'>) {
    this.#caller = caller
  }

  /** Gives the id. */
  async upload(server: FileServer, sealed: Uint8Array): Promise<Result<string, ClientError>> {
    const headers = { 'content-type': 'application/octet-stream' }
    const reply = await this.#ask(server, {
      method: 'POST',
      endpoint: '/file',
      headers,
      body: sealed,
    })
    if (!reply.ok) return reply
    const uploaded = decodeUploadReply(reply.value)
    if (!uploaded.ok) return err(new ClientError('reply_malformed', 'no id'))
    return ok(uploaded.value.fileId)
  }

  async download(server: FileServer, fileId: string): Promise<Result<Uint8Array, ClientError>> {
    const reply = await this.#ask(server, {
      method: 'GET',
      endpoint: `/file/${fileId}`,
      headers: {},
    })
    if (reply.ok && reply.value.length > SEALED_FILE_BYTES_MAX) {
      return err(new ClientError('file_broken', 'longer than any'))
    }
    return reply
  }

  /** Whether it is there. */
  async has(server: FileServer, fileId: string): Promise<Result<boolean, ClientError>> {
    const endpoint = `/file/${fileId}/info`
    const reply = await this.#ask(server, { method: 'GET', endpoint, headers: {} })
    if (reply.ok) return ok(true)
    return reply.error.code === 'file_gone' ? ok(false) : reply
  }

  async #ask(server: FileServer, request: V4Request): Promise<Result<Uint8Array, ClientError>> {
    const host = describeHost(server)
    if (host === undefined) return err(new ClientError('file_server_unknown', 'no such host'))
    const reply = await this.#caller.call({ host, request, tries: TRIES, timeoutMs: TIMEOUT_MS })
    return reply.ok ? readReply(reply.value) : reply
  }
}

function readReply({ code, body }: V4Reply): Result<Uint8Array, ClientError> {
  if (code === STATUS_OK) return ok(body)
  return err(new ClientError(CODES.get(code) ?? 'file_server_refused', `status ${code}`))
}
