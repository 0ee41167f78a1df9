/**
 * Decides whether, and at which address, a host may be reached by relaying (spec 04 §4.6, TM-E2).
 *
 * A host on the operator's allow-list may be anywhere. Any other must resolve to public addresses only;
 * the connection then goes to the address that was checked, because a name may resolve differently
 * the next time (DNS rebinding).
 *
 * @module
 */
import { lookup as lookupAddress } from 'node:dns/promises'
import { isPublicAddress } from './address-range.ts'

export interface HostAddress {
  readonly address: string
  readonly family: number
}

export type ResolveHost = (host: string) => Promise<readonly HostAddress[]>

export interface HostPolicyOptions {
  /** `host` or `host:port`, lower case. */
  readonly allowList: ReadonlySet<string>
  readonly resolve?: ResolveHost
}

export type HostPolicy = (host: string, port: number) => Promise<HostAddress | undefined>

async function resolveBySystem(host: string): Promise<readonly HostAddress[]> {
  return lookupAddress(host, { all: true, order: 'verbatim' })
}

/**
 * Names that resolvers read as numbers: `2130706433`, `0x7f.1`, `127.1`. Nobody registers such a name, and
 * what a resolver makes of it differs, so only the plain dotted form passes as a number.
 */
const LOOKS_NUMERIC = /^(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*\.?$/i
const PLAIN_IPV4 = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/

function isAmbiguous(host: string): boolean {
  return LOOKS_NUMERIC.test(host) && !PLAIN_IPV4.test(host)
}

export function createHostPolicy({
  allowList,
  resolve = resolveBySystem,
}: HostPolicyOptions): HostPolicy {
  return async (requested, port) => {
    const host = requested.replace(/^\[|\]$/g, '').toLowerCase()
    if (isAmbiguous(host)) return undefined
    const addresses = await resolve(host).catch(() => [])
    const isAllowed = allowList.has(host) || allowList.has(`${host}:${port}`)
    const isPublic = addresses.every(({ address }) => isPublicAddress(address))
    return isAllowed || isPublic ? addresses[0] : undefined
  }
}
