/**
 * One-to-one messages a second time (spec 05): the seal, the padding, and protobuf written and read by hand. For the
 * tests that hold our code against an independent one; it imports nothing of ours.
 *
 * @module
 */
import { sign, verify } from 'node:crypto'
import { hashSlowly } from './reference-hash.ts'
import {
  type ReferenceAccount,
  agreeWithOpenssl,
  exportPublic,
  importPublic,
  importSecret,
} from './reference-keys.ts'
import { deriveHsalsa20, openXsalsa20, sealXsalsa20 } from './reference-stream.ts'

const TRAILER_BYTES = 96
const KEY_BYTES = 32

type Field = readonly [number, bigint | string | Uint8Array]

function writeVarint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(rest)])
}

/** Protobuf's wire types 0 and 2 are all that a message between accounts is made of. */
export function writeFields(fields: readonly Field[]): Buffer {
  const parts = fields.flatMap(([number, value]) => {
    if (typeof value === 'bigint') return [writeVarint(BigInt(number << 3)), writeVarint(value)]
    const bytes = Buffer.from(value)
    const tag = writeVarint(BigInt((number << 3) | 2))
    return [tag, writeVarint(BigInt(bytes.length)), bytes]
  })
  return Buffer.concat(parts)
}

/** In the order of the bytes, with whatever they are called. */
export function readFields(bytes: Uint8Array): readonly (readonly [number, bigint | Buffer])[] {
  const fields: [number, bigint | Buffer][] = []
  let offset = 0
  const readVarint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[offset++] ?? 0
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  while (offset < bytes.length) {
    const tag = Number(readVarint())
    const value = readVarint()
    if ((tag & 7) === 0) {
      fields.push([tag >> 3, value])
    } else {
      fields.push([tag >> 3, Buffer.from(bytes.subarray(offset, offset + Number(value)))])
      offset += Number(value)
    }
  }
  return fields
}

/** The bytes of a field that must be there. */
export function bytesField(bytes: Uint8Array, number: number): Buffer {
  const value = readFields(bytes).find(([each]) => each === number)?.[1]
  if (!Buffer.isBuffer(value)) throw new TypeError(`no field ${number} with bytes`)
  return value
}

export function padTo(content: Uint8Array, total: number): Buffer {
  const padded = Buffer.alloc(total)
  padded.set(content)
  padded.writeUInt8(0x80, content.length)
  return padded
}

/** Spec 05 §2.1, the newer rule, in the contract's own words. */
export function padNewer(content: Uint8Array): Buffer {
  const terminated = content.length + 1
  return padTo(content, terminated + (160 - (terminated % 160)))
}

export function padOlder(content: Uint8Array): Buffer {
  return padTo(content, Math.ceil((content.length + 2) / 160) * 160 - 1)
}

interface Letter {
  readonly sender: ReferenceAccount
  readonly recipientKey: Uint8Array
  readonly message: Uint8Array
}

function boxOf(
  shared: Uint8Array,
  ephemeralKey: Uint8Array,
  recipientKey: Uint8Array,
): readonly [Buffer, Buffer] {
  const nonce = hashSlowly(Buffer.concat([ephemeralKey, recipientKey]), 24)
  return [deriveHsalsa20(shared, Buffer.alloc(16)), nonce]
}

/** NaCl's crypto_box_seal: anybody can make one, with whatever inside. */
export function boxTheirs(
  recipientKey: Uint8Array,
  plaintext: Uint8Array,
  secret: Uint8Array,
): Buffer {
  const ephemeralKey = exportPublic(importSecret('x25519', secret))
  const [key, nonce] = boxOf(agreeWithOpenssl(secret, recipientKey), ephemeralKey, recipientKey)
  return Buffer.concat([ephemeralKey, sealXsalsa20(key, nonce, plaintext)])
}

/** Throws when the box is not for this account. */
export function unboxTheirs(recipient: ReferenceAccount, sealed: Uint8Array): Buffer {
  const ephemeralKey = sealed.subarray(0, KEY_BYTES)
  const shared = agreeWithOpenssl(recipient.agreementSecret, ephemeralKey)
  const [key, nonce] = boxOf(shared, ephemeralKey, recipient.agreementKey)
  const plaintext = openXsalsa20(key, nonce, sealed.subarray(KEY_BYTES))
  if (plaintext === undefined) throw new Error('the box does not open')
  return plaintext
}

/** Spec 05 §1.1. */
export function sealTheirs({ sender, recipientKey, message }: Letter, secret: Uint8Array): Buffer {
  const signed = Buffer.concat([message, sender.signingKey, recipientKey])
  const signature = sign(null, signed, sender.signingSecret)
  return boxTheirs(recipientKey, Buffer.concat([message, sender.signingKey, signature]), secret)
}

/** The message as it was padded, and the key that signed it. Throws on anything else. */
export function openTheirs(
  recipient: ReferenceAccount,
  sealed: Uint8Array,
): { readonly message: Buffer; readonly signingKey: Buffer } {
  const plaintext = unboxTheirs(recipient, sealed)
  const message = plaintext.subarray(0, -TRAILER_BYTES)
  const signingKey = plaintext.subarray(-TRAILER_BYTES, KEY_BYTES - TRAILER_BYTES)
  const signed = Buffer.concat([message, signingKey, recipient.agreementKey])
  const signature = plaintext.subarray(KEY_BYTES - TRAILER_BYTES)
  if (!verify(null, signed, importPublic('ed25519', signingKey), signature)) {
    throw new Error('the signature does not hold')
  }
  return { message, signingKey }
}

interface EnvelopeParts {
  readonly timestampMs: number
  readonly sealed: Uint8Array
  /** With it the envelope is a newer client's, without it an older one's. */
  readonly proSignature?: Uint8Array
  readonly verb?: string
  readonly path?: string
}

/** Spec 05 §3.1 and §3.2: the envelope, and the leftover of the older transport around it. */
export function wrapTheirs(parts: EnvelopeParts): Buffer {
  const { timestampMs, sealed, proSignature, verb = '', path = '' } = parts
  const envelope = writeFields([
    [1, 6n],
    [5, BigInt(timestampMs)],
    ...(proSignature === undefined ? [] : ([[7, 1n]] as const)),
    [8, sealed],
    ...(proSignature === undefined ? [] : ([[11, proSignature]] as const)),
  ])
  const request = writeFields([
    [1, verb],
    [2, path],
    [3, envelope],
    [4, 0n],
  ])
  return writeFields([
    [1, 1n],
    [2, request],
  ])
}
