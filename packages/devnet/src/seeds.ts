/**
 * Everything secret in a local network, derived from one word: node seeds, the directory authorities'
 * seeds and the demonstration accounts' seeds.
 *
 * Two starts with the same `--seed` are the same network, so a developer can keep an account id in a
 * script. Nothing here is secret in practice; never use these keys for a network that others can reach.
 *
 * @module
 */

import { encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'

const NODE_SEED_SIZE_BYTES = 32
const AUTHORITY_SEED_SIZE_BYTES = 32
const ACCOUNT_SEED_SIZE_BYTES = 16

// The label keeps the three families of seeds apart whatever word the developer picks: the zero bytes
// cannot be typed on a command line.
function deriveSeed(label: string, networkSeed: string, length: number): Uint8Array {
  return blake2b(encodeUtf8(`sotto-devnet\0${label}\0${networkSeed}`), { length })
}

/** The 32-byte seed of the node with this 1-based number. */
export function deriveNodeSeed(networkSeed: string, number: number): Uint8Array {
  return deriveSeed(`node-${number}`, networkSeed, NODE_SEED_SIZE_BYTES)
}

/** The Ed25519 seed of the directory authority with this 1-based number. */
export function deriveAuthoritySeed(networkSeed: string, number: number): Uint8Array {
  return deriveSeed(`authority-${number}`, networkSeed, AUTHORITY_SEED_SIZE_BYTES)
}

/** The 16-byte account seed (spec 01) of a demonstration account. */
export function deriveAccountSeed(networkSeed: string, name: string): Uint8Array {
  return deriveSeed(`account-${name}`, networkSeed, ACCOUNT_SEED_SIZE_BYTES)
}
