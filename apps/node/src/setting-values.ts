/**
 * The kinds of values that settings have. Each gives `undefined` for a text that is no such value.
 *
 * @module
 */
import { decodeHex, encodeHex } from '@sotto/crypto/bytes'
import { type Ed25519PublicKey, toEd25519PublicKey } from '@sotto/crypto/signing'
import { NODE_SEED_BYTES } from './node-identity.ts'

export interface Setting<T> {
  readonly variable: string
  readonly description: string
  /** As an operator would write it; undefined when the setting has no default. */
  readonly fallback: string | undefined
  /** Undefined for a text that is no such value. */
  readonly parse: (text: string) => T | undefined
}

const PORT_MAX = 65_535
const NETWORK_ID_BYTES = 16

export function parseText(text: string): string | undefined {
  return text === '' ? undefined : text
}

export function createNumberParser(min: number, max: number): (text: string) => number | undefined {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    return value >= min && value <= max ? value : undefined
  }
}

export const parsePort: (text: string) => number | undefined = createNumberParser(0, PORT_MAX)
export const parseCount: (text: string) => number | undefined = createNumberParser(
  1,
  Number.MAX_SAFE_INTEGER,
)

export function parseSeed(text: string): Uint8Array | undefined {
  const seed = decodeHex(text)
  return seed?.length === NODE_SEED_BYTES ? seed : undefined
}

export function parseKeys(text: string): readonly Ed25519PublicKey[] | undefined {
  const keys = text.split(',').map((part) => {
    const key = decodeHex(part.trim())
    return key === undefined ? undefined : toEd25519PublicKey(key)
  })
  const valid = keys.filter((key) => key !== undefined)
  const isDistinct = new Set(valid.map(encodeHex)).size === keys.length
  return isDistinct ? valid : undefined
}

export function parseNetworkId(text: string): Uint8Array | undefined {
  const id = decodeHex(text)
  return id?.length === NETWORK_ID_BYTES ? id : undefined
}

function isUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text)
}

export function parseUrl(text: string): string | undefined {
  return isUrl(text) ? text.replace(/\/+$/, '') : undefined
}

export function parseSeeds(text: string): readonly string[] | undefined {
  const urls = text.split(',').map((part) => part.trim())
  if (text === '') return []
  return urls.every(isUrl) ? urls.map((url) => url.replace(/\/+$/, '')) : undefined
}

export function parseHosts(text: string): ReadonlySet<string> {
  const hosts = text.split(',').map((host) => host.trim().toLowerCase())
  return new Set(hosts.filter((host) => host !== ''))
}

/** The characters of a bearer token that need no quoting anywhere. */
export function parseOperatorToken(text: string): string | undefined {
  return /^[A-Za-z0-9._~-]{32,256}$/.test(text) ? text : undefined
}
