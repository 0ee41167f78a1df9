/**
 * `@sotto/crypto/onion`: keys and ciphers of onion layers, for clients and nodes (spec 04 §3).
 *
 * @module
 */

export { openHop, sealHop } from './hop-cipher.ts'
export { deriveHopKey } from './hop-key.ts'
export type { HopKey, HopKeyInput } from './hop-key.ts'
export { parseOnionCipher } from './onion-cipher.ts'
export type { OnionCipher } from './onion-cipher.ts'
