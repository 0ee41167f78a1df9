/**
 * The statuses and texts with which a node refuses an onion request (spec 04 §6). Clients of the network compare some
 * of them, so they are kept to the letter, with the network's own word for a node.
 *
 * @module
 */

import type { HopKey } from '@sotto/crypto/onion'

/**
 * A refusal. With a `hopKey` it is sealed for the client, so that the relays before this node cannot read it; without,
 * the key is not known and it goes back in the clear.
 */
export interface OnionFailure {
  readonly status: number
  readonly text: string
  readonly encrypted: boolean
  readonly hopKey?: HopKey
}

/** Spec 04 §4.2. A node further along a path refuses the request. */
export const HOP_NUMBER_MAX = 15

const BAD_REQUEST = 400
const BAD_GATEWAY = 502
const SERVICE_UNAVAILABLE = 503
const GATEWAY_TIMEOUT = 504

const NEXT_NODE_NOT_FOUND = 'Next node not found: '
const ED25519_HEX = /^[0-9a-f]{64}$/

export const INVALID_CIPHERTEXT: OnionFailure = plain(BAD_REQUEST, 'Invalid ciphertext')
export const TOO_MANY_HOPS: OnionFailure = plain(
  BAD_REQUEST,
  'onion request max path length exceeded',
)
export const NEXT_NODE_TIMED_OUT: OnionFailure = plain(GATEWAY_TIMEOUT, 'Request time out')
export const INVALID_NEXT_REPLY: OnionFailure = plain(500, 'Invalid response from snode')

export function formatParsingError(detail: string): OnionFailure {
  return plain(BAD_REQUEST, `Error parsing onion request: ${detail}`)
}

export function formatInvalidJson(hopKey: HopKey): OnionFailure {
  return { status: BAD_REQUEST, text: 'Invalid json', encrypted: true, hopKey }
}

export function formatInvalidUrl(hopKey: HopKey): OnionFailure {
  return { status: BAD_REQUEST, text: 'Invalid url', encrypted: true, hopKey }
}

export function formatNextNodeNotFound(ed25519Hex: string): OnionFailure {
  return plain(BAD_GATEWAY, `${NEXT_NODE_NOT_FOUND}${ed25519Hex}`)
}

/** A relay names itself; a destination answers sealed, and needs no name. */
export function formatNodeNotReady(who: string | HopKey): OnionFailure {
  return typeof who === 'string'
    ? plain(SERVICE_UNAVAILABLE, `Snode not ready: ${who}`)
    : { status: SERVICE_UNAVAILABLE, text: 'Snode not ready', encrypted: true, hopKey: who }
}

/** The Ed25519 key that a relay could not find: a node of the path, or the destination. */
export function parseNextNodeNotFound(text: string): string | undefined {
  if (!text.startsWith(NEXT_NODE_NOT_FOUND)) return undefined
  const hex = text.slice(NEXT_NODE_NOT_FOUND.length).trim()
  return ED25519_HEX.test(hex) ? hex : undefined
}

function plain(status: number, text: string): OnionFailure {
  return { status, text, encrypted: false }
}
