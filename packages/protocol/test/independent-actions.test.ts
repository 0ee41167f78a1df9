/**
 * What a content asks for (spec 05 §5.4 to §5.8), read a second time: by a reader of protobuf that knows no schema and rules
 * written from the document alone.
 */
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf'
import { deriveAccount } from '@sotto/crypto/identity'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Content, ContentSchema, readAction, readTimer } from '../src/session/index.ts'

type Init = MessageInitShape<typeof ContentSchema>
/** Field numbers to what stood there, in order. */
type Fields = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>

const ALICE = deriveAccount(new Uint8Array(16).fill(1)).accountId
const BOB = deriveAccount(new Uint8Array(16).fill(2)).accountId
const END_MS = Date.UTC(2100, 0, 1)
const YEAR_S = 365 * 86_400

function readFields(bytes: Uint8Array): Fields {
  const fields = new Map<number, (bigint | Uint8Array)[]>()
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
    const values = fields.get(tag >> 3) ?? []
    fields.set(tag >> 3, values)
    if ((tag & 7) === 0) values.push(readVarint())
    else if ((tag & 7) === 1) values.push(bytes.subarray(offset, (offset += 8)))
    else {
      const length = Number(readVarint())
      values.push(bytes.subarray(offset, (offset += length)))
    }
  }
  return fields
}

function nested(fields: Fields, number: number): Fields | undefined {
  const value = fields.get(number)?.at(-1)
  return value instanceof Uint8Array ? readFields(value) : undefined
}

function textOf(fields: Fields, number: number): string {
  const value = fields.get(number)?.at(-1)
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : ''
}

function numberOf(fields: Fields, number: number): number {
  const value = fields.get(number)?.at(-1)
  return typeof value === 'bigint' ? Number(value) : 0
}

/** In the vectors and below only these two people exist. */
function isPerson(id: string): boolean {
  return id === ALICE || id === BOB
}

function nameOf(fields: Fields, time: number, author: number): string | undefined {
  const [ms, id] = [numberOf(fields, time), textOf(fields, author)]
  return isPerson(id) && ms > 0 && ms <= END_MS ? `${id}@${ms}` : undefined
}

/** One line for each action; the same is made of ours below. */
function readIndependently(fields: Fields): string {
  const data = nested(fields, 1)
  if (data !== undefined) return readData(data)
  const unsend = nested(fields, 9)
  if (unsend !== undefined) {
    const name = nameOf(unsend, 1, 2)
    return name?.startsWith(ALICE) === true ? `unsend ${name}` : 'refused'
  }
  const receipt = nested(fields, 5)
  if (receipt !== undefined) {
    const times = (receipt.get(2) ?? []).map(Number)
    if (numberOf(receipt, 1) !== 1) return 'unknown'
    if (times.length > 256) return 'refused'
    return `read ${times.filter((ms) => ms > 0 && ms <= END_MS).join(' ')}`
  }
  const typing = nested(fields, 6)
  if (typing !== undefined) return `typing ${numberOf(typing, 2) === 0}`
  const response = nested(fields, 10)
  if (response !== undefined) return numberOf(response, 1) === 1 ? 'request_accepted' : 'unknown'
  const notice = nested(fields, 8)
  if (notice !== undefined) return numberOf(notice, 1) === 1 ? 'screenshot' : 'media_saved'
  return fields.has(3) ? 'call' : 'unknown'
}

function readData(data: Fields): string {
  if (data.has(120)) return 'group'
  if ((numberOf(data, 4) & 2) !== 0) return 'timer'
  const reaction = nested(data, 11)
  if (reaction !== undefined) {
    const name = nameOf(reaction, 1, 2)
    const emoji = textOf(reaction, 3)
    // The emoji below are these; which texts are one is what `action.test.ts` is about.
    if (name === undefined || !['👍', '❤️'].includes(emoji)) return 'refused'
    return `reaction ${name} ${emoji} ${numberOf(reaction, 4) === 1}`
  }
  const text = textOf(data, 1)
  if (Array.from(text).length > 10_000) return 'refused'
  const attachments = data.get(2)?.length ?? 0
  if (text === '' && attachments === 0) return 'unknown'
  const quote = nested(data, 8)
  const quoted = quote && nameOf(quote, 1, 2)
  const isEdit = numberOf(data, 2001) === 1 && text !== '' && quoted?.startsWith(ALICE) === true
  return ['message', text, attachments, quoted ?? '', isEdit].join('|')
}

function readTimerIndependently(fields: Fields): string {
  const [type, seconds] = [numberOf(fields, 12), numberOf(fields, 13)]
  const mode = ['off', 'after_read', 'after_send'][type] ?? 'off'
  return mode === 'off' || seconds < 1 || seconds > YEAR_S ? 'off 0' : `${mode} ${seconds}`
}

function describeOurs(content: Content): string {
  const read = readAction(content, ALICE)
  if (!read.ok) return 'refused'
  const action = read.value
  const name = (ref: { author: string; sentAtMs: number }): string =>
    `${ref.author}@${ref.sentAtMs}`
  switch (action.kind) {
    case 'message': {
      const { text, attachments, quote, edits } = action
      const parts = [text, attachments.length, quote ? name(quote) : '', edits !== undefined]
      return ['message', ...parts].join('|')
    }
    case 'reaction':
      return `reaction ${name(action.target)} ${action.emoji} ${action.isRemoved}`
    case 'unsend':
      return `unsend ${name(action.target)}`
    case 'read':
      return `read ${action.sentAtMs.join(' ')}`
    case 'typing':
      return `typing ${action.isTyping}`
    default:
      return action.kind
  }
}

const time = fc.oneof(
  fc.constantFrom(0n, 1n, BigInt(END_MS), BigInt(END_MS) + 1n, 2n ** 64n - 1n),
  fc.bigInt({ min: 1n, max: 4_000_000_000_000n }),
)
const author = fc.constantFrom<string>(ALICE, BOB, 'bob', '')
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('🎂'.repeat(10_001)))

const data = fc.record(
  {
    body: text,
    flags: fc.constantFrom(0, 2),
    isEdit: fc.boolean(),
    quote: fc.record({ id: time, author }),
    attachments: fc.array(fc.constant({ id: 0n, url: 'http://f.example/1' }), { maxLength: 3 }),
    reaction: fc.record({
      id: time,
      author,
      emoji: fc.constantFrom('👍', '❤️', 'a', '👍👍', ''),
      action: fc.constantFrom(0, 1),
    }),
    groupUpdateMessage: fc.constant({ memberLeftMessage: {} }),
  },
  { requiredKeys: [] },
)

const kinds = {
  dataMessage: data,
  unsendRequest: fc.record({ timestamp: time, author }),
  receiptMessage: fc.record({
    type: fc.constantFrom(0, 1),
    timestamp: fc.oneof(fc.array(time, { maxLength: 4 }), fc.constant(Array(257).fill(1n))),
  }),
  typingMessage: fc.record({ timestamp: time, action: fc.constantFrom(0, 1) }),
  messageRequestResponse: fc.record({ isApproved: fc.boolean() }),
  dataExtractionNotification: fc.record({ type: fc.constantFrom(1, 2) }),
  callMessage: fc.constant({ type: 6, uuid: 'u' }),
  expirationType: fc.constantFrom(0, 1, 2),
  expirationTimer: fc.constantFrom(0, 1, 3600, YEAR_S, YEAR_S + 1, 0xffff_ffff),
}

/** Most with one kind, as they should be; some with several, of which the first counts. */
const contents: fc.Arbitrary<object> = fc.oneof(
  ...Object.entries(kinds).map(([name, kind]) =>
    fc.record<Record<string, unknown>>({ [name]: kind }),
  ),
  fc.record(kinds, { requiredKeys: [] }),
)

describe('two readers of contents', () => {
  it('are asked for the same by every content', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(contents, (init) => {
        const content = create(ContentSchema, init as Init)
        const fields = readFields(toBinary(ContentSchema, content))
        const ours = describeOurs(content)
        expect(ours).toBe(readIndependently(fields))
        const { mode, seconds } = readTimer(content)
        expect(`${mode} ${seconds}`).toBe(readTimerIndependently(fields))
        seen.add(ours.split(/[ |]/u)[0] ?? '')
      }),
      { numRuns: 10_000 },
    )
    // Each kind came up, so that agreement about nothing cannot look like agreement.
    expect(seen.size).toBe(13)
  })
})
