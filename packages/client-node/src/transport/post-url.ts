/**
 * POST to a URL that a person chose and GET from it: a seed, whose certificate is checked like that of every other site.
 *
 * @module
 */
import type { TransportReply } from '@sotto/client/ports'
import { REPLY_BYTES_MAX } from './reply-limit.ts'

/** As Session's clients send them; a seed may see no difference between clients. */
const HEADERS = {
  'content-type': 'application/json',
  'user-agent': 'WhatsApp',
  'accept-language': 'en-us',
}

/** Rejects if there is no answer, or one that is too long. */
export async function postUrl(
  url: string,
  content: Uint8Array,
  timeoutMs: number,
): Promise<TransportReply> {
  const signal = AbortSignal.timeout(timeoutMs)
  const init = { method: 'POST', headers: HEADERS, body: Uint8Array.from(content), signal }
  return readReply(await fetch(url, { ...init, redirect: 'error' }))
}

/** The same for what is only read; with no more headers than have to be. */
export async function getUrl(url: string, timeoutMs: number): Promise<TransportReply> {
  const signal = AbortSignal.timeout(timeoutMs)
  const { 'content-type': _, ...headers } = HEADERS
  return readReply(await fetch(url, { headers, signal, redirect: 'error' }))
}

async function readReply(response: Response): Promise<TransportReply> {
  const body = await readBody(response.body)
  const contentType = response.headers.get('content-type')
  return {
    status: response.status,
    body,
    ...(contentType === null ? {} : { contentType }),
  }
}

async function readBody(stream: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream ?? []) {
    length += chunk.length
    if (length > REPLY_BYTES_MAX) throw new Error('answer too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
