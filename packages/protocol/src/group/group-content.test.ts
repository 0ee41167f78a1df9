import { create } from '@bufbuild/protobuf'
import { concatBytes, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { deriveAccount } from '@sotto/crypto/identity'
import { openWithGroupKey, sealWithGroupKey } from '@sotto/crypto/session'
import { sign, verify } from '@sotto/crypto/signing'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { accountsOf, adminOf, at, GROUP_SEED } from '../../test/group-fixtures.ts'
import { zstdCompression } from '../../test/zstd-compression.ts'
import { type BtInput, decodeBt, encodeBt } from '../bt/index.ts'
import {
  ContentSchema,
  decodeProtobuf,
  Envelope_Type,
  EnvelopeSchema,
  encodeProtobuf,
} from '../session/index.ts'
import { openGroupMessage, sealGroupMessage } from './group-message.ts'
import { composeGroupContent, openGroupContent } from './index.ts'

const randomness = createSeededRandomness('group content')
const groupKey = adminOf(GROUP_SEED).signing.publicKey
const secret = new Uint8Array(32).fill(1)
const author = at(accountsOf(1), 0)
const SENT_AT_MS = 1_767_225_600_000
const opening = { groupKey, secrets: [secret], compression: zstdCompression }
const seal = { groupKey, secret, author, compression: zstdCompression }
const content = create(ContentSchema, { dataMessage: { body: 'hello' } })

function sealed(data: Uint8Array): Uint8Array {
  const message = sealGroupMessage({ ...seal, data }, randomness)
  if (!message.ok) throw message.error
  return message.value
}

function codeOf(bytes: Uint8Array, options: { allowsOlderSignatures?: boolean } = {}): string {
  const opened = openGroupMessage({ ...opening, ...options, sealed: bytes })
  return opened.ok ? 'opened' : opened.error.code
}

/** A dict as a stranger might write it. */
function sealDict(entries: Readonly<Record<string, BtInput>>): Uint8Array {
  const dict = encodeBt(new Map(Object.entries(entries)))
  return sealWithGroupKey(secret, dict, randomness)
}

function signed(data: Uint8Array): Uint8Array {
  return sign(author.signing, concatBytes([data, groupKey]))
}

const data = encodeUtf8('data')
const honest = { '': 1, a: author.signing.publicKey, d: data, s: signed(data) }

describe('sealGroupMessage', () => {
  it('writes what other clients write (trap 20)', () => {
    const published = deriveAccount(
      Uint8Array.from(
        { length: 16 },
        (_, index) => [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef][index % 8] ?? 0,
      ),
    )
    const key = Uint8Array.from(
      Buffer.from('25dfc41d2800225cf0fd6243b90ec82aeb56ad96b4a46a4b0e327f9dc2517f39', 'hex'),
    )
    const message = sealGroupMessage(
      {
        groupKey,
        secret: key,
        author: published,
        data: encodeUtf8('hello'),
        compression: zstdCompression,
      },
      { bytes: (length) => Uint8Array.from({ length }, (_, index) => index) },
    )
    if (!message.ok) throw message.error
    expect(message.value).toHaveLength(256)
    expect(encodeHex(blake2b(message.value, { length: 32 }))).toBe(
      'bf04672dcd67a3e682849758ac1deba6fb8156f37d45b3455ca98698ee8c1ba2',
    )
  })

  it.each([0, 1, 60, 61, 62, 63, 300, 5000])(
    'is a multiple of 256 bytes for %i bytes',
    (length) => {
      const message = sealed(randomness.bytes(length))
      expect(message.length % 256).toBe(0)
      expect(codeOf(message)).toBe('opened')
    },
  )

  it('compresses what becomes smaller, and only that', () => {
    const repeated = new Uint8Array(10_000).fill(7)
    const message = sealed(repeated)
    expect(message).toHaveLength(256)
    const opened = openGroupMessage({ ...opening, sealed: message })
    expect(opened).toEqual({ ok: true, value: { author: author.accountId, data: repeated } })
    const plain = openWithGroupKey(secret, sealed(Uint8Array.of(1, 2, 3)))
    expect(Buffer.from(plain ?? []).toString('latin1')).toContain('1:d3:')
  })

  it('has its zeros behind the dict, where configurations have none (trap 16)', () => {
    const padded = openWithGroupKey(secret, sealed(data)) ?? new Uint8Array()
    expect(padded[0]).toBe('d'.charCodeAt(0))
    const end = padded.lastIndexOf('e'.charCodeAt(0)) + 1
    expect(padded.subarray(end)).toEqual(new Uint8Array(256 - 40 - end))
    expect(end).toBeLessThan(216)
    const inFront = concatBytes([padded.subarray(end), padded.subarray(0, end)])
    expect(codeOf(sealWithGroupKey(secret, inFront, randomness))).toBe('group_malformed')
  })

  it('is signed with the group’s key behind what was compressed, not behind the data (trap 20)', () => {
    const repeated = new Uint8Array(10_000).fill(7)
    const padded = openWithGroupKey(secret, sealed(repeated)) ?? new Uint8Array()
    const end = padded.findLastIndex((byte) => byte !== 0) + 1
    const dict = decodeBt(padded.subarray(0, end))
    if (!dict.ok || !(dict.value instanceof Map)) throw new TypeError('a dict')
    const [frame, signature] = [dict.value.get('z'), dict.value.get('s')] as Uint8Array[]
    if (frame === undefined || signature === undefined) throw new TypeError('compressed')
    const { publicKey } = author.signing
    const isSignatureOf = (...parts: readonly Uint8Array[]): boolean =>
      verify({ publicKey, message: concatBytes(parts), signature })
    expect(isSignatureOf(frame, groupKey)).toBe(true)
    expect([isSignatureOf(frame), isSignatureOf(repeated, groupKey)]).toEqual([false, false])
  })

  it('refuses what no swarm takes', () => {
    for (const length of [77_000, 1_000_001]) {
      const message = sealGroupMessage({ ...seal, data: randomness.bytes(length) }, randomness)
      expect(message.ok ? 'sealed' : message.error.code).toBe('group_limit')
    }
  })
})

describe('openGroupMessage', () => {
  it('opens under any of the keys, and says when it has none', () => {
    const message = sealed(data)
    const secrets = [new Uint8Array(32), secret]
    expect(openGroupMessage({ ...opening, secrets, sealed: message }).ok).toBe(true)
    for (const none of [[], [new Uint8Array(32)]]) {
      const opened = openGroupMessage({ ...opening, secrets: none, sealed: message })
      expect(opened.ok ? 'opened' : opened.error.code).toBe('group_unopened')
    }
  })

  it('opens what a stranger to our code wrote, with members that it does not know', () => {
    expect(codeOf(sealDict(honest))).toBe('opened')
    expect(codeOf(sealDict({ ...honest, b: 'new', zz: 5 }))).toBe('opened')
  })

  it.each<[string, Readonly<Record<string, BtInput>>, string]>([
    ['another version', { ...honest, '': 2 }, 'group_malformed'],
    ['no author', { '': 1, d: data, s: honest.s }, 'group_malformed'],
    ['a short author', { ...honest, a: data }, 'group_malformed'],
    ['no data', { '': 1, a: honest.a, s: honest.s }, 'group_malformed'],
    ['data that is a number', { ...honest, d: 5 }, 'group_malformed'],
    ['no signature', { '': 1, a: honest.a, d: data }, 'group_malformed'],
    ['other data', { ...honest, d: encodeUtf8('date') }, 'group_signature'],
    ['an author of small order', { ...honest, a: new Uint8Array(32) }, 'group_signature'],
    ['data as if compressed', { '': 1, a: honest.a, s: honest.s, z: data }, 'group_malformed'],
  ])('refuses %s', (_, entries, code) => {
    expect(codeOf(sealDict(entries))).toBe(code)
  })

  it('refuses a message that was carried over from another group', () => {
    const other = adminOf('11'.repeat(32)).signing.publicKey
    const opened = openGroupMessage({ ...opening, groupKey: other, sealed: sealed(data) })
    expect(opened.ok ? 'opened' : opened.error.code).toBe('group_signature')
  })

  it('takes the signature of older clients only when it is told to', () => {
    const older = sealDict({ ...honest, s: sign(author.signing, data) })
    expect(codeOf(older)).toBe('group_signature')
    expect(codeOf(older, { allowsOlderSignatures: true })).toBe('opened')
    const forged = sealDict({ ...honest, d: encodeUtf8('x'), s: sign(author.signing, data) })
    expect(codeOf(forged, { allowsOlderSignatures: true })).toBe('group_signature')
  })

  it('decompresses no more than a message may have', () => {
    const bomb = zstdCompression.compress?.(new Uint8Array(1_000_001)) ?? new Uint8Array()
    expect(bomb.length).toBeLessThan(200)
    const entries = { '': 1, a: honest.a, s: signed(bomb), z: bomb }
    expect(codeOf(sealDict(entries))).toBe('group_malformed')
  })

  it('refuses what is no dict, and what is larger than a swarm takes', () => {
    for (const text of ['', 'x', 'le', 'd', 'de\0x']) {
      const message = sealWithGroupKey(secret, encodeUtf8(text), randomness)
      expect(codeOf(message)).toBe('group_malformed')
    }
    expect(codeOf(new Uint8Array(76_801))).toBe('group_limit')
  })
})

describe('composeGroupContent', () => {
  it('says who wrote it and when, and changes nothing of the draft', () => {
    const draft = { ...seal, content, sentAtMs: SENT_AT_MS }
    const message = composeGroupContent(draft, randomness)
    if (!message.ok) throw message.error
    const opened = openGroupContent({ ...opening, sealed: message.value })
    if (!opened.ok) throw opened.error
    expect(opened.value).toMatchObject({ author: author.accountId, sentAtMs: SENT_AT_MS })
    expect(opened.value.content.dataMessage?.body).toBe('hello')
    expect(content.sigTimestamp).toBe(0n)
  })

  it('is an envelope at once, without the request around it, and its content has no padding (trap 13)', () => {
    const message = composeGroupContent({ ...seal, content, sentAtMs: SENT_AT_MS }, randomness)
    const opened = message.ok && openGroupMessage({ ...opening, sealed: message.value })
    if (!opened || !opened.ok) throw new TypeError('composed')
    const envelope = decodeProtobuf(EnvelopeSchema, opened.value.data)
    if (!envelope.ok) throw envelope.error
    expect(envelope.value.type).toBe(Envelope_Type.CLOSED_GROUP_MESSAGE)
    expect(encodeHex(opened.value.data.subarray(0, 2))).toBe('0807')
    const read = decodeProtobuf(ContentSchema, envelope.value.content ?? new Uint8Array())
    if (!read.ok) throw read.error
    expect(encodeProtobuf(ContentSchema, read.value)).toEqual(envelope.value.content)
  })

  function openEnvelope(fields: {
    readonly type?: Envelope_Type
    readonly outer?: bigint
    readonly inner?: bigint
    readonly content?: Uint8Array
  }): string | number {
    const { type = Envelope_Type.CLOSED_GROUP_MESSAGE, outer = 5n, inner = 5n } = fields
    const dated = create(ContentSchema, { sigTimestamp: inner, dataMessage: { body: 'x' } })
    const envelope = create(EnvelopeSchema, {
      type,
      timestamp: outer,
      content: fields.content ?? encodeProtobuf(ContentSchema, dated),
    })
    const message = sealed(encodeProtobuf(EnvelopeSchema, envelope))
    const opened = openGroupContent({ ...opening, sealed: message })
    return opened.ok ? opened.value.sentAtMs : opened.error.code
  }

  it('reads an envelope without device and signature, as older clients write it', () => {
    expect(openEnvelope({})).toBe(5)
    expect(openEnvelope({ outer: 0n })).toBe(5)
    expect(openEnvelope({ inner: 0n })).toBe(5)
  })

  it('refuses other times, types and contents (trap 10)', () => {
    expect(openEnvelope({ outer: 6n })).toBe('session_timestamp_mismatch')
    expect(openEnvelope({ outer: 2n ** 60n })).toBe('group_malformed')
    expect(openEnvelope({ type: Envelope_Type.SESSION_MESSAGE })).toBe('group_malformed')
    expect(openEnvelope({ content: Uint8Array.of(0xff) })).toBe('session_malformed')
    const opened = openGroupContent({ ...opening, sealed: sealed(Uint8Array.of(1)) })
    expect(opened.ok ? 'opened' : opened.error.code).toBe('session_malformed')
  })

  it('says what went wrong in the seal', () => {
    const opened = openGroupContent({ ...opening, sealed: new Uint8Array(256) })
    expect(opened.ok ? 'opened' : opened.error.code).toBe('group_unopened')
    const draft = { ...seal, sentAtMs: 1 }
    const large = create(ContentSchema, {
      dataMessage: { body: encodeHex(randomness.bytes(80_000)) },
    })
    const composed = composeGroupContent({ ...draft, content: large }, randomness)
    expect(composed.ok ? 'composed' : composed.error.code).toBe('group_limit')
  })
})
