/**
 * The second opinion on the vectors: OpenSSL through `node:crypto`, and small BLAKE2b,
 * HChaCha20 and curve formulas written from their RFCs. It imports nothing of ours, so that a
 * mistake of ours cannot agree with itself.
 *
 * @module
 */
import {
  createCipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  sign,
  verify,
} from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { hashBlake2b } from './vectors-blake2b.ts'
import { agreesOnHybridKey, agreesOnKem } from './vectors-kem.ts'

type Verdict = { readonly expect?: unknown; readonly reject?: string }
/** Whether the verdict holds, or `undefined` where there is no second way to tell. */
type IndependentEvaluator = (input: unknown, verdict: Verdict) => boolean | undefined

const PKCS8_PREFIX = {
  ed25519: '302e020100300506032b657004220420',
  x25519: '302e020100300506032b656e04220420',
}
const SPKI_PREFIX = { ed25519: '302a300506032b6570032100', x25519: '302a300506032b656e032100' }
const P = 2n ** 255n - 19n

type Curve = keyof typeof SPKI_PREFIX

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')

function privateKey(curve: Curve, raw: string): KeyObject {
  return createPrivateKey({ key: bytes(PKCS8_PREFIX[curve] + raw), format: 'der', type: 'pkcs8' })
}

function publicKey(curve: Curve, raw: string): KeyObject {
  return createPublicKey({ key: bytes(SPKI_PREFIX[curve] + raw), format: 'der', type: 'spki' })
}

function rawPublic(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
}

function clampedSecret(seed: string): string {
  const scalar = createHash('sha512').update(bytes(seed)).digest().subarray(0, 32)
  scalar.writeUInt8(scalar.readUInt8(0) & 0xf8, 0)
  scalar.writeUInt8((scalar.readUInt8(31) & 0x7f) | 0x40, 31)
  return scalar.toString('hex')
}

function reverseHex(hex: string): string {
  return Buffer.from(bytes(hex).toReversed()).toString('hex')
}

function readField(hex: string): bigint {
  return BigInt(`0x${reverseHex(hex)}`) & (2n ** 255n - 1n)
}

function writeField(value: bigint): string {
  return reverseHex((((value % P) + P) % P).toString(16).padStart(64, '0'))
}

/** Fermat's inverse. */
function invert(value: bigint): bigint {
  let [result, base, exponent] = [1n, ((value % P) + P) % P, P - 2n]
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % P
    base = (base * base) % P
  }
  return result
}

const toMontgomery = (edwards: string): string =>
  writeField((1n + readField(edwards)) * invert(1n - readField(edwards)))

const toEdwards = (montgomery: string): string =>
  writeField((readField(montgomery) - 1n) * invert(readField(montgomery) + 1n))

function agree(secretKey: string, peer: string): Buffer | undefined {
  try {
    return diffieHellman({
      privateKey: privateKey('x25519', secretKey),
      publicKey: publicKey('x25519', peer),
    })
  } catch {
    return undefined
  }
}

interface HopInput {
  readonly cipher: string
  readonly side: string
  readonly ownSecretKey: string
  readonly peerPublicKey: string
}

function deriveHopKey(input: HopInput): Buffer | undefined {
  const shared = agree(input.ownSecretKey, input.peerPublicKey)
  if (shared === undefined || input.cipher.includes('cbc')) return shared
  if (input.cipher.includes('gcm')) return createHmac('sha256', 'LOKI').update(shared).digest()
  const own = bytes(rawPublic(privateKey('x25519', input.ownSecretKey)))
  const pair = [own, bytes(input.peerPublicKey)]
  if (input.side === 'node') pair.reverse()
  return hashBlake2b(Buffer.concat([shared, ...pair]), { length: 32 })
}

/**
 * HChaCha20 (draft-irtf-cfrg-xchacha-03 §2.2): the block function without the final addition,
 * first and last rows.
 */
function hchacha20(key: Buffer, nonce: Buffer): Buffer {
  const block = Buffer.concat([Buffer.from('expand 32-byte k'), key, nonce])
  // OpenSSL's ChaCha20 gives state plus input; taking the input away again leaves the
  // permutation.
  const stream = createCipheriv('chacha20', key, nonce).update(Buffer.alloc(64))
  const out = Buffer.alloc(32)
  for (let word = 0; word < 4; word++) {
    for (const [from, to] of [
      [word, word],
      [word + 12, word + 4],
    ] as const) {
      out.writeUInt32LE(
        (stream.readUInt32LE(4 * from) - block.readUInt32LE(4 * from)) >>> 0,
        4 * to,
      )
    }
  }
  return out
}

/** Seals anew with the nonce that the ciphertext begins with. */
function sealHop(input: HopInput, text: string, nonce: Buffer): string | undefined {
  const key = deriveHopKey(input)
  if (key === undefined) return undefined
  if (input.cipher.includes('cbc')) {
    const cipher = createCipheriv('aes-256-cbc', key, nonce)
    return Buffer.concat([nonce, cipher.update(text), cipher.final()]).toString('hex')
  }
  const cipher = input.cipher.includes('gcm')
    ? createCipheriv('aes-256-gcm', key, nonce)
    : createCipheriv(
        'chacha20-poly1305',
        hchacha20(key, nonce.subarray(0, 16)),
        Buffer.concat([Buffer.alloc(4), nonce.subarray(16)]),
        { authTagLength: 16 },
      )
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('hex')
}

function nonceLength(cipher: string): number {
  if (cipher.includes('cbc')) return 16
  return cipher.includes('gcm') ? 12 : 24
}

/**
 * For verdicts that are values; refusals have their reasons in the rule, not in the arithmetic.
 */
function define(
  file: string,
  agrees: (input: never, expect: never) => boolean,
): [string, IndependentEvaluator] {
  return [
    file,
    (input, verdict) =>
      verdict.expect === undefined ? undefined : agrees(input as never, verdict.expect as never),
  ]
}

interface Signed {
  readonly publicKey: string
  readonly message: string
  readonly signature: string
}

export const INDEPENDENT_EVALUATORS: ReadonlyMap<string, IndependentEvaluator> = new Map([
  define('01-identity/account.json', (input: { seed: string }, expect: Record<string, string>) => {
    const seed = input.seed.padEnd(64, '0')
    const secretKey = clampedSecret(seed)
    return (
      expect['signingPublicKey'] === rawPublic(privateKey('ed25519', seed)) &&
      expect['agreementSecretKey'] === secretKey &&
      expect['accountId'] === `05${rawPublic(privateKey('x25519', secretKey))}`
    )
  }),
  define(
    '01-identity/agreement.json',
    (input: { secretKey: string; publicKey: string }, expect: string) =>
      agree(input.secretKey, input.publicKey)?.toString('hex') === expect,
  ),
  define(
    '01-identity/blake2b.json',
    (
      input: { message: string; length: number; key?: string; personalisation?: string },
      expect: string,
    ) =>
      hashBlake2b(bytes(input.message), {
        length: input.length,
        key: bytes(input.key ?? ''),
        personalisation: bytes(input.personalisation ?? ''),
      }).toString('hex') === expect,
  ),
  define('01-identity/hybrid-key.json', agreesOnHybridKey),
  define(
    '01-identity/key-conversion.json',
    (input: { publicKey: string }, expect: string) => toMontgomery(input.publicKey) === expect,
  ),
  define('01-identity/ml-kem.json', agreesOnKem),
  define(
    '01-identity/signing.json',
    (input: { seed: string; message: string }, expect: Record<string, string>) => {
      const key = privateKey('ed25519', input.seed)
      return (
        expect['publicKey'] === rawPublic(key) &&
        expect['signature'] === sign(null, bytes(input.message), key).toString('hex') &&
        expect['agreementSecretKey'] === clampedSecret(input.seed)
      )
    },
  ),
  define('01-identity/verification.json', (input: Signed, expect: boolean) => {
    const key = publicKey('ed25519', input.publicKey)
    return verify(null, bytes(input.message), key, bytes(input.signature)) === expect
  }),
  define(
    '01-identity/xed25519.json',
    (input: { secretKey: string; message: string }, expect: { signature: string }) => {
      const edwards = toEdwards(rawPublic(privateKey('x25519', input.secretKey)))
      const key = publicKey('ed25519', edwards)
      return verify(null, Buffer.from(input.message), key, bytes(expect.signature))
    },
  ),
  define(
    '01-identity/xed25519-key.json',
    (input: { publicKey: string }, expect: string) => toEdwards(input.publicKey) === expect,
  ),
  define(
    '03-rpc/message-hash.json',
    (input: { account: string; namespace: number; data: string }, expect: string) => {
      const namespace = Buffer.from(input.namespace === 0 ? '' : String(input.namespace))
      const parts = [bytes(input.account), namespace, bytes(input.data)]
      const digest = hashBlake2b(Buffer.concat(parts), { length: 32 })
      return digest.toString('base64').replace('=', '') === expect
    },
  ),
  define(
    '04-onion/hop-key.json',
    (input: HopInput, expect: string) => deriveHopKey(input)?.toString('hex') === expect,
  ),
  define(
    '04-onion/hop-open.json',
    (input: HopInput & { ciphertext: string }, expect: { text: string }) => {
      const nonce = bytes(input.ciphertext).subarray(0, nonceLength(input.cipher))
      return sealHop(input, expect.text, nonce) === input.ciphertext
    },
  ),
  define(
    '04-onion/hop-seal.json',
    (input: HopInput & { text: string; nonce: string }, expect: { ciphertext: string }) =>
      sealHop(input, input.text, bytes(input.nonce)) === expect.ciphertext,
  ),
])
