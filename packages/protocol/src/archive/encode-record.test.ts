/** The bytes of each record (spec 16 §4), so that a change of them does not go unseen. */
import { decodeUtf8, encodeHex } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { OWNER, SEED } from '../../test/archive-fixtures.ts'
import { type ArchivedMessage, type ArchiveRecord, RECORD_BYTES_MAX } from './archive-record.ts'
import { encodeRecord } from './encode-record.ts'

const { account } = OWNER
const NAME = { conversation: account, author: account, sentAtMs: 7 }
const MESSAGE: ArchivedMessage = {
  ...NAME,
  kind: 'message',
  state: 'sent',
  text: '',
  details: {},
  receivedAtMs: 8,
  timer: { mode: 'off', seconds: 0 },
  isReadByThem: false,
}
const FILE = {
  url: '',
  contentType: '',
  size: 0,
  fileName: '',
  caption: '',
  width: 0,
  height: 0,
  isVoice: false,
  key: '',
  digest: '',
}

/** In readable form: bytes that are no text stand as their number in angle brackets. */
function show(record: ArchiveRecord): string {
  const frame = encodeRecord(record)
  if (frame === undefined) return 'too large'
  const id = `33:${String.fromCharCode(...idBytes())}`
  const body = String.fromCharCode(...frame.subarray(5))
  return `${frame[0]} ${body.replaceAll(id, '<id>')}`
}

function idBytes(): Uint8Array {
  return Uint8Array.from(Buffer.from(account, 'hex'))
}

describe('a record', () => {
  it.each<[string, ArchiveRecord]>([
    ['1 d1:a<id>1:ti9ee', { kind: 'owner', owner: { account, createdAtMs: 9 } }],
    [`2 d1:s16:${String.fromCharCode(...SEED)}e`, { kind: 'seed', seed: SEED }],
    ['5 d1:a<id>1:c<id>1:ti7e1:zi9ee', { kind: 'tombstone', name: NAME, endsAtMs: 9 }],
    ['6 d1:c<id>1:x3:yese', { kind: 'draft', conversation: account, text: 'yes' }],
    ['8 d1:d1:!1:ni3e1:o<id>e', configOf('!')],
    ['4 d1:a<id>1:b<id>1:c<id>1:mi9e1:ti7e1:x1:xe', reactionOf(false)],
    ['4 d1:a<id>1:b<id>1:c<id>1:mi9e1:oi1e1:ti7e1:x1:xe', reactionOf(true)],
    ['7 d1:a<id>1:mi9ee', profileOf('', '')],
    ['7 d1:a<id>1:k1:k1:mi9e1:n1:n1:u1:ue', profileOf('n', 'k')],
  ])('is %s', (written, record) => {
    expect(show(record)).toBe(written)
  })

  it('says how long it is', () => {
    const frame = encodeRecord({ kind: 'draft', conversation: account, text: 'x'.repeat(300) })
    expect(frame?.length).toBe(5 + 1 + 39 + 307 + 1)
    expect(encodeHex(frame?.subarray(0, 5) ?? new Uint8Array())).toBe('065c010000')
  })

  it('is not written when no reader would take it', () => {
    // d1:d8388550: in front of the dump, 1:ni3e1:o33: and an id and e behind it.
    const around = 12 + 12 + 33 + 1
    const longest = encodeRecord(configOf('x'.repeat(RECORD_BYTES_MAX - around)))
    expect(longest?.length).toBe(5 + RECORD_BYTES_MAX)
    expect(encodeRecord(configOf('x'.repeat(RECORD_BYTES_MAX - around + 1)))).toBeUndefined()
  })

  it('is a mistake of ours with an id that was never parsed', () => {
    const conversation = 'no id' as typeof account
    expect(() => encodeRecord({ kind: 'draft', conversation, text: '' })).toThrow(TypeError)
  })
})

function configOf(text: string): ArchiveRecord {
  const dump = Uint8Array.from(text, (character) => character.charCodeAt(0))
  return { kind: 'config', owner: account, namespace: 3, dump }
}

function reactionOf(isRemoved: boolean): ArchiveRecord {
  const reaction = { target: NAME, reactor: account, emoji: 'x', isRemoved, changedAtMs: 9 }
  return { kind: 'reaction', reaction }
}

function profileOf(name: string, key: string): ArchiveRecord {
  const pictureUrl = name === '' ? '' : 'u'
  const pictureKey = Uint8Array.from(key, (character) => character.charCodeAt(0))
  return { kind: 'profile', profile: { account, name, pictureUrl, pictureKey, changedAtMs: 9 } }
}

describe('a message', () => {
  const showMessage = (changes: Partial<ArchivedMessage>): string =>
    show({ kind: 'message', message: { ...MESSAGE, ...changes } })
  const least = '1:k7:message1:ri8e1:s4:sent1:ti7e'

  it('has no more fields than it needs', () => {
    expect(showMessage({})).toBe(`3 d1:a<id>1:c<id>${least}e`)
  })

  it.each<[string, Partial<ArchivedMessage>]>([
    ['1:x2:hi', { text: 'hi' }],
    ['1:vi1e', { isReadByThem: true }],
    ['1:wi0e', { readAtMs: 0 }],
    ['1:zi5e', { expiresAtMs: 5 }],
  ])('has %s behind them for %j', (field, changes) => {
    expect(showMessage(changes)).toBe(`3 d1:a<id>1:c<id>${least}${field}e`)
  })

  it.each<[string, Partial<ArchivedMessage>]>([
    ['1:ei3e', { editedAtMs: 3 }],
    ['1:h4:hash', { hash: 'hash' }],
    ['1:il1:u1:ne', { details: { invitation: { url: 'u', name: 'n' } } }],
    ['1:fle', { details: { attachments: [] } }],
    ['1:fldee', { details: { attachments: [FILE] } }],
    ['1:fld1:vi1eee', { details: { attachments: [{ ...FILE, isVoice: true }] } }],
    ['1:fld1:k1:k1:n1:nee', { details: { attachments: [{ ...FILE, key: '6b', fileName: 'n' }] } }],
  ])('has %s in front of its kind for %j', (field, changes) => {
    expect(showMessage(changes)).toBe(`3 d1:a<id>1:c<id>${field}${least}e`)
  })

  it.each<[string, Partial<ArchivedMessage>]>([
    ['1:m10:after_read1:ni60e', { timer: { mode: 'after_read', seconds: 60 } }],
    ['1:pl1:u1:te', { details: { preview: { url: 'u', title: 't' } } }],
    ['1:ql<id>i3ee', { details: { quote: { author: account, sentAtMs: 3 } } }],
  ])('has %s behind its kind for %j', (field, changes) => {
    expect(showMessage(changes)).toBe(`3 d1:a<id>1:c<id>1:k7:message${field}1:ri8e1:s4:sent1:ti7ee`)
  })

  it('leaves out what a history has for a key and is no hexadecimal', () => {
    const file = { ...FILE, key: 'not hex', digest: 'abc', size: 5 }
    expect(showMessage({ details: { attachments: [file] } })).toContain('1:fld1:bi5eee')
  })

  it.each([1.5, -1, Number.NaN, 2 ** 60])('leaves out details with the number %d', (number) => {
    const quote = { author: account, sentAtMs: number }
    const attachments = [{ ...FILE, size: number, width: number, height: number }]
    expect(showMessage({ details: { quote, attachments } })).toContain('1:fldee1:k7')
  })

  it('has its text in UTF-8', () => {
    const frame = encodeRecord({ kind: 'message', message: { ...MESSAGE, text: '👋' } })
    const end = frame?.subarray(-7) ?? new Uint8Array()
    expect(decodeUtf8(end)).toBe('4:👋e')
  })
})
