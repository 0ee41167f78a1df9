/**
 * Which 32 bytes are refused as a public key, whatever they are said to sign or agree (spec 01
 * §4.2). Libraries differ here, so the rule is ours and runs before either back end. Keys are
 * public: nothing needs constant time.
 *
 * @module
 */

const POINT_BYTES = 32

/**
 * Little-endian hex of the values below p = 2^255 − 19 that are coordinates of points of order
 * 1, 2, 4 or 8.
 */
const SMALL_ORDER_EDWARDS_Y: readonly string[] = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]

const SMALL_ORDER_MONTGOMERY_U: readonly string[] = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
]

const SMALL_ORDER_Y_BYTES: readonly Uint8Array[] = SMALL_ORDER_EDWARDS_Y.map(readHex)
const SMALL_ORDER_U_BYTES: readonly Uint8Array[] = SMALL_ORDER_MONTGOMERY_U.map(readHex)

function readHex(text: string): Uint8Array {
  return Uint8Array.from({ length: POINT_BYTES }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  )
}

/**
 * The bit that an Edwards encoding uses for the sign of x, and that X25519 ignores (RFC 7748
 * §5).
 */
const TOP_BIT = 0x80

/**
 * A small-order key signs anything: with A of order 8 one signature is valid for every eighth
 * message, so that a "signature" proves nothing about who made it. A non-canonical one is a
 * second name for the same key.
 */
export function isAcceptableEd25519Point(bytes: Uint8Array): boolean {
  return (
    isBelowPrime(bytes) && !SMALL_ORDER_Y_BYTES.some((point) => equalsWithoutTopBit(bytes, point))
  )
}

/**
 * A low-order key makes the shared secret zero, known to everyone who saw the key. Canonical
 * here includes the top bit, which X25519 itself ignores: otherwise an account would have two
 * ids and two swarms.
 */
export function isAcceptableX25519Point(bytes: Uint8Array): boolean {
  if (((bytes[POINT_BYTES - 1] ?? 0) & TOP_BIT) !== 0) return false
  return (
    isBelowPrime(bytes) && !SMALL_ORDER_U_BYTES.some((point) => equalsWithoutTopBit(bytes, point))
  )
}

/**
 * Whether the 255 low bits are below p. Only values that begin with 30 bytes of ff can fail.
 */
function isBelowPrime(bytes: Uint8Array): boolean {
  if (((bytes[POINT_BYTES - 1] ?? 0) | TOP_BIT) !== 0xff) return true
  for (let index = POINT_BYTES - 2; index > 0; index--) {
    if (bytes[index] !== 0xff) return true
  }
  return (bytes[0] ?? 0) < 0xed
}

function equalsWithoutTopBit(bytes: Uint8Array, point: Uint8Array): boolean {
  for (let index = 0; index < POINT_BYTES - 1; index++) {
    if (bytes[index] !== point[index]) return false
  }
  return ((bytes[POINT_BYTES - 1] ?? 0) & ~TOP_BIT) === point[POINT_BYTES - 1]
}
