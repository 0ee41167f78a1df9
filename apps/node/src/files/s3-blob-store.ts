/**
 * Files in a bucket of an S3-compatible store, for nodes without large disks. The store sees sealed bytes under hashes of them; which
 * files there are, and until when, stays on the node.
 *
 * @module
 */
import { AwsClient } from 'aws4fetch'
import { isHashId } from '@sotto/protocol/files'
import type { BlobStore } from './blob-store.ts'

export interface S3Place {
  /** Without a slash at its end. */
  readonly endpoint: string
  readonly region: string
  /** Of this node alone: what it does not know in it is removed. */
  readonly bucket: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const TIMEOUT_MS = 20_000
const RETRIES = 2
const NOT_FOUND = 404
const KEY = /<Key>([^<]*)<\/Key>/g
const NEXT = /<NextContinuationToken>([^<]*)<\/NextContinuationToken>/

export class S3BlobStore implements BlobStore {
  readonly #client: AwsClient
  readonly #bucketUrl: string

  constructor({ endpoint, bucket, region, accessKeyId, secretAccessKey }: S3Place) {
    const keys = { accessKeyId, secretAccessKey }
    this.#client = new AwsClient({ ...keys, region, service: 's3', retries: RETRIES })
    this.#bucketUrl = `${endpoint}/${encodeURIComponent(bucket)}`
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    const response = await this.#ask(this.#place(name), 'PUT', Uint8Array.from(bytes))
    await assertDone(response)
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    const response = await this.#ask(this.#place(name), 'GET')
    if (response.status === NOT_FOUND) {
      await response.body?.cancel()
      return undefined
    }
    await assertDone(response)
    return new Uint8Array(await response.arrayBuffer())
  }

  async remove(name: string): Promise<void> {
    const response = await this.#ask(this.#place(name), 'DELETE')
    if (response.status !== NOT_FOUND) await assertDone(response)
    await response.body?.cancel()
  }

  /** Page by page, as stores give them. */
  async names(): Promise<readonly string[]> {
    const names: string[] = []
    let token: string | undefined
    do {
      const next = token === undefined ? '' : `&continuation-token=${encodeURIComponent(token)}`
      const response = await this.#ask(`${this.#bucketUrl}?list-type=2${next}`, 'GET')
      await assertDone(response)
      const list = await response.text()
      for (const [, name = ''] of list.matchAll(KEY)) if (isHashId(name)) names.push(name)
      token = NEXT.exec(list)?.[1]
    } while (token !== undefined)
    return names
  }

  #place(name: string): string {
    if (!isHashId(name)) throw new RangeError('no name of a blob')
    return `${this.#bucketUrl}/${name}`
  }

  #ask(url: string, method: string, body?: Uint8Array<ArrayBuffer>): Promise<Response> {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    return this.#client.fetch(url, { method, signal, ...(body === undefined ? {} : { body }) })
  }
}

/** The status alone goes into the error: the answer may quote names. */
async function assertDone(response: Response): Promise<void> {
  if (response.ok) return
  await response.body?.cancel()
  throw new Error(`the store answered ${response.status}`)
}
