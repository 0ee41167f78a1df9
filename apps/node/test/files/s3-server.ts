/**
 * As much of an S3-compatible store as a node uses, in memory. It checks signatures (AWS Signature Version 4) with code of its own.
 *
 * @module
 */
import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { S3Place } from '../../src/files/s3-blob-store.ts'

const REGION = 'test-1'
const BUCKET = 'sotto-files'
const ACCESS_KEY_ID = 'test-key'
const SECRET = 'test-secret'
/** Fewer than stores give, so that there are several. */
const PAGE = 1

export interface S3Server extends AsyncDisposable {
  readonly place: S3Place
  readonly blobs: Map<string, Buffer>
  /** Answers the next requests with these. */
  readonly failures: number[]
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** What the signature should be, for this request and our secret. */
function isSigned({ method, url = '', headers }: IncomingMessage, body: Buffer): boolean {
  const authorization = headers.authorization ?? ''
  const [, scope = ''] = /Credential=test-key\/([^,]+)/.exec(authorization) ?? []
  const [, names = ''] = /SignedHeaders=([^,]+)/.exec(authorization) ?? []
  const [, signature = ''] = /Signature=([0-9a-f]{64})/.exec(authorization) ?? []
  const [path = '', query = ''] = url.split('?')
  const parameters = query === '' ? [] : query.split('&').toSorted()
  const date = String(headers['x-amz-date'])
  const claimed = String(headers['x-amz-content-sha256'])
  if (claimed !== 'UNSIGNED-PAYLOAD' && claimed !== sha256(body)) return false
  const lines = names.split(';').map((name) => `${name}:${String(headers[name])}\n`)
  const parts = [method, path, parameters.join('&'), lines.join(''), names, claimed]
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(parts.join('\n'))].join('\n')
  const key = [REGION, 's3', 'aws4_request'].reduce(
    (each, part) => hmac(each, part),
    hmac(`AWS4${SECRET}`, date.slice(0, 8)),
  )
  return hmac(key, text).toString('hex') === signature
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function listPage(names: readonly string[], token: string | null): string {
  const start = Number(token ?? 0)
  const keys = names.slice(start, start + PAGE).map((name) => `<Key>${name}</Key>`)
  const end = start + PAGE
  const next = end < names.length ? `<NextContinuationToken>${end}</NextContinuationToken>` : ''
  return `<ListBucketResult>${keys.join('')}${next}</ListBucketResult>`
}

export async function startS3Server(): Promise<S3Server> {
  const blobs = new Map<string, Buffer>()
  const failures: number[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    const body = await readAll(request)
    const failure = failures.shift()
    if (failure !== undefined) return response.writeHead(failure).end()
    if (!isSigned(request, body)) return response.writeHead(403).end()
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://store.test')
    const [, bucket, name] = pathname.split('/')
    if (bucket !== BUCKET) return response.writeHead(404).end()
    if (name === undefined) {
      return response.end(listPage([...blobs.keys()], searchParams.get('continuation-token')))
    }
    if (request.method === 'PUT') blobs.set(name, body)
    if (request.method === 'DELETE') blobs.delete(name)
    const blob = blobs.get(name)
    if (request.method !== 'GET') return response.writeHead(200).end()
    return blob === undefined ? response.writeHead(404).end() : response.end(blob)
  }
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const keys = { accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET }
  const place = { endpoint: `http://127.0.0.1:${port}`, region: REGION, bucket: BUCKET, ...keys }
  return {
    place,
    blobs,
    failures,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
