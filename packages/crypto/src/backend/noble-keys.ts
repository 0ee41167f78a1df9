/**
 * Ed25519 keys that the reference back end has met, decoded: who wrote to us once writes again, and decoding a key, checking its
 * order and multiplying it cost more than all else in an opened message.
 *
 * The table is bounded and holds public keys only; what it answers never depends on what it holds.
 *
 * @module
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { encodeHex } from '../text/hex.ts'

type Point = InstanceType<typeof ed25519.Point>

/** With their multiples about 4 MB. */
const KEYS_MAX = 32
/** A table of multiples costs as much as the verifications that it saves from here on. */
const USES_BEFORE_MULTIPLES = 6
/** In bits: larger windows give little more, and cost a multiple of time and memory. */
const WINDOW = 4

class MetKey {
  readonly #point: Point
  #uses = 0
  #agreementKey: Uint8Array | 'refused' | undefined

  constructor(point: Point) {
    this.#point = point
  }

  /** Not in constant time: for public scalars. */
  multiply(scalar: bigint): Point {
    this.#uses += 1
    if (this.#uses === USES_BEFORE_MULTIPLES) this.#point.precompute(WINDOW, false)
    return this.#point.multiplyUnsafe(scalar)
  }

  /**
   * libsodium refuses points with a small-order part here and noble does not. Accepting them would let one X25519 account have
   * eight signing keys, so a signature would no longer name its signer.
   */
  convert(): Uint8Array | undefined {
    this.#agreementKey ??=
      this.#point.isSmallOrder() || !this.#point.isTorsionFree()
        ? 'refused'
        : ed25519.utils.toMontgomery(this.#point.toBytes())
    return this.#agreementKey === 'refused' ? undefined : this.#agreementKey.slice()
  }
}

const met = new Map<string, MetKey>()

/** Throws, as noble does, for bytes that are no point; the longest unused key makes room for another. */
export function meetKey(publicKey: Uint8Array): MetKey {
  const name = encodeHex(publicKey)
  const key = met.get(name) ?? new MetKey(ed25519.Point.fromBytes(publicKey, false))
  met.delete(name)
  met.set(name, key)
  const [oldest] = met.keys()
  if (met.size > KEYS_MAX && oldest !== undefined) met.delete(oldest)
  return key
}
