/**
 * Decides whether, and at which address, a site may be asked for a preview (spec 17 §5.1, TM-E2): https on its own port, at public
 * addresses, or hosts that the operator named. One parser reads the address, and the request is made of what it read, so that no two can
 * understand it differently.
 *
 * @module
 */
import { isIP } from 'node:net'
import { createHostPolicy, type HostAddress, type ResolveHost } from '../onion/host-policy.ts'
import type { NamedHosts } from './preview-settings.ts'

export interface Site {
  readonly url: URL
  /** Where the connection has to go, whatever the name says later. */
  readonly address: HostAddress
}

export interface SiteFinderOptions {
  readonly namedHosts: NamedHosts
  readonly resolve?: ResolveHost
}

/** `base` is where a redirection came from. */
export type FindSite = (address: string, base?: URL) => Promise<Site | undefined>

const HTTPS_PORT = 443
const HTTP_PORT = 80

export function createSiteFinder({ namedHosts, resolve }: SiteFinderOptions): FindSite {
  const policy = createHostPolicy({
    allowList: new Set(namedHosts.keys()),
    ...(resolve !== undefined && { resolve }),
  })
  return async (text, base) => {
    const url = parseSite(text, base)
    if (url === undefined) return undefined
    const isNamed = namedHosts.has(url.hostname)
    // On other ports and without TLS are routers, databases and cloud metadata, not pages that people share.
    if (!isNamed && (url.protocol !== 'https:' || url.port !== '')) return undefined
    const given = namedHosts.get(url.hostname)
    const address =
      given === undefined
        ? await policy(url.hostname, findPort(url))
        : { address: given, family: isIP(given) }
    return address && { url, address }
  }
}

function parseSite(text: string, base: URL | undefined): URL | undefined {
  const url = URL.parse(text, base?.href)
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined
  if (url.username !== '' || url.password !== '') return undefined
  url.hash = ''
  return url
}

export function findPort({ protocol, port }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? HTTPS_PORT : HTTP_PORT
}
