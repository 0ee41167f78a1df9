/**
 * One key for many devices: each finds in a slot of its own what opens the message, and nobody else sees which slot is
 * whose or how many are used (spec 12 §5.5).
 *
 * @module
 */
import { agree, type AgreementKeyPair, toX25519PublicKey } from '@sotto/crypto/agreement'
import { concatBytes, equalBytes, readUint32LittleEndian } from '@sotto/crypto/bytes'
import { decapsulate, encapsulate, KEM_CIPHERTEXT_BYTES } from '@sotto/crypto/kem'
import type { Randomness } from '@sotto/crypto/randomness'
import { XCHACHA_KEY_BYTES, XCHACHA_NONCE_BYTES, xorXChaCha } from '@sotto/crypto/xchacha'
import { hashInDomain, PERSONALISATION } from '../domains.ts'
import { type KeyPairs, type PublicKeys, publicKeysOf } from '../keys/key-pairs.ts'

/** Spec 12 §5.5. */
export const SLOT_GROUP = 4
const SLOT_INDEX_BYTES = 2
export const SLOT_KEY_BYTES: number = SLOT_INDEX_BYTES + XCHACHA_KEY_BYTES

const RANDOM_RANGE = 2 ** 32

/** Each index once, in an order that nobody can foresee. */
export function drawOrder(count: number, randomness: Randomness): readonly number[] {
  const order = Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const other = drawBelow(last + 1, randomness)
    const [a = 0, b = 0] = [order[last], order[other]]
    order[last] = b
    order[other] = a
  }
  return order
}

/** Draws again where a remainder would prefer small numbers. */
function drawBelow(bound: number, randomness: Randomness): number {
  const fair = Math.floor(RANDOM_RANGE / bound) * bound
  for (;;) {
    const value = readUint32LittleEndian(randomness.bytes(4), 0) ?? 0
    if (value < fair) return value % bound
  }
}

export interface SlotSecret {
  readonly keys: PublicKeys
  readonly ciphertext: Uint8Array
  readonly kemSecret: Uint8Array
}

/** The first half of a slot. It needs no key yet: the message's nonce hashes all ciphertexts. */
export function encapsulateTo(keys: PublicKeys, randomness: Randomness): SlotSecret {
  const { ciphertext, sharedSecret } = encapsulate(keys.kem, randomness)
  return { keys, ciphertext, kemSecret: sharedSecret }
}

export interface SlotContext {
  /** The message's ephemeral key, and its body with the tag. */
  readonly ephemeral: Uint8Array
  readonly body: Uint8Array
}

/** The second half: the message's key, wrapped. Nothing for a device key of low order. */
export function wrapKey(
  slot: SlotSecret,
  own: AgreementKeyPair,
  context: SlotContext & { readonly messageKey: Uint8Array },
): Uint8Array | undefined {
  const agreementSecret = agree(own.secretKey, slot.keys.agreement)
  if (agreementSecret === undefined) return undefined
  const wrapping = { ...slot, ...context, agreementSecret }
  const wrapped = xorXChaCha(deriveWrappingKey(wrapping), context.messageKey)
  return concatBytes([deriveSlotIndex(wrapping, wrapped), wrapped])
}

/**
 * The message's key from one slot, if its two bytes say that it may be ours. Computing them costs a hash; what they spare
 * is a decapsulation for each slot of every other device.
 */
export function unwrapKey(
  pairs: KeyPairs,
  ciphertext: Uint8Array,
  { slot, context }: { readonly slot: Uint8Array; readonly context: SlotContext },
): Uint8Array | undefined {
  const keys = publicKeysOf(pairs)
  const wrapped = slot.subarray(SLOT_INDEX_BYTES)
  const index = deriveSlotIndex({ ephemeral: context.ephemeral, keys, ciphertext }, wrapped)
  if (!equalBytes(index, slot.subarray(0, SLOT_INDEX_BYTES))) return undefined
  const ephemeral = toX25519PublicKey(context.ephemeral)
  const agreementSecret = ephemeral && agree(pairs.agreement.secretKey, ephemeral)
  const kemSecret = decapsulate(pairs.kem, ciphertext)
  if (agreementSecret === undefined || kemSecret === undefined) return undefined
  const wrapping = { ...context, keys, ciphertext, kemSecret, agreementSecret }
  return xorXChaCha(deriveWrappingKey(wrapping), wrapped)
}

/** Both secrets and both public keys: the slot stays closed while either half holds, and is no other device's. */
function deriveWrappingKey(
  input: SlotSecret & SlotContext & { readonly agreementSecret: Uint8Array },
): { readonly key: Uint8Array; readonly nonce: Uint8Array } {
  const { keys, ciphertext, kemSecret, ephemeral, body, agreementSecret } = input
  const key = hashInDomain({
    domain: PERSONALISATION.wrappingKey,
    length: XCHACHA_KEY_BYTES,
    parts: [agreementSecret, ephemeral, keys.agreement, kemSecret, keys.kem],
  })
  const nonce = hashInDomain({
    domain: PERSONALISATION.wrappingNonce,
    length: XCHACHA_NONCE_BYTES,
    key: ephemeral,
    parts: [ciphertext, body],
  })
  return { key, nonce }
}

function deriveSlotIndex(
  input: Omit<SlotSecret, 'kemSecret'> & { readonly ephemeral: Uint8Array },
  wrapped: Uint8Array,
): Uint8Array {
  const { keys, ciphertext, ephemeral } = input
  return hashInDomain({
    domain: PERSONALISATION.slotIndex,
    length: SLOT_INDEX_BYTES,
    parts: [ephemeral, keys.agreement, keys.kem, ciphertext, wrapped],
  })
}

/** The parts of equal length that `packed` consists of. */
export function splitPacked(packed: Uint8Array, length: number): readonly Uint8Array[] {
  return Array.from({ length: Math.floor(packed.length / length) }, (_, index) =>
    packed.subarray(index * length, (index + 1) * length),
  )
}

export { KEM_CIPHERTEXT_BYTES as SLOT_CIPHERTEXT_BYTES }
