/**
 * Spec 12 read and written a second time, with OpenSSL and hashes from their RFCs and none of our code: messages, the outbox and
 * group messages that one side makes are understood by the other.
 */
import {
  createCipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  decapsulate,
  encapsulate,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { restoreAccountKey } from '../src/session-v2/keys/account-key.ts'
import { publicKeysOf } from '../src/session-v2/keys/key-pairs.ts'
import { encodeOutbox } from '../src/session-v2/keys/outbox.ts'
import { createDeviceRecord } from '../src/session-v2/devices/device-record.ts'
import { sealGroupMessage } from '../src/session-v2/devices/group-message.ts'
import { openMessageV2 } from '../src/session-v2/messages/open-message.ts'
import { sealMessage, sealMessageWithoutSecrecy } from '../src/session-v2/messages/seal-message.ts'
import { expandDeviceSeed } from '../src/session-v2/keys/key-pairs.ts'
import { hashSlowly } from './reference-hash.ts'
import {
  agreeWithOpenssl,
  createReferenceAccount,
  exportPublic,
  importPublic,
  importSecret,
} from './reference-keys.ts'
import { openLayer } from './reference-onion.ts'
import { deriveHchacha20 } from './reference-stream.ts'
import { GROUP_ID, RECIPIENT, SENDER } from './session-v2-fixtures.ts'

const randomness = createSeededRandomness('independent session v2')
const sender = createReferenceAccount(Buffer.from('0123456789abcdef0123456789abcdef', 'hex'))
const recipient = createReferenceAccount(Buffer.from('00112233445566778899aabbccddeeff', 'hex'))
const SEED = Buffer.alloc(32, 7)
const KEY = restoreAccountKey({ seed: Uint8Array.from(SEED), createdSeconds: 5 })
const NO_KEY = undefined

interface TheirKeys {
  readonly secret: Buffer
  readonly publicKey: Buffer
  readonly kemPublic: Buffer
  decapsulate(ciphertext: Buffer): Buffer
}

function shake(length: number, ...parts: readonly Uint8Array[]): Buffer {
  return createHash('shake256', { outputLength: length }).update(Buffer.concat(parts)).digest()
}

function expandTheirs(name: string, seed: Buffer): TheirKeys {
  const output = shake(96, Buffer.from(name), seed)
  const prefix = Buffer.from('3054020100300b060960864801650304040204428040', 'hex')
  const kem = createPrivateKey({
    key: Buffer.concat([prefix, output.subarray(32)]),
    format: 'der',
    type: 'pkcs8',
  })
  const secret = output.subarray(0, 32)
  return {
    secret,
    publicKey: exportPublic(importSecret('x25519', secret)),
    kemPublic: createPublicKey(kem).export({ format: 'der', type: 'spki' }).subarray(-1184),
    decapsulate: (ciphertext) => decapsulate(kem, ciphertext),
  }
}

function encapsulateTheirs(kemPublic: Buffer): { ciphertext: Buffer; sharedKey: Buffer } {
  const prefix = Buffer.from('308204b2300b0609608648016503040402038204a100', 'hex')
  const key = Buffer.concat([prefix, kemPublic])
  return encapsulate(createPublicKey({ key, format: 'der', type: 'spki' }))
}

/** A dict of strings, as flat as the ones that are read here. */
function readFlat(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const fields = new Map<string, Buffer>()
  let offset = 1
  const next = (): Buffer => {
    const colon = bytes.indexOf(0x3a, offset)
    const end = colon + 1 + Number(bytes.toString('latin1', offset, colon))
    offset = end
    return bytes.subarray(colon + 1, end)
  }
  while (bytes[offset] !== 0x65) {
    const name = next().toString('latin1')
    fields.set(name, next())
  }
  return fields
}

function field(fields: ReadonlyMap<string, Buffer>, name: string): Buffer {
  const value = fields.get(name)
  if (value === undefined) throw new TypeError(`no field ${name}`)
  return value
}

function writeFlat(fields: readonly (readonly [string, Buffer])[]): Buffer {
  const text = (value: Buffer): Buffer => Buffer.concat([Buffer.from(`${value.length}:`), value])
  return Buffer.concat(fields.flatMap(([name, value]) => [text(Buffer.from(name)), text(value)]))
}

function messageKey(secret: Buffer, name: string): { key: Buffer; nonce: Buffer } {
  const output = shake(56, Buffer.from(name), secret)
  return { key: output.subarray(0, 32), nonce: output.subarray(32) }
}

function hybridSecret(parts: readonly Buffer[]): Buffer {
  const label = Buffer.from('5c2e2f2f5e5c', 'hex')
  return createHash('sha3-256')
    .update(Buffer.concat([...parts, label]))
    .digest()
}

function mask(shared: Buffer, ephemeral: Buffer): Buffer {
  const input = Buffer.concat([ephemeral, recipient.agreementKey])
  return hashSlowly(input, 2, shared, 'Session-Msg-KISS')
}

function xorBytes(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)))
}

function bodyHash(body: Buffer): Buffer {
  return hashSlowly(body, 64, Buffer.from(recipient.id, 'hex'), 'SessionV2Message')
}

/** What a receiver of spec 12 §3.5 does, for either form. */
function openTheirs(wire: Buffer, keys: TheirKeys | undefined): ReadonlyMap<string, Buffer> {
  const [ki, ephemeral, ct] = [wire.subarray(2, 4), wire.subarray(4, 36), wire.subarray(36, 1124)]
  const shared = agreeWithOpenssl(recipient.agreementSecret, ephemeral)
  const plainParts = [shared, recipient.agreementKey, ephemeral, Buffer.from('SessionV2NonPFS')]
  let opening = messageKey(
    createHash('sha3-256').update(Buffer.concat(plainParts)).digest(),
    'SessionV2NonPFSSS',
  )
  if (keys !== undefined) {
    expect(xorBytes(ki, mask(shared, ephemeral))).toEqual(keys.kemPublic.subarray(0, 2))
    const agreed = agreeWithOpenssl(keys.secret, ephemeral)
    const parts = [keys.decapsulate(ct), agreed, ephemeral, keys.publicKey]
    opening = messageKey(hybridSecret(parts), 'SessionV2MessageSS')
  }
  const sealed = Buffer.concat([opening.nonce, wire.subarray(1124)])
  return readFlat(openLayer({ cipher: 'xchacha20', key: opening.key }, sealed))
}

/** The signature covers everything before its own key, which begins 71 bytes before the end of a flat dict. */
function verifySigned(bytes: Buffer, key: Buffer, message = bytes): boolean {
  const signature = bytes.subarray(-65, -1)
  return verify(null, message, importPublic('ed25519', key), signature)
}

describe('a message of ours', () => {
  const draft = {
    sender: SENDER,
    recipient: RECIPIENT.accountId,
    content: Uint8Array.from(Buffer.from('hello')),
  }

  it('is opened and verified by another implementation', () => {
    const sealed = sealMessage(draft, publicKeysOf(KEY.pairs), randomness)
    if (!sealed.ok) throw sealed.error
    const keys = expandTheirs('SessionAccountKeys', SEED)
    const inner = openTheirs(Buffer.from(sealed.value), keys)
    expect(field(inner, 'c').toString()).toBe('hello')
    expect(field(inner, 'S')).toEqual(sender.signingKey)
    const body = Buffer.concat([
      Buffer.from('d'),
      writeFlat([
        ['S', sender.signingKey],
        ['c', Buffer.from('hello')],
      ]),
    ])
    const key = importPublic('ed25519', sender.signingKey)
    expect(verify(null, bodyHash(body), key, field(inner, '~'))).toBe(true)
  })

  it('is opened without forward secrecy too', () => {
    const sealed = sealMessageWithoutSecrecy(draft, randomness)
    if (!sealed.ok) throw sealed.error
    expect(field(openTheirs(Buffer.from(sealed.value), NO_KEY), 'c').toString()).toBe('hello')
  })
})

describe('a message of theirs', () => {
  it('is opened by us', () => {
    const keys = expandTheirs('SessionAccountKeys', SEED)
    const secret = randomBytes(32)
    const ephemeral = exportPublic(importSecret('x25519', secret))
    const { ciphertext, sharedKey } = encapsulateTheirs(keys.kemPublic)
    const parts = [sharedKey, agreeWithOpenssl(secret, keys.publicKey), ephemeral, keys.publicKey]
    const { key, nonce } = messageKey(hybridSecret(parts), 'SessionV2MessageSS')
    const body = Buffer.concat([
      Buffer.from('d'),
      writeFlat([
        ['S', sender.signingKey],
        ['c', Buffer.from('from them')],
      ]),
    ])
    const signature = sign(null, bodyHash(body), sender.signingSecret)
    const padded = Buffer.alloc(396)
    Buffer.concat([body, writeFlat([['~', signature]]), Buffer.from('e')]).copy(padded)
    const iv = Buffer.concat([Buffer.alloc(4), nonce.subarray(16)])
    const subkey = deriveHchacha20(key, nonce)
    const aead = createCipheriv('chacha20-poly1305', subkey, iv, { authTagLength: 16 })
    const sealed = Buffer.concat([aead.update(padded), aead.final(), aead.getAuthTag()])
    const shared = agreeWithOpenssl(secret, recipient.agreementKey)
    const ki = xorBytes(keys.kemPublic.subarray(0, 2), mask(shared, ephemeral))
    const wire = Buffer.concat([Buffer.from([0, 2]), ki, ephemeral, ciphertext, sealed])
    const opened = openMessageV2({
      account: RECIPIENT,
      accountKeys: [KEY],
      bytes: Uint8Array.from(wire),
    })
    expect(opened).toMatchObject({
      ok: true,
      value: { sender: SENDER.accountId, isForwardSecret: true },
    })
    expect(opened.ok && Buffer.from(opened.value.content).toString()).toBe('from them')
  })
})

describe('an outbox message of ours', () => {
  it.each([
    [SENDER, sender],
    [RECIPIENT, recipient],
  ])('is verified with the account id alone', (account, reference) => {
    const bytes = Buffer.from(encodeOutbox(account, publicKeysOf(KEY.pairs), randomness))
    const p = 2n ** 255n - 19n
    const u = BigInt(`0x${Buffer.from(reference.agreementKey.toReversed()).toString('hex')}`)
    const y = (((u - 1n + p) % p) * power(u + 1n, p - 2n, p)) % p
    const encoded = Buffer.from(y.toString(16).padStart(64, '0'), 'hex').toReversed()
    expect(verifySigned(bytes, Buffer.from(encoded), bytes.subarray(0, 1231))).toBe(true)
    const keys = expandTheirs('SessionAccountKeys', SEED)
    expect(field(readFlat(bytes), 'M')).toEqual(keys.kemPublic)
  })
})

describe('a group message of ours', () => {
  const device = expandTheirs('SessionDeviceKeys', SEED)
  const pairs = expandDeviceSeed(Uint8Array.from(SEED))
  const record = createDeviceRecord({ sequence: 1, updatedSeconds: 1, keys: publicKeysOf(pairs) })
  const draft = {
    account: RECIPIENT,
    groupId: GROUP_ID,
    payload: {
      records: new Map([['aa'.repeat(32), record]]),
      tombstones: new Map(),
      accountKeys: [KEY],
    },
    accountKeys: [KEY],
  }

  it('is read by a device of another implementation, which finds its slot', () => {
    const bytes = Buffer.from(sealGroupMessage(draft, randomness))
    const fields = readFlat(bytes)
    const [a, c, k, d] = ['A', 'C', 'K', 'd'].map((name) => field(fields, name)) as [
      Buffer,
      Buffer,
      Buffer,
      Buffer,
    ]
    expect(verifySigned(bytes, recipient.signingKey, bytes.subarray(0, -71))).toBe(true)
    const found = [0, 1, 2, 3].flatMap((slot) => {
      const ct = c.subarray(slot * 1088, (slot + 1) * 1088)
      const entry = k.subarray(slot * 34, (slot + 1) * 34)
      const wrapped = entry.subarray(2)
      const known = Buffer.concat([a, device.publicKey, device.kemPublic, ct, wrapped])
      const index = hashSlowly(known, 2, NO_KEY, 'SessionDevKeyIdx')
      return index.equals(entry.subarray(0, 2)) ? [{ ct, wrapped }] : []
    })
    expect(found).toHaveLength(1)
    const [{ ct, wrapped } = { ct: a, wrapped: a }] = found
    const shared = agreeWithOpenssl(device.secret, a)
    const secrets = [shared, a, device.publicKey, device.decapsulate(ct), device.kemPublic]
    const wrapping = hashSlowly(Buffer.concat(secrets), 32, NO_KEY, 'SessionDevKeyKey')
    const nonce = hashSlowly(Buffer.concat([ct, d]), 24, a, 'SessionDevKNonce')
    const iv = Buffer.concat([Buffer.alloc(8), nonce.subarray(16)])
    const stream = createCipheriv('chacha20', deriveHchacha20(wrapping, nonce), iv)
    const key = stream.update(wrapped)
    const payloadNonce = hashSlowly(c, 24, a, 'SessionDevDNonce')
    const payload = openLayer({ cipher: 'xchacha20', key }, Buffer.concat([payloadNonce, d]))
    expect(payload).toHaveLength(8700)
    expect(payload.includes(SEED)).toBe(true)
    expect(payload.includes(Buffer.alloc(32, 0xaa))).toBe(true)
  })
})

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus]
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}
