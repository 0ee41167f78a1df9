/**
 * The three ciphers of an onion layer and the names that go over the wire for them (spec 04
 * §3). Deriving their keys is `hop-key.ts`, using them `hop-cipher.ts`.
 *
 * @module
 */

export type OnionCipher = 'xchacha20' | 'aes-gcm' | 'aes-cbc'

const DEFAULT_CIPHER: OnionCipher = 'aes-gcm'

/** A `Map`, because the text is a stranger's: an object would know "constructor". */
const CIPHERS_BY_NAME: ReadonlyMap<string, OnionCipher> = new Map<string, OnionCipher>([
  ['xchacha20', 'xchacha20'],
  ['xchacha20-poly1305', 'xchacha20'],
  ['aes-gcm', 'aes-gcm'],
  ['gcm', 'aes-gcm'],
  ['aes-cbc', 'aes-cbc'],
  ['cbc', 'aes-cbc'],
])

/**
 * Reads `enc_type`. A layer that names no cipher is AES-GCM; one that names an unknown cipher
 * is refused.
 */
export function parseOnionCipher(text: string | undefined): OnionCipher | undefined {
  return text === undefined ? DEFAULT_CIPHER : CIPHERS_BY_NAME.get(text)
}
