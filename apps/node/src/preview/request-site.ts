/**
 * One request to a site, at the address that was checked, with nothing in it that tells one person from another (spec 17 §5.2). What
 * comes back is read by `read-content.ts`; redirections are followed by `preview-service.ts`.
 *
 * @module
 */
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { PreviewKind } from '@sotto/protocol/preview'
import { pinAddress } from '../onion/pin-address.ts'
import { findPort, type Site } from './find-site.ts'

export interface SiteRequest {
  readonly site: Site
  readonly kind: PreviewKind
  readonly signal: AbortSignal
  /** Instead of those that the system trusts. */
  readonly certificateAuthority?: string
}

const HEADER_BYTES_MAX = 16 * 1024
/** Spec 17 §5.2. The same from every node and for everybody. */
const HEADERS = {
  'user-agent': 'SottoPreview/1',
  'accept-encoding': 'gzip, br',
  'accept-language': 'en',
}
const ACCEPT = {
  page: 'text/html, application/xhtml+xml',
  picture: 'image/jpeg, image/png, image/gif, image/webp',
} as const

/** Never rejects. `undefined` for a site that did not answer with a status. Whoever gets the message destroys it. */
export function requestSite(asked: SiteRequest): Promise<IncomingMessage | undefined> {
  const { site, kind, signal, certificateAuthority } = asked
  const { promise, resolve } = Promise.withResolvers<IncomingMessage | undefined>()
  const { url, address } = site
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const outgoing = request({
    host: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port: findPort(url),
    path: `${url.pathname}${url.search}`,
    // A connection that is kept could show that two people ask through one node.
    agent: false,
    lookup: pinAddress(address),
    headers: { ...HEADERS, accept: ACCEPT[kind] },
    maxHeaderSize: HEADER_BYTES_MAX,
    signal,
    ...(certificateAuthority !== undefined && { ca: certificateAuthority }),
  })
  outgoing.on('response', resolve)
  outgoing.on('error', () => resolve(undefined))
  outgoing.on('close', () => resolve(undefined))
  outgoing.end()
  return promise
}
