/** Messages of the second version, as vectors say and as a hostile sender or swarm would have them. */
import { concatBytes, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { systemRandomness } from '@sotto/crypto/randomness'
import { deriveSigningKeyPair, verify } from '@sotto/crypto/signing'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import {
  accountKeyAt,
  accountKeyOf,
  countUp,
  fromHex,
  PUBLISHED_PAIRS,
  RECIPIENT,
  scriptRandomness,
  SENDER,
  sha256Hex,
  STRANGER,
  ZERO_RANDOMNESS,
} from '../../../test/session-v2-fixtures.ts'
import { sealXChaCha } from '@sotto/crypto/xchacha'
import { encodeBt } from '../../bt/index.ts'
import type { AccountKey } from '../keys/account-key.ts'
import { publicKeysOf } from '../keys/key-pairs.ts'
import { deriveHybridKey, maskIndicator } from './message-key.ts'
import { isSecondVersion, openMessageV2 } from './open-message.ts'
import { sealMessage, sealMessageWithoutSecrecy } from './seal-message.ts'
import { encodeSignedContent, type MessageDraft } from './signed-content.ts'
import { agree, deriveAgreementKeyPair } from '@sotto/crypto/agreement'
import { encapsulate } from '@sotto/crypto/kem'

const randomness = createSeededRandomness('messages of the second version')
const KEYS = publicKeysOf(PUBLISHED_PAIRS)
const ACCOUNT_KEYS = [accountKeyOf(PUBLISHED_PAIRS)]
const DRAFT: MessageDraft = {
  sender: SENDER,
  recipient: RECIPIENT.accountId,
  content: encodeUtf8('hello world'),
}

function seal(draft: MessageDraft = DRAFT, keys = KEYS): Uint8Array {
  const sealed = sealMessage(draft, keys, randomness)
  if (!sealed.ok) throw sealed.error
  return sealed.value
}

function sealPlain(draft: MessageDraft = DRAFT, random = randomness): Uint8Array {
  const sealed = sealMessageWithoutSecrecy(draft, random)
  if (!sealed.ok) throw sealed.error
  return sealed.value
}

function open(bytes: Uint8Array, accountKeys: readonly AccountKey[] = ACCOUNT_KEYS) {
  return openMessageV2({ account: RECIPIENT, accountKeys, bytes })
}

function refusal(bytes: Uint8Array, accountKeys = ACCOUNT_KEYS): string | undefined {
  const opened = open(bytes, accountKeys)
  return opened.ok ? undefined : opened.error.code
}

/** What a hostile sender can do: seal any inner bytes to the published key. */
function sealInner(inner: Uint8Array): Uint8Array {
  const own = deriveAgreementKeyPair(countUp(9, 32))
  const recipient = RECIPIENT.agreement.publicKey
  const sharedSecret = agree(own.secretKey, recipient)
  const agreementSecret = agree(own.secretKey, KEYS.agreement)
  if (sharedSecret === undefined || agreementSecret === undefined) throw new TypeError('keys')
  const ephemeral = own.publicKey
  const indicator = KEYS.kem.subarray(0, 2)
  const masked = maskIndicator({ indicator, sharedSecret, ephemeral, recipient })
  const { ciphertext, sharedSecret: kemSecret } = encapsulate(KEYS.kem, randomness)
  const secrets = { kemSecret, agreementSecret, ephemeral, recipient: KEYS.agreement }
  const padded = new Uint8Array(Math.max(396, inner.length))
  padded.set(inner)
  const sealed = sealXChaCha(deriveHybridKey(secrets), padded)
  return concatBytes([Uint8Array.of(0, 2), masked, ephemeral, ciphertext, sealed])
}

describe('size classes (spec 12 §3.6)', () => {
  it.each([
    [11, 1536],
    [279, 1536],
    [280, 2048],
    [792, 3072],
    [6935, 16_384],
    [75_541, 76_800],
  ])('round a content of %i bytes up to %i, and open as ever', (length, total) => {
    const draft = { ...DRAFT, content: new Uint8Array(length).fill(7), usesSizeClasses: true }
    for (const bytes of [seal(draft), sealPlain(draft)]) {
      expect(bytes).toHaveLength(total)
      const opened = open(bytes)
      expect(opened.ok && opened.value.content).toEqual(draft.content)
    }
  })

  it('refuse what fits none', () => {
    const draft = { ...DRAFT, content: new Uint8Array(75_542), usesSizeClasses: true }
    expect(() => seal(draft)).toThrow('session_too_large')
  })
})

describe('sealMessage', () => {
  it('writes the bytes of the vector, from the same 64 random bytes', () => {
    const script = scriptRandomness([countUp(0x40, 32), countUp(0x60, 32)])
    const sealed = sealMessage(DRAFT, KEYS, script)
    const wire = sealed.ok ? sealed.value : new Uint8Array()
    expect(wire).toHaveLength(1536)
    expect(encodeHex(wire.subarray(2, 4))).toBe('f706')
    expect(sha256Hex(wire.subarray(36, 1124))).toBe(
      'a6d1fd52058b09238c08011c25a8d9696f9f3ad1ba9b89ca68a4cb030d5a61fb',
    )
    expect(encodeHex(wire.subarray(-16))).toBe('5465e9a25c3634c46396cf6bd8726ab0')
    expect(sha256Hex(wire)).toBe('e51442bd7979b92917964377142c01bb3cbdd184d128b9b024497e1012ffd68c')
  })

  it('is opened by the recipient, who learns the sender and that it had forward secrecy', () => {
    expect(open(seal())).toMatchObject({
      ok: true,
      value: { sender: SENDER.accountId, content: DRAFT.content, isForwardSecret: true },
    })
  })

  it('is opened also when the library draws its own randomness', () => {
    const sealed = sealMessage(DRAFT, KEYS, systemRandomness)
    expect(sealed.ok && open(sealed.value).ok).toBe(true)
  })

  it.each([
    [279, 1536],
    [280, 1792],
    [535, 1792],
    [536, 2048],
    [1046, 2304],
    [2838, 4096],
    [15_125, 16_384],
    [75_541, 76_800],
  ])(
    'weighs for %i bytes of content %i bytes, and the step above for one more',
    (length, total) => {
      expect(seal({ ...DRAFT, content: new Uint8Array(length) })).toHaveLength(total)
    },
  )

  it('has its zeros behind what is signed, where configurations have none (trap 16)', () => {
    const content = Uint8Array.of(0, 0, 7, 0, 0)
    expect(open(seal({ ...DRAFT, content }))).toMatchObject({ ok: true, value: { content } })
    const inner = encodeSignedContent(DRAFT)
    const zeros = new Uint8Array(40)
    expect(refusal(sealInner(concatBytes([inner, zeros])))).toBeUndefined()
    expect(refusal(sealInner(concatBytes([zeros, inner])))).toBe('session_v2_malformed')
  })

  it('holds 71 bytes less with a second signature', () => {
    const proKey = deriveSigningKeyPair(countUp(1, 32))
    expect(seal({ ...DRAFT, proKey, content: new Uint8Array(208) })).toHaveLength(1536)
    expect(seal({ ...DRAFT, proKey, content: new Uint8Array(209) })).toHaveLength(1792)
    expect(seal({ ...DRAFT, proKey, content: new Uint8Array(75_470) })).toHaveLength(76_800)
  })

  it('refuses what no swarm would take', () => {
    const sealed = sealMessage({ ...DRAFT, content: new Uint8Array(75_542) }, KEYS, randomness)
    expect(sealed.ok ? undefined : sealed.error.code).toBe('session_too_large')
  })

  it('makes two messages of one content that share nothing but their first two bytes', () => {
    const [a, b] = [seal(), seal()]
    for (let offset = 2; offset + 8 <= a.length; offset += 8) {
      expect(a.subarray(offset, offset + 8)).not.toEqual(b.subarray(offset, offset + 8))
    }
  })
})

describe('sealMessageWithoutSecrecy', () => {
  it('writes the bytes of the vector', () => {
    const script = scriptRandomness([
      countUp(0x40, 32),
      ZERO_RANDOMNESS.bytes(2),
      ZERO_RANDOMNESS.bytes(1088),
    ])
    const wire = sealPlain(DRAFT, script)
    expect(encodeHex(wire.subarray(-16))).toBe('c4231d3f46aad5ac7aaa52abec5b3511')
    expect(sha256Hex(wire)).toBe('df03aa4798eac3bd7d75c02b31b7e076ab261f30ffd6f053d79aa72ca63afcdc')
  })

  it('has the sizes of the other form, and is opened and marked as less protected', () => {
    for (const length of [0, 279, 280, 5000]) {
      const draft = { ...DRAFT, content: new Uint8Array(length) }
      expect(sealPlain(draft)).toHaveLength(seal(draft).length)
    }
    expect(open(sealPlain())).toMatchObject({ ok: true, value: { isForwardSecret: false } })
  })

  it('is opened although its random indicator names a key that is held', () => {
    // The indicator of the vector above: unmasked it is the beginning of our key.
    const fixed = sealPlain(
      DRAFT,
      scriptRandomness([countUp(0x40, 32), Uint8Array.of(0xf7, 0x06), new Uint8Array(1088)]),
    )
    expect(open(fixed)).toMatchObject({ ok: true, value: { isForwardSecret: false } })
  })
})

describe('openMessageV2', () => {
  it('tries every key with the indicator, and old keys too (pitfall 5.18)', () => {
    const twin = accountKeyOf({
      kem: { ...PUBLISHED_PAIRS.kem },
      agreement: deriveAgreementKeyPair(countUp(3, 32)),
    })
    const old = { ...accountKeyOf(PUBLISHED_PAIRS), rotatedSeconds: 5 }
    expect(open(seal(), [twin, accountKeyAt(1, 1), old])).toMatchObject({
      ok: true,
      value: { isForwardSecret: true },
    })
  })

  it('gives a refusal that time can heal when no key is known (pitfall 5.17)', () => {
    const opened = open(seal(), [accountKeyAt(1, 1)])
    expect(opened.ok ? undefined : opened.error.code).toBe('session_v2_no_key')
  })

  it('opens nothing that was sealed to somebody else', () => {
    const bytes = seal()
    const opened = openMessageV2({ account: STRANGER, accountKeys: ACCOUNT_KEYS, bytes })
    expect(opened.ok ? undefined : opened.error.code).toBe('session_v2_no_key')
  })

  it.each([
    ['', 'session_v2_malformed'],
    ['00', 'session_v2_malformed'],
    ['0003010203', 'session_v2_version'],
    ['00020102030405060708', 'session_v2_malformed'],
    ['0102030405060708', 'session_v2_malformed'],
  ])('refuses %j as %s', (hex, code) => {
    expect(refusal(fromHex(hex))).toBe(code)
  })

  it('refuses a message one byte below the least size, and above the largest', () => {
    expect(refusal(seal().subarray(0, 1535))).toBe('session_v2_malformed')
    const large = concatBytes([seal(), new Uint8Array(76_800)])
    expect(refusal(large)).toBe('session_v2_malformed')
  })

  it('refuses an ephemeral key of low order without a throw (pitfall 5.14)', () => {
    const bytes = seal()
    bytes.fill(0, 4, 36)
    expect(refusal(bytes)).toBe('session_v2_malformed')
  })

  it.each([3, 20, 500, 1124, 1535])('refuses a message with byte %i altered', (index) => {
    const bytes = seal()
    bytes[index] = (bytes[index] ?? 0) ^ 1
    expect(refusal(bytes)).toBe('session_v2_no_key')
  })

  it('takes a length that is no multiple of 256, as other software may send one day', () => {
    const inner = encodeSignedContent(DRAFT)
    const bytes = sealInner(concatBytes([inner, new Uint8Array(500)]))
    expect(bytes.length % 256).not.toBe(0)
    expect(open(bytes).ok).toBe(true)
  })

  it('tries no other key once a tag has held: malformed stays malformed (pitfall 5.18)', () => {
    expect(refusal(sealInner(encodeUtf8('d1:Si1ee')))).toBe('session_v2_malformed')
    expect(refusal(sealInner(new Uint8Array(400)))).toBe('session_v2_malformed')
    expect(refusal(sealInner(concatBytes([encodeSignedContent(DRAFT), encodeUtf8('x')])))).toBe(
      'session_v2_malformed',
    )
  })

  it('refuses what was signed for another recipient (pitfall 5.10)', () => {
    const inner = encodeSignedContent({ ...DRAFT, recipient: STRANGER.accountId })
    expect(refusal(sealInner(inner))).toBe('session_v2_signature')
  })

  it('takes unknown fields before the signature, which covers them', () => {
    const fields = new Map([
      ['S', SENDER.signing.publicKey],
      ['c', DRAFT.content],
      ['~', new Uint8Array(64)],
    ])
    expect(refusal(sealInner(encodeBt(fields)))).toBe('session_v2_signature')
    expect(refusal(sealInner(encodeBt(new Map([...fields].slice(0, 2)))))).toBe(
      'session_v2_malformed',
    )
  })

  it('gives the second signature with what it covers, the first one among it (pitfall 5.2)', () => {
    const proKey = deriveSigningKeyPair(countUp(1, 32))
    const opened = open(seal({ ...DRAFT, proKey }))
    const pro = opened.ok ? opened.value.pro : undefined
    if (pro === undefined) throw new TypeError('no second signature')
    const { signature, signed } = pro
    expect(verify({ publicKey: proKey.publicKey, message: signed, signature })).toBe(true)
    expect(encodeHex(signed)).toContain(encodeHex(encodeUtf8('1:~64:')))
  })
})

describe('isSecondVersion', () => {
  it('tells both versions apart by the first byte', () => {
    expect(isSecondVersion(seal())).toBe(true)
    expect(isSecondVersion(Uint8Array.of(8, 1))).toBe(false)
    expect(isSecondVersion(new Uint8Array())).toBe(false)
  })
})
