/**
 * The file servers of a network, and how their addresses lead to them (spec 15 §1, spec 13 §4.1).
 *
 * @module
 */
import { convertSigningPublicKey, type Ed25519PublicKey } from '@sotto/crypto/signing'
import type { FileAddress } from '@sotto/protocol/attachment'
import type { Host } from '../onion/host-caller.ts'

export interface FileServer {
  /** Scheme, host and port. */
  readonly url: string
  readonly key: Ed25519PublicKey
}

const PORTS = { http: 80, https: 443 } as const

/** A server that the sender names with its key, or one that this client knows; no other is asked. */
export function findFileServer(
  { baseUrl, serverKey }: FileAddress,
  known: readonly FileServer[],
): FileServer | undefined {
  if (serverKey !== undefined) return { url: baseUrl, key: serverKey }
  return known.find(({ url }) => url === baseUrl)
}

/** `undefined` for a key that is none, or an address that leads nowhere. */
export function describeHost({ url, key }: FileServer): Host | undefined {
  const [, scheme = '', name = '', portText] =
    /^(https?):\/\/(\[[^\]]*\]|[^/:?#]+)(?::(\d+))?$/.exec(url.toLowerCase()) ?? []
  const x25519 = convertSigningPublicKey(key)
  if (name === '' || x25519 === undefined) return undefined
  const protocol = scheme === 'https' ? 'https' : 'http'
  const port = portText === undefined ? PORTS[protocol] : Number(portText)
  return { name, port, protocol, x25519 }
}

/** One file under whatever fragment. */
export function nameFile({ baseUrl, fileId }: FileAddress): string {
  return `${baseUrl}/file/${fileId}`
}
