/**
 * The plainest transport that reaches nodes: HTTP to their web listeners. Programs bring better ones.
 *
 * @module
 */

import type { Transport, TransportTarget } from '@sotto/client/ports'
import { err, ok } from '@sotto/crypto/result'

function findUrl(target: TransportTarget): string {
  if (target.kind === 'url') return target.url
  const { node, endpoint } = target
  return `http://${node.host}:${node.webPort ?? 0}${endpoint}`
}

export function createFetchTransport(): Transport & Disposable {
  return {
    async post({ target, body, timeoutMs }) {
      try {
        const signal = AbortSignal.timeout(timeoutMs)
        const init = { method: 'POST', body: Uint8Array.from(body), signal }
        const response = await fetch(findUrl(target), init)
        const contentType = response.headers.get('content-type')
        return ok({
          status: response.status,
          body: await response.bytes(),
          ...(contentType === null ? {} : { contentType }),
        })
      } catch {
        return err({ kind: 'unreachable' })
      }
    },
    get: () => Promise.resolve(err({ kind: 'unreachable' })),
    [Symbol.dispose]: () => undefined,
  }
}
