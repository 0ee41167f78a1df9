/**
 * Decides about a request to the operator API by its head alone. Whoever does not have the token learns from an answer only that
 * something listens: the same empty refusal for every path.
 *
 * @module
 */
import type { IncomingHttpHeaders } from 'node:http'

export type Refusal = 401 | 403

export interface GateOptions {
  /** What the listener is bound to. */
  readonly host: string
  readonly hasToken: (header: string | undefined) => boolean
}

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]']

/** Without the port, which a tunnel changes. */
function readHostName(host: string): string {
  return host.toLowerCase().replace(/:\d{1,5}$/, '')
}

/**
 * A page that somebody on this machine has open could otherwise call the API: by a name of its own that resolves to loopback, which
 * the `Host` shows, or from its own origin, which browsers say.
 */
export function createGate({
  host,
  hasToken,
}: GateOptions): (headers: IncomingHttpHeaders) => Refusal | undefined {
  const names = new Set([...LOOPBACK_NAMES, host])
  return (headers) => {
    if (!names.has(readHostName(headers.host ?? ''))) return 403
    const isFromPage =
      headers.origin !== undefined ||
      (headers['sec-fetch-site'] !== undefined && headers['sec-fetch-site'] !== 'none')
    if (isFromPage) return 403
    return hasToken(headers.authorization) ? undefined : 401
  }
}
