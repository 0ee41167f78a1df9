/** From a text to stored bytes and back, and what must be dropped on the way (spec 05 §5). */
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { concatBytes, encodeHex } from '@sotto/crypto/bytes'
import { type Account, deriveAccount } from '@sotto/crypto/identity'
import { openSealed, padContent, sealToAccount } from '@sotto/crypto/session'
import { convertSigningPublicKey, toEd25519PublicKey, verify } from '@sotto/crypto/signing'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import {
  composeMessage,
  composeSyncCopy,
  type Content,
  ContentSchema,
  createMessageContent,
  decodeEnvelope,
  decodeProtobuf,
  encodeEnvelope,
  encodeProtobuf,
  EnvelopeSchema,
  openMessage,
  type OpenedMessage,
  TypingMessage_Action,
  WebSocketMessageSchema,
} from './index.ts'

const SENT_AT_MS = 1_767_225_600_000
const randomness = createSeededRandomness('message.test')
const [alice, bob, carol] = [1, 2, 3].map((index) =>
  deriveAccount(new Uint8Array(16).fill(index)),
) as [Account, Account, Account]

function valueOf<T>(result: { ok: true; value: T } | { ok: false; error: Error }): T {
  if (!result.ok) throw result.error
  return result.value
}

function text(body: string): Content {
  return valueOf(createMessageContent({ text: body, profile: { displayName: 'Alice' } }))
}

function draft(content: Content): Parameters<typeof composeMessage>[0] {
  return { content, sender: alice, recipient: bob.accountId, sentAtMs: SENT_AT_MS }
}

function compose(content: Content): Uint8Array {
  return valueOf(composeMessage(draft(content), randomness))
}

function open(account: Account, bytes: Uint8Array): OpenedMessage {
  return valueOf(openMessage({ account, bytes }))
}

function codeOf(account: Account, bytes: Uint8Array): string {
  const opened = openMessage({ account, bytes })
  return opened.ok ? 'accepted' : opened.error.code
}

interface Forgery {
  readonly sender?: Account
  readonly recipient?: Account
  readonly envelopeMs?: number
  readonly pad?: (content: Uint8Array) => Uint8Array
}

/** What a sender could make with other rules than ours. */
function forge(init: MessageInitShape<typeof ContentSchema>, options: Forgery = {}): Uint8Array {
  const { sender = alice, recipient = bob, envelopeMs = SENT_AT_MS, pad = padContent } = options
  const content = encodeProtobuf(ContentSchema, create(ContentSchema, init))
  const input = { sender, recipient: recipient.accountId, message: pad(content) }
  const sealed = sealToAccount(input, randomness)
  return valueOf(encodeEnvelope({ timestampMs: envelopeMs, sealed }))
}

const sigTimestamp = BigInt(SENT_AT_MS)

describe('a message', () => {
  it.each(['hello', 'zażółć gęślą jaźń', '🎂👩‍👩‍👧‍👦', '\u0000', ' ', '你好\n世界', 'x'.repeat(10_000)])(
    'arrives as it was written (%#)',
    (body) => {
      expect(open(bob, compose(text(body)))).toMatchObject({
        kind: 'text',
        text: body,
        sender: alice.accountId,
        sentAtMs: SENT_AT_MS,
      })
    },
  )

  it('arrives with 10,000 characters of four bytes each', () => {
    const body = '🎂'.repeat(10_000)
    expect(open(bob, compose(text(body)))).toMatchObject({ text: body })
  })

  it('opens for nobody but its recipient, the sender included', () => {
    const bytes = compose(text('hello'))
    expect(codeOf(carol, bytes)).toBe('session_unopened')
    expect(codeOf(alice, bytes)).toBe('session_unopened')
  })

  it('shows neither sender nor recipient to the swarm', () => {
    const hex = encodeHex(compose(text('hello')))
    for (const account of [alice, bob]) {
      expect(hex).not.toContain(account.accountId.slice(2))
      expect(hex).not.toContain(encodeHex(account.signing.publicKey))
    }
  })

  it('has one length for all short texts, trap 11', () => {
    const lengths = ['a', 'hello', 'x'.repeat(60)].map((body) => compose(text(body)).length)
    expect(new Set(lengths).size).toBe(1)
  })

  it('has nothing in common with a second one of the same text, except the time', () => {
    const [first, second] = [compose(text('hello')), compose(text('hello'))].map((bytes) =>
      encodeHex(valueOf(decodeEnvelope(bytes)).sealed),
    )
    expect(first).not.toBe(second)
  })

  it('does not change the content that it was made from', () => {
    const content = text('hello')
    const before = encodeProtobuf(ContentSchema, content)
    compose(content)
    composeSyncCopy(draft(content), randomness)
    expect(encodeProtobuf(ContentSchema, content)).toEqual(before)
  })

  it('keeps the whole content for kinds that are not named', () => {
    const quote = { id: 5n, author: bob.accountId }
    const opened = open(bob, forge({ sigTimestamp, dataMessage: { body: 'a', quote } }))
    expect(opened.content.dataMessage?.quote).toMatchObject(quote)
  })

  it('is refused by the composer when no swarm would keep it', () => {
    const content = create(ContentSchema, { dataMessage: { body: 'x'.repeat(77_000) } })
    expect(composeMessage(draft(content), randomness)).toMatchObject({
      ok: false,
      error: { code: 'session_too_large' },
    })
  })
})

describe('the envelope of a message', () => {
  it('has the signed time outside too, trap 10', () => {
    const bytes = compose(text('hello'))
    expect(valueOf(decodeEnvelope(bytes)).timestampMs).toBe(SENT_AT_MS)
    expect(open(bob, bytes).content.sigTimestamp).toBe(sigTimestamp)
  })

  it('has always a device and a signature of 64 bytes, with or without Pro, trap 34', () => {
    const wrapper = valueOf(decodeProtobuf(WebSocketMessageSchema, compose(text('hello'))))
    const body = wrapper.request?.body ?? new Uint8Array()
    const envelope = valueOf(decodeProtobuf(EnvelopeSchema, body))
    expect(envelope.sourceDevice).toBe(1)
    expect(envelope.proSig).toHaveLength(64)
  })

  it('has a decoy whose first half is a point, as in every true signature, trap 34', () => {
    for (let round = 0; round < 16; round++) {
      const wrapper = valueOf(decodeProtobuf(WebSocketMessageSchema, compose(text('hello'))))
      const body = wrapper.request?.body ?? new Uint8Array()
      const { proSig, content } = valueOf(decodeProtobuf(EnvelopeSchema, body))
      const point = toEd25519PublicKey(proSig.subarray(0, 32))
      expect(point && convertSigningPublicKey(point)).toBeDefined()
      // By a key that nobody keeps, so not by the sender's: that would name the sender.
      const { publicKey } = alice.signing
      expect(verify({ publicKey, message: content, signature: proSig })).toBe(false)
    }
  })
})

describe('the seal of a message', () => {
  it('covers the recipient’s 32 bytes, not the account id’s text, trap 12', () => {
    const { sealed } = valueOf(decodeEnvelope(compose(text('hello'))))
    const { message, senderSigningKey } = valueOf(openSealed({ account: bob, ciphertext: sealed }))
    const signed = concatBytes([message, senderSigningKey, bob.agreement.publicKey])
    expect(bob.agreement.publicKey).toHaveLength(32)
    expect(message.length % 160).toBe(0)
    expect(signed).toHaveLength(message.length + 64)
  })
})

describe('openMessage, times', () => {
  const dataMessage = { body: 'hello' }

  it('drops a message whose outer time was changed, trap 10', () => {
    for (const envelopeMs of [SENT_AT_MS + 1, SENT_AT_MS - 1, 1]) {
      expect(codeOf(bob, forge({ dataMessage, sigTimestamp }, { envelopeMs }))).toBe(
        'session_timestamp_mismatch',
      )
    }
  })

  it('drops a typing message that names another time', () => {
    const typing = (timestamp: bigint): MessageInitShape<typeof ContentSchema> => ({
      typingMessage: { timestamp, action: TypingMessage_Action.STARTED },
    })
    expect(codeOf(bob, forge({ ...typing(sigTimestamp), sigTimestamp }))).toBe('accepted')
    expect(codeOf(bob, forge(typing(sigTimestamp)))).toBe('accepted')
    for (const other of [sigTimestamp + 1n, sigTimestamp - 1n, 0n])
      for (const init of [typing(other), { ...typing(other), sigTimestamp }])
        expect(codeOf(bob, forge(init))).toBe('session_timestamp_mismatch')
  })

  it('takes old clients’ messages, which have only one of the times, trap 10', () => {
    expect(open(bob, forge({ dataMessage })).sentAtMs).toBe(SENT_AT_MS)
    expect(open(bob, forge({ dataMessage, sigTimestamp: 0n })).sentAtMs).toBe(SENT_AT_MS)
    expect(open(bob, forge({ dataMessage, sigTimestamp }, { envelopeMs: 0 })).sentAtMs).toBe(
      SENT_AT_MS,
    )
  })

  it('refuses a signed time beyond what is exact', () => {
    const late = { dataMessage, sigTimestamp: 2n ** 63n }
    expect(codeOf(bob, forge(late))).toBe('session_malformed')
  })
})

describe('openMessage, padding', () => {
  const content = { dataMessage: { body: 'hello' }, sigTimestamp }

  it('accepts the old rule, the new rule, and none, trap 11', () => {
    const legacy = (bytes: Uint8Array): Uint8Array => {
      const padded = new Uint8Array(Math.ceil((bytes.length + 2) / 160) * 160 - 1)
      padded.set(bytes)
      padded[bytes.length] = 0x80
      return padded
    }
    for (const pad of [padContent, legacy, (bytes: Uint8Array) => bytes]) {
      expect(open(bob, forge(content, { pad }))).toMatchObject({ text: 'hello' })
    }
  })

  it('refuses a sealed message that is no content', () => {
    const pad = (): Uint8Array => Uint8Array.of(0xff, 0xff, 0x80)
    expect(codeOf(bob, forge({}, { pad }))).toBe('session_malformed')
  })
})

describe('a sync copy', () => {
  it('tells the own devices what was sent to whom, and leaves the profile out', () => {
    const content = valueOf(
      createMessageContent({
        text: 'hello',
        profile: {
          displayName: 'Alice',
          pictureUrl: 'http://example.org/1',
          updatedAtSeconds: 5,
          key: new Uint8Array(32),
        },
      }),
    )
    const copy = composeSyncCopy(draft(content), randomness)
    if (copy === undefined) throw new TypeError('a text is synchronised')
    const opened = open(alice, valueOf(copy))
    expect(opened).toMatchObject({
      kind: 'text',
      text: 'hello',
      sender: alice.accountId,
      syncTarget: bob.accountId,
      sentAtMs: SENT_AT_MS,
    })
    expect(opened.content.dataMessage?.profile).toBeUndefined()
    expect(encodeHex(encodeProtobuf(ContentSchema, opened.content))).not.toContain('3220')
  })

  it('is for the own account alone: the recipient cannot open it', () => {
    const copy = composeSyncCopy(draft(text('hello')), randomness)
    if (copy === undefined) throw new TypeError('a text is synchronised')
    expect(codeOf(bob, valueOf(copy))).toBe('session_unopened')
  })

  it('is made of data messages only', () => {
    const typing = create(ContentSchema, {
      typingMessage: { timestamp: sigTimestamp, action: TypingMessage_Action.STARTED },
    })
    expect(composeSyncCopy(draft(typing), randomness)).toBeUndefined()
  })

  it('by anybody else is dropped, or a stranger could write in our name', () => {
    const dataMessage = { body: 'hello', syncTarget: carol.accountId }
    expect(codeOf(bob, forge({ dataMessage, sigTimestamp }))).toBe('session_foreign_sync')
  })

  it('to something that is no account is refused', () => {
    for (const syncTarget of ['05', 'bob', `05${'00'.repeat(32)}`]) {
      const dataMessage = { body: 'hello', syncTarget }
      expect(codeOf(alice, forge({ dataMessage, sigTimestamp }, { recipient: alice }))).toBe(
        'session_malformed',
      )
    }
  })
})

describe('openMessage, kinds', () => {
  const author = alice.accountId
  const kinds: readonly (readonly [string, MessageInitShape<typeof ContentSchema>])[] = [
    ['text', { dataMessage: { body: 'hello' } }],
    ['other', { dataMessage: { attachments: [{ id: 0n }] } }],
    ['other', { dataMessage: { reaction: { id: 1n, author, emoji: '👍', action: 0 } } }],
    ['other', { dataMessage: { flags: 2 } }],
    ['call', { callMessage: { type: 6, uuid: 'u' } }],
    ['receipt', { receiptMessage: { type: 1, timestamp: [1n] } }],
    ['typing', { typingMessage: { timestamp: sigTimestamp, action: 0 } }],
    ['unsend', { unsendRequest: { timestamp: 1n, author } }],
    ['request_response', { messageRequestResponse: { isApproved: true } }],
    ['config', { sharedConfigMessage: { kind: 1, seqno: 0n, data: Uint8Array.of(1) } }],
    ['other', { dataExtractionNotification: { type: 1 } }],
    ['other', {}],
  ]

  it.each(kinds)('names a %s', (kind, init) => {
    expect(open(bob, forge({ ...init, sigTimestamp })).kind).toBe(kind)
  })

  it('drops flags that it does not know: they may change the meaning of everything else', () => {
    for (const flags of [1, 3, 4, 0xff_ff_ff_ff]) {
      expect(codeOf(bob, forge({ dataMessage: { body: 'a', flags }, sigTimestamp }))).toBe(
        'session_unknown_flags',
      )
    }
  })

  it('takes 32 attachments and no more', () => {
    const attachments = Array.from({ length: 33 }, () => ({ id: 0n }))
    expect(codeOf(bob, forge({ dataMessage: { attachments }, sigTimestamp }))).toBe(
      'session_malformed',
    )
    const fewer = attachments.slice(1)
    expect(codeOf(bob, forge({ dataMessage: { attachments: fewer }, sigTimestamp }))).toBe(
      'accepted',
    )
  })
})
