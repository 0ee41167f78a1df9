/**
 * Messages between accounts, spec 05, against a second implementation that shares no code with ours: each side opens
 * what the other composed, and with the same random bytes both write the same ones.
 */
import { sign } from 'node:crypto'
import { create } from '@bufbuild/protobuf'
import { deriveAccount } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import {
  type Content,
  ContentSchema,
  composeMessage,
  composeSyncCopy,
  openMessage,
} from '../src/session/index.ts'
import { createReferenceAccount, importSecret } from './reference-keys.ts'
import {
  boxTheirs,
  bytesField,
  openTheirs,
  padNewer,
  padOlder,
  padTo,
  readFields,
  sealTheirs,
  unboxTheirs,
  wrapTheirs,
  writeFields,
} from './reference-session.ts'

const SENT_AT_MS = 1_767_225_600_000
const STORED_BYTES_MAX = 76_800
const [ALICE_SEED, BOB_SEED] = [Buffer.alloc(16, 0x11), Buffer.alloc(16, 0x22)]
const alice = deriveAccount(Uint8Array.from(ALICE_SEED))
const bob = deriveAccount(Uint8Array.from(BOB_SEED))
const theirAlice = createReferenceAccount(ALICE_SEED)
const theirBob = createReferenceAccount(BOB_SEED)
const EPHEMERAL = Buffer.alloc(32, 0x33)
const DECOY_SEED = Buffer.alloc(32, 0x44)
const randomness = createSeededRandomness('independent session')

/** What `composeMessage` draws, in its order. */
function scriptedRandomness(): Randomness {
  const draws = [EPHEMERAL, DECOY_SEED]
  return { bytes: (length) => Uint8Array.from(draws.shift()?.subarray(0, length) ?? []) }
}

/** A content with one text, as spec 05 §4.1 lays it out. */
function writeContent(body: string, sentAtMs = SENT_AT_MS): Buffer {
  const data = writeFields([[1, body]])
  return writeFields([
    [1, data],
    [15, BigInt(sentAtMs)],
  ])
}

/** A text whose content has exactly so many bytes. */
function findText(contentLength: number): string {
  for (let overhead = 11; overhead < 24; overhead++) {
    const body = 'x'.repeat(contentLength - overhead)
    if (writeContent(body).length === contentLength) return body
  }
  throw new RangeError(`no text makes a content of ${contentLength} bytes`)
}

function contentOf(body: string): Content {
  return create(ContentSchema, { dataMessage: { body } })
}

function composeOurs(body: string, from: Randomness = randomness): Uint8Array | string {
  const draft = { content: contentOf(body), sender: alice, recipient: bob.accountId }
  const composed = composeMessage({ ...draft, sentAtMs: SENT_AT_MS }, from)
  return composed.ok ? composed.value : composed.error.code
}

function composeTheirs(padded: Uint8Array, options: { readonly verb?: string } = {}): Buffer {
  const letter = { sender: theirAlice, recipientKey: theirBob.agreementKey, message: padded }
  return wrapTheirs({ timestampMs: SENT_AT_MS, sealed: sealTheirs(letter, EPHEMERAL), ...options })
}

function openOurs(bytes: Uint8Array): ReturnType<typeof openMessage> {
  return openMessage({ account: bob, bytes: Uint8Array.from(bytes) })
}

function textOf(bytes: Uint8Array): string {
  const opened = openOurs(bytes)
  if (!opened.ok) return opened.error.code
  return opened.value.kind === 'text' ? opened.value.text : opened.value.kind
}

/** The largest content that still fits into a swarm, found with the second implementation. */
function findContentMax(): number {
  const proSignature = Buffer.alloc(64)
  let padded = 160
  for (;;) {
    const sealed = Buffer.alloc(padded + 160 + 144)
    const { length } = wrapTheirs({ timestampMs: SENT_AT_MS, sealed, proSignature })
    if (length > STORED_BYTES_MAX) return padded - 2
    padded += 160
  }
}

/** Around one and two blocks of padding, and where lengths grow by a byte in protobuf. */
const CONTENT_SIZES = [12, 127, 128, 157, 158, 159, 160, 161, 318, 319, 320, 321, 16_390]

describe('a message that another implementation composed', () => {
  it.each(CONTENT_SIZES)(
    'opens for us with %i bytes of content in either padding (trap 11)',
    (size) => {
      const body = findText(size)
      for (const pad of [padNewer, padOlder]) {
        const opened = openOurs(composeTheirs(pad(writeContent(body))))
        if (!opened.ok) throw opened.error
        expect(opened.value).toMatchObject({
          kind: 'text',
          text: body,
          sender: theirAlice.id,
          sentAtMs: SENT_AT_MS,
        })
      }
    },
  )

  it('opens without any padding, and with far more than a block of it', () => {
    const content = writeContent('hello')
    expect(textOf(composeTheirs(content))).toBe('hello')
    expect(textOf(composeTheirs(padTo(content, content.length + 1)))).toBe('hello')
    expect(textOf(composeTheirs(padTo(content, 4800)))).toBe('hello')
  })

  it('says nothing when its content is empty, and is no fault', () => {
    expect(textOf(composeTheirs(padNewer(Buffer.alloc(0))))).toBe('other')
    expect(textOf(composeTheirs(padOlder(Buffer.alloc(0))))).toBe('other')
  })

  it('opens with the address that older clients wrote (trap 13)', () => {
    const sealed = composeTheirs(padOlder(writeContent('hello')), { verb: 'PUT' })
    expect(textOf(sealed)).toBe('hello')
  })

  it('is dropped when only the outer time was changed, by one (trap 10)', () => {
    for (const difference of [-1, 1]) {
      const content = writeContent('hello', SENT_AT_MS + difference)
      expect(textOf(composeTheirs(padNewer(content)))).toBe('session_timestamp_mismatch')
    }
  })

  it('is refused bare, as boxes of groups have it (trap 13)', () => {
    const wrapped = composeTheirs(padNewer(writeContent('hello')))
    const request = bytesField(wrapped, 2)
    expect(textOf(request)).toBe('session_malformed')
    expect(textOf(bytesField(request, 3))).toBe('session_malformed')
  })

  it('keeps fields that nobody knows yet from hiding the text', () => {
    const content = Buffer.concat([
      writeContent('hello'),
      writeFields([
        [99, Buffer.from('from the future')],
        [1000, 7n],
      ]),
    ])
    expect(textOf(composeTheirs(padNewer(content)))).toBe('hello')
  })
})

describe('a message of ours', () => {
  it.each(CONTENT_SIZES)('opens for another implementation with %i bytes of content', (size) => {
    const body = findText(size)
    const stored = composeOurs(body)
    if (typeof stored === 'string') throw new Error(stored)
    const envelope = bytesField(bytesField(stored, 2), 3)
    const { message, signingKey } = openTheirs(theirBob, bytesField(envelope, 8))
    expect(signingKey).toEqual(theirAlice.signingKey)
    expect(message).toEqual(padNewer(writeContent(body)))
  })

  it.each(CONTENT_SIZES)(
    'is theirs to the byte from the same random bytes, %i of content',
    (size) => {
      const body = findText(size)
      const message = padNewer(writeContent(body))
      const letter = { sender: theirAlice, recipientKey: theirBob.agreementKey, message }
      const sealed = sealTheirs(letter, EPHEMERAL)
      const proSignature = sign(null, sealed, importSecret('ed25519', DECOY_SEED))
      const theirs = wrapTheirs({ timestampMs: SENT_AT_MS, sealed, proSignature })
      const ours = composeOurs(body, scriptedRandomness())
      expect(typeof ours === 'string' ? ours : theirs.equals(ours)).toBe(true)
    },
  )

  it('has its fields in ascending order, the empty ones written out (traps 13 and 14)', () => {
    const stored = composeOurs('hello')
    if (typeof stored === 'string') throw new Error(stored)
    const numbersOf = (bytes: Uint8Array): number[] => readFields(bytes).map(([number]) => number)
    expect(numbersOf(stored)).toEqual([1, 2])
    const request = bytesField(stored, 2)
    expect(numbersOf(request)).toEqual([1, 2, 3, 4])
    expect(bytesField(request, 1)).toHaveLength(0)
    expect(bytesField(request, 2)).toHaveLength(0)
    expect(numbersOf(bytesField(request, 3))).toEqual([1, 5, 7, 8, 11])
  })

  it('says the same time outside and inside (trap 10)', () => {
    const stored = composeOurs('hello')
    if (typeof stored === 'string') throw new Error(stored)
    const envelope = bytesField(bytesField(stored, 2), 3)
    const { message } = openTheirs(theirBob, bytesField(envelope, 8))
    const content = message.subarray(0, message.lastIndexOf(0x80))
    const timeIn = (bytes: Uint8Array, number: number): unknown =>
      readFields(bytes).find(([each]) => each === number)?.[1]
    expect(timeIn(envelope, 5)).toBe(BigInt(SENT_AT_MS))
    expect(timeIn(content, 15)).toBe(BigInt(SENT_AT_MS))
  })

  it('has a sync copy that names the recipient, for the sender’s own key alone', () => {
    const draft = { content: contentOf('hello'), sender: alice, recipient: bob.accountId }
    const copy = composeSyncCopy({ ...draft, sentAtMs: SENT_AT_MS }, randomness)
    if (copy?.ok !== true) throw new Error('a text is synchronised')
    const sealed = bytesField(bytesField(bytesField(copy.value, 2), 3), 8)
    const { message, signingKey } = openTheirs(theirAlice, sealed)
    expect(signingKey).toEqual(theirAlice.signingKey)
    const data = bytesField(message.subarray(0, message.lastIndexOf(0x80)), 1)
    expect(bytesField(data, 105).toString()).toBe(theirBob.id)
    expect(() => openTheirs(theirBob, sealed)).toThrow('does not open')
  })
})

describe('the largest message', () => {
  const max = findContentMax()

  it('is composed by us and opened by both', () => {
    const stored = composeOurs(findText(max))
    if (typeof stored === 'string') throw new Error(stored)
    expect(stored.length).toBeLessThanOrEqual(STORED_BYTES_MAX)
    expect(stored.length).toBeGreaterThan(STORED_BYTES_MAX - 160)
    expect(textOf(stored)).toBe(findText(max))
    const sealed = bytesField(bytesField(bytesField(stored, 2), 3), 8)
    expect(openTheirs(theirBob, sealed).message).toEqual(padNewer(writeContent(findText(max))))
  })

  it('is refused by us with one byte more, which is a block more: no swarm would take it', () => {
    expect(composeOurs(findText(max + 1))).toBe('session_too_large')
  })

  it('opens at exactly what a swarm keeps, and is not even read beyond', () => {
    const content = writeContent('hello')
    const overhead = composeTheirs(padTo(content, 70_000)).length - 70_000
    const fits = composeTheirs(padTo(content, STORED_BYTES_MAX - overhead))
    expect(fits).toHaveLength(STORED_BYTES_MAX)
    expect(textOf(fits)).toBe('hello')
    const tooLarge = composeTheirs(padTo(content, STORED_BYTES_MAX - overhead + 1))
    expect(textOf(tooLarge)).toBe('session_too_large')
  })
})

describe('what a hostile sender can seal', () => {
  const carol = createReferenceAccount(Buffer.alloc(16, 0x55))

  it('is refused as a whole when its key is not the one that signed', () => {
    const impostor = { ...carol, signingKey: theirAlice.signingKey }
    const message = padNewer(writeContent('hello'))
    const letter = { sender: impostor, recipientKey: theirBob.agreementKey, message }
    const sealed = sealTheirs(letter, EPHEMERAL)
    expect(textOf(wrapTheirs({ timestampMs: SENT_AT_MS, sealed }))).toBe('session_unopened')
  })

  it('is refused when it was signed for somebody else and passed on (trap 12)', () => {
    const message = padNewer(writeContent('hello'))
    const toCarol = { sender: theirAlice, recipientKey: carol.agreementKey, message }
    const plaintext = unboxTheirs(carol, sealTheirs(toCarol, EPHEMERAL))
    const passedOn = boxTheirs(theirBob.agreementKey, plaintext, EPHEMERAL)
    expect(textOf(wrapTheirs({ timestampMs: SENT_AT_MS, sealed: passedOn }))).toBe(
      'session_unopened',
    )
  })

  it('is refused when it is shorter than the trailer, at every length', () => {
    for (let length = 1; length <= 144; length += 11) {
      const sealed = Buffer.alloc(length, 7)
      expect(textOf(wrapTheirs({ timestampMs: SENT_AT_MS, sealed }))).toBe('session_unopened')
    }
  })
})
