/** The protobuf boundary (spec 05 §6): which bytes are read, which are refused, and which are written. */
import { create } from '@bufbuild/protobuf'
import { decodeHex, encodeHex } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import {
  CallMessage_Type,
  type Content,
  ContentSchema,
  decodeProtobuf,
  encodeProtobuf,
  EnvelopeSchema,
  ReceiptMessage_Type,
  STORED_MESSAGE_MAX_BYTES,
} from './index.ts'

function decode(hex: string): ReturnType<typeof decodeProtobuf<typeof ContentSchema>> {
  return decodeProtobuf(ContentSchema, decodeHex(hex) ?? new Uint8Array([0xff]))
}

function decodeValid(hex: string): Content {
  const content = decode(hex)
  if (!content.ok) throw content.error
  return content.value
}

function reencode(hex: string): string {
  return encodeHex(encodeProtobuf(ContentSchema, decodeValid(hex)))
}

const UUID = '2a2431313131313131312d313131312d343131312d383131312d313131313131313131313131'

describe('decodeProtobuf', () => {
  it('reads call messages that other clients wrote', () => {
    const offer = decodeValid(
      '1a550801122b763d300d0a6f3d2d2030203020494e20495034203132372e302e302e310d0a' +
        `733d2d0d0a743d3020300d0a${UUID}`,
    ).callMessage
    expect(offer).toMatchObject({
      type: CallMessage_Type.OFFER,
      sdps: ['v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n'],
      uuid: '11111111-1111-4111-8111-111111111111',
    })
    expect(decodeValid(`1a280806${UUID}`).callMessage?.type).toBe(CallMessage_Type.PRE_OFFER)
  })

  it('reads repeated numbers packed and unpacked', () => {
    const unpacked = decodeValid('2a06080110011002').receiptMessage
    const packed = decodeValid('2a06080112020102').receiptMessage
    expect(unpacked?.timestamp).toEqual([1n, 2n])
    expect(packed?.timestamp).toEqual([1n, 2n])
    const indexes = decodeValid(`1a2c08041a020001${UUID}`).callMessage
    expect(indexes?.sdpMLineIndexes).toEqual([0, 1])
  })

  it('ignores fields that it does not know, at every level', () => {
    expect(decodeValid('78019a0603616263').sigTimestamp).toBe(1n)
    expect(decodeValid('0a08 0a0161 9a0603616263'.replaceAll(' ', '')).dataMessage?.body).toBe('a')
    expect(decodeValid('70057801').sigTimestamp).toBe(1n)
  })

  it('takes the last of a field that comes twice, as every implementation does', () => {
    expect(decodeValid('78017802').sigTimestamp).toBe(2n)
  })

  it.each([
    ['a call without type', `1a26${UUID}`],
    ['a call without uuid', '1a020806'],
    ['a call of unknown type', `1a280809${UUID}`],
    ['a receipt without type', '2a021001'],
    ['a typing message without time', '32021000'],
    ['an unsend request without author', '4a020801'],
    ['a request response without answer', '5200'],
    ['a config without data', '5a0408011000'],
    ['a quote without author', '0a0442020801'],
    ['a reaction without action', '0a075a0508011201 61'.replace(' ', '')],
    ['an attachment without id', '0a0412022001'],
    ['the second of two attachments without id', '0a0f1209090000000000000000'.concat('12022001')],
    ['a preview without url', '0a02 5200'.replace(' ', '')],
    ['an invitation without name', '0a06b20603 0a0161'.replace(' ', '')],
  ])('refuses %s, which the library would forgive', (_, hex) => {
    expect(decode(hex)).toMatchObject({ ok: false, error: { code: 'session_malformed' } })
  })

  it('takes the same with the missing field', () => {
    expect(decode('0a0412022001').ok).toBe(false)
    expect(decode('0a0d120b0900000000000000002001').ok).toBe(true)
    expect(decode('5202 0801'.replace(' ', '')).ok).toBe(true)
  })

  it.each(['78', '78ff', '0aff01', '0f', '00', '0b', '0c', 'ffffffffffffffffffff01'])(
    'refuses broken bytes %s',
    (hex) => {
      expect(decode(hex)).toMatchObject({ ok: false, error: { code: 'session_malformed' } })
    },
  )

  it('refuses more bytes than a swarm keeps, before it looks at them', () => {
    const bytes = new Uint8Array(STORED_MESSAGE_MAX_BYTES + 1)
    expect(decodeProtobuf(ContentSchema, bytes)).toMatchObject({
      ok: false,
      error: { code: 'session_too_large' },
    })
  })

  it('survives groups nested as deeply as the bytes allow', () => {
    const bytes = new Uint8Array(STORED_MESSAGE_MAX_BYTES).fill(0x9b)
    for (let index = 1; index < bytes.length; index += 2) bytes[index] = 0x06
    expect(decodeProtobuf(ContentSchema, bytes).ok).toBe(false)
  })

  it('gives the content nothing, for nothing was said', () => {
    expect(decodeValid('')).toEqual(create(ContentSchema))
  })
})

describe('encodeProtobuf', () => {
  it('writes what it read, byte for byte', () => {
    for (const hex of ['', '7801', `1a280806${UUID}`, `1a280805${UUID}`, '2a06080110011002']) {
      expect(reencode(hex)).toBe(hex)
    }
  })

  it('writes repeated numbers unpacked, as receivers of old expect', () => {
    const content = create(ContentSchema, {
      receiptMessage: { type: ReceiptMessage_Type.READ, timestamp: [1n, 2n] },
    })
    expect(encodeHex(encodeProtobuf(ContentSchema, content))).toBe('2a06080110011002')
  })

  it('writes fields in ascending order, whatever order they were set in', () => {
    const forwards = create(ContentSchema, { expirationTimer: 5, sigTimestamp: 1n })
    const backwards = create(ContentSchema, { sigTimestamp: 1n })
    backwards.expirationTimer = 5
    expect(encodeHex(encodeProtobuf(ContentSchema, forwards))).toBe('68057801')
    expect(encodeProtobuf(ContentSchema, backwards)).toEqual(
      encodeProtobuf(ContentSchema, forwards),
    )
  })

  it('writes a fixed64 id of 0 for attachments that have none, trap 31', () => {
    const content = create(ContentSchema, { dataMessage: { attachments: [{ id: 0n }] } })
    expect(encodeHex(encodeProtobuf(ContentSchema, content))).toBe('0a0b1209090000000000000000')
  })

  it('throws when our own code forgot a required field', () => {
    const envelope = create(EnvelopeSchema, { content: Uint8Array.of(1) })
    expect(() => encodeProtobuf(EnvelopeSchema, envelope)).toThrow(/required/)
  })
})
