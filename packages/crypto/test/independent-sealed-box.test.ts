/**
 * The sealed box of spec 05 §1 written a second time, from the wire contract, with OpenSSL for the curves and noble's
 * bare Salsa20 and BLAKE2b: ours must open what it seals, and it must open what ours seals.
 */
import { createHash, sign, verify } from 'node:crypto'
import { hsalsa, xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { blake2b } from '@noble/hashes/blake2.js'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, test } from 'vitest'
import { deriveAccount } from '../src/identity/index.ts'
import {
  openSealed,
  padContent,
  sealDeterministic,
  sealToAccount,
  unpadContent,
} from '../src/session/index.ts'
import {
  type ReferenceAccount,
  agreeWithOpenssl,
  convertSlowly,
  createReferenceAccount,
  exportPublic,
  importPublic,
  importSecret,
} from './reference-keys.ts'

const ALICE_SEED = Buffer.from('0123456789abcdef0123456789abcdef', 'hex')
const BOB_SEED = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
const alice = deriveAccount(Uint8Array.from(ALICE_SEED))
const bob = deriveAccount(Uint8Array.from(BOB_SEED))
const theirAlice = createReferenceAccount(ALICE_SEED)
const theirBob = createReferenceAccount(BOB_SEED)
const randomness = createSeededRandomness('independent sealed box')
const EPHEMERAL = Buffer.alloc(32, 0x5a)

/** Edges of the padding's blocks, of Poly1305's and of Salsa20's, and what a swarm keeps at most. */
const SIZES = [1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 159, 160, 161, 320, 76_800]

/** As 32-bit words, which is how Salsa20 reads its input on every machine that these tests run on. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(Uint8Array.from(bytes).buffer)
}

/** NaCl's crypto_box_beforenm: HSalsa20 of the shared secret and sixteen zeros. */
function deriveBoxKey(shared: Uint8Array): Uint8Array {
  const output = new Uint32Array(8)
  hsalsa(wordsOf(Buffer.from('expand 32-byte k')), wordsOf(shared), new Uint32Array(4), output)
  return new Uint8Array(output.buffer)
}

function deriveBoxNonce(ephemeralKey: Uint8Array, recipientKey: Uint8Array): Uint8Array {
  return blake2b(Buffer.concat([ephemeralKey, recipientKey]), { dkLen: 24 })
}

function boxFor(recipientKey: Uint8Array, plaintext: Uint8Array, secret: Uint8Array): Buffer {
  const ephemeralKey = exportPublic(importSecret('x25519', secret))
  const key = deriveBoxKey(agreeWithOpenssl(secret, recipientKey))
  const box = xsalsa20poly1305(key, deriveBoxNonce(ephemeralKey, recipientKey)).encrypt(plaintext)
  return Buffer.concat([ephemeralKey, box])
}

function unbox(recipient: ReferenceAccount, sealed: Uint8Array): Buffer {
  const ephemeralKey = sealed.subarray(0, 32)
  const key = deriveBoxKey(agreeWithOpenssl(recipient.agreementSecret, ephemeralKey))
  const nonce = deriveBoxNonce(ephemeralKey, recipient.agreementKey)
  return Buffer.from(xsalsa20poly1305(key, nonce).decrypt(sealed.subarray(32)))
}

interface Letter {
  readonly sender: ReferenceAccount
  readonly recipientKey: Uint8Array
  readonly message: Uint8Array
  /** What the signature covers, where a hostile sender signs something else. */
  readonly signed?: readonly Uint8Array[]
}

function sealTheirs({ sender, recipientKey, message, signed }: Letter, secret = EPHEMERAL): Buffer {
  const covered = signed ?? [message, sender.signingKey, recipientKey]
  const signature = sign(null, Buffer.concat(covered), sender.signingSecret)
  return boxFor(recipientKey, Buffer.concat([message, sender.signingKey, signature]), secret)
}

function openTheirs(recipient: ReferenceAccount, sealed: Uint8Array): { id: string; text: Buffer } {
  const plaintext = unbox(recipient, sealed)
  const text = plaintext.subarray(0, -96)
  const signingKey = plaintext.subarray(-96, -64)
  const signed = Buffer.concat([plaintext.subarray(0, -64), recipient.agreementKey])
  const isValid = verify(null, signed, importPublic('ed25519', signingKey), plaintext.subarray(-64))
  if (!isValid) throw new Error('signature')
  return { id: `05${convertSlowly(signingKey).toString('hex')}`, text }
}

function messageOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 7) & 0xff)
}

function codeOf(sealed: Uint8Array): string {
  const opened = openSealed({ account: bob, ciphertext: Uint8Array.from(sealed) })
  return opened.ok ? 'opened' : opened.error.code
}

describe('accounts of both implementations', () => {
  test('it gives both the same keys and the same id, of either sign of the signing key', () => {
    const signs = new Set<number>()
    for (let index = 0; index < 16; index++) {
      const seed = Buffer.alloc(16, index)
      const theirs = createReferenceAccount(seed)
      const ours = deriveAccount(Uint8Array.from(seed))
      expect(ours.accountId).toBe(theirs.id)
      expect(Buffer.from(ours.signing.publicKey)).toEqual(theirs.signingKey)
      expect(Buffer.from(ours.agreement.secretKey)).toEqual(theirs.agreementSecret)
      expect(convertSlowly(theirs.signingKey)).toEqual(theirs.agreementKey)
      signs.add(theirs.signingKey.readUInt8(31) >> 7)
    }
    expect(signs.size).toBe(2)
  })
})

describe('a box of another implementation', () => {
  test.each(SIZES)('it opens for us with %i bytes inside', (size) => {
    const message = messageOf(size)
    const letter = { sender: theirAlice, recipientKey: theirBob.agreementKey, message }
    const ciphertext = Uint8Array.from(sealTheirs(letter))
    expect(ciphertext).toHaveLength(size + 144)
    const opened = openSealed({ account: bob, ciphertext })
    if (!opened.ok) throw opened.error
    expect(opened.value.sender).toBe(theirAlice.id)
    expect(Buffer.from(opened.value.message).equals(message)).toBe(true)
  })

  test('it is refused without a message: the least plaintext has 97 bytes', () => {
    const message = new Uint8Array()
    const letter = { sender: theirAlice, recipientKey: theirBob.agreementKey, message }
    expect(codeOf(sealTheirs(letter))).toBe('seal_length')
  })

  test('it is refused when the signature covers anything but M ‖ A ‖ Y (trap 12)', () => {
    const message = messageOf(160)
    const { signingKey } = theirAlice
    const recipientKey = theirBob.agreementKey
    const id = Buffer.from(theirBob.id)
    const prefixed = Buffer.concat([Uint8Array.of(5), recipientKey])
    const wrong = {
      'the text of the id': [message, signingKey, id],
      'the id with its 05': [message, signingKey, prefixed],
      'the recipient first': [recipientKey, message, signingKey],
      'no recipient': [message, signingKey],
      'no sender': [message, recipientKey],
      'the sender’s X25519 key': [message, theirAlice.agreementKey, recipientKey],
      'the recipient’s Ed25519 key': [message, signingKey, theirBob.signingKey],
    }
    for (const [name, signed] of Object.entries(wrong)) {
      const sealed = sealTheirs({ sender: theirAlice, recipientKey, message, signed })
      expect(codeOf(sealed), name).toBe('seal_signature')
    }
    expect(codeOf(sealTheirs({ sender: theirAlice, recipientKey, message }))).toBe('opened')
  })

  test('it is refused with a second signature of the same message, S raised by the order', () => {
    const recipientKey = theirBob.agreementKey
    const plaintext = unbox(
      theirBob,
      sealTheirs({ sender: theirAlice, recipientKey, message: messageOf(9) }),
    )
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    let carry = 0n
    for (let index = 0; index < 32; index++) {
      const at = plaintext.length - 32 + index
      const sum = BigInt(plaintext.readUInt8(at)) + ((order >> BigInt(8 * index)) & 0xffn) + carry
      plaintext.writeUInt8(Number(sum & 0xffn), at)
      carry = sum >> 8n
    }
    expect(codeOf(boxFor(recipientKey, plaintext, EPHEMERAL))).toBe('seal_signature')
  })

  test('it does not open under a nonce that hashes the keys in the other order', () => {
    const { agreementKey } = theirBob
    const ephemeralKey = exportPublic(importSecret('x25519', EPHEMERAL))
    const key = deriveBoxKey(agreeWithOpenssl(EPHEMERAL, agreementKey))
    const nonce = deriveBoxNonce(agreementKey, ephemeralKey)
    const box = xsalsa20poly1305(key, nonce).encrypt(new Uint8Array(100))
    expect(codeOf(Buffer.concat([ephemeralKey, box]))).toBe('seal_unopened')
  })
})

describe('a box of ours', () => {
  test.each(SIZES)('it opens for another implementation with %i bytes inside', (size) => {
    const input = { sender: alice, recipient: bob.accountId, message: messageOf(size) }
    for (const sealed of [sealToAccount(input, randomness), sealDeterministic(input)]) {
      const { id, text } = openTheirs(theirBob, sealed)
      expect(id).toBe(alice.accountId)
      expect(text.equals(input.message)).toBe(true)
    }
  })

  test.each(SIZES)('it is the same to the byte with the same ephemeral key, %i bytes', (size) => {
    const input = { sender: alice, recipient: bob.accountId, message: messageOf(size) }
    const letter = { ...input, sender: theirAlice, recipientKey: theirBob.agreementKey }
    const fixed = { bytes: (length: number) => new Uint8Array(length).fill(0x5a) }
    expect(sealTheirs(letter).equals(sealToAccount(input, fixed))).toBe(true)
  })

  test.each(SIZES)('it has the deterministic key of the contract, %i bytes (trap 14)', (size) => {
    const input = { sender: alice, recipient: bob.accountId, message: messageOf(size) }
    const material = Buffer.concat([theirAlice.seed, theirBob.agreementKey, input.message])
    const key = Buffer.from('SessionBoxEphemeralHashKey')
    const seed = blake2b(material, { dkLen: 32, key })
    const secret = createHash('sha512').update(seed).digest().subarray(0, 32)
    const letter = { ...input, sender: theirAlice, recipientKey: theirBob.agreementKey }
    expect(sealTheirs(letter, secret).equals(sealDeterministic(input))).toBe(true)
  })
})

describe('padding at the edges of a block', () => {
  /** Spec 05 §2: content length, and the padded lengths of the newer and the older rule. */
  const LENGTHS = [
    [0, 160, 159],
    [1, 160, 159],
    [157, 160, 159],
    [158, 160, 159],
    [159, 320, 319],
    [160, 320, 319],
    [161, 320, 319],
    [318, 320, 319],
    [319, 480, 479],
  ] as const

  test.each(LENGTHS)('it has the length of the contract: %i to %i (trap 11)', (size, newer) => {
    expect(padContent(messageOf(size))).toHaveLength(newer)
  })

  test.each(LENGTHS)('it reads %i bytes out of either rule (trap 11)', (size, newer, older) => {
    for (const total of [newer, older]) {
      const padded = new Uint8Array(total)
      padded.set(messageOf(size))
      padded[size] = 0x80
      expect(unpadContent(padded)).toEqual(messageOf(size))
    }
  })
})
