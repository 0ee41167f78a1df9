/** The wrappers of spec 05 §3, to the byte. */
import { concatBytes, decodeHex, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { decodeEnvelope, encodeEnvelope, STORED_MESSAGE_MAX_BYTES } from './index.ts'

const sealed = Uint8Array.of(0xaa, 0xbb)
const SENT_AT_MS = 1_767_225_600_000
const SENT_AT_VARINT = '80d0eab6b733'

function encodeHexOf(input: Parameters<typeof encodeEnvelope>[0]): string {
  const bytes = encodeEnvelope(input)
  if (!bytes.ok) throw bytes.error
  return encodeHex(bytes.value)
}

function bytesOf(hex: string): Uint8Array {
  const bytes = decodeHex(hex.replaceAll(' ', ''))
  if (bytes === undefined) throw new TypeError('a test has hex that is none')
  return bytes
}

/** A field of at most 127 bytes. */
function field(tag: number, content: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(tag, content.length), content])
}

const VERB = 0x0a
const PATH = 0x12
const BODY = 0x1a
const REQUEST = 0x12

function wrap(envelope: string, { verb = '', path = '' } = {}): Uint8Array {
  const request = concatBytes([
    field(VERB, encodeUtf8(verb)),
    field(PATH, encodeUtf8(path)),
    field(BODY, bytesOf(envelope)),
    bytesOf('2000'),
  ])
  return concatBytes([bytesOf('0801'), field(REQUEST, request)])
}

function codeOf(bytes: Uint8Array): string {
  const envelope = decodeEnvelope(bytes)
  return envelope.ok ? 'accepted' : envelope.error.code
}

describe('encodeEnvelope', () => {
  it('emits the empty verb, the empty path and id 0, traps 13 and 14', () => {
    expect(encodeHexOf({ timestampMs: 1, sealed })).toBe(
      ['0801', '1210', '0a00', '1200', '1a08', '08062801', '4202aabb', '2000'].join(''),
    )
  })

  it('writes the fields of the envelope in the order 1, 5, 7, 8, 11', () => {
    const proSignature = new Uint8Array(64).fill(0x11)
    expect(encodeHexOf({ timestampMs: SENT_AT_MS, sealed, proSignature })).toBe(
      [
        '0801',
        '1259',
        '0a00',
        '1200',
        '1a51',
        '0806',
        `28${SENT_AT_VARINT}`,
        '3801',
        '4202aabb',
        `5a40${'11'.repeat(64)}`,
        '2000',
      ].join(''),
    )
  })

  it('writes the time 1 of configurations as any other time, trap 14', () => {
    expect(encodeHexOf({ timestampMs: 1, sealed })).toContain('08062801')
  })

  it('refuses what no swarm would keep, before it is sent', () => {
    const fits = new Uint8Array(STORED_MESSAGE_MAX_BYTES - 40)
    const tooLarge = new Uint8Array(STORED_MESSAGE_MAX_BYTES)
    expect(encodeEnvelope({ timestampMs: 1, sealed: fits }).ok).toBe(true)
    expect(encodeEnvelope({ timestampMs: 1, sealed: tooLarge })).toMatchObject({
      ok: false,
      error: { code: 'session_too_large' },
    })
  })
})

describe('decodeEnvelope', () => {
  it('gives time and sealed bytes', () => {
    const bytes = bytesOf(encodeHexOf({ timestampMs: SENT_AT_MS, sealed }))
    expect(decodeEnvelope(bytes)).toEqual({
      ok: true,
      value: { timestampMs: SENT_AT_MS, sealed },
    })
  })

  it('ignores verb and path: old clients wrote an address there', () => {
    const bytes = wrap('08062801 4202aabb', { verb: 'PUT', path: '/api/v1/message' })
    expect(decodeEnvelope(bytes)).toEqual({ ok: true, value: { timestampMs: 1, sealed } })
  })

  it('reads a request without verb, path and id, as protobuf lets writers leave them out', () => {
    const request = field(BODY, bytesOf('08062801 4202aabb'))
    expect(codeOf(concatBytes([bytesOf('0801'), field(REQUEST, request)]))).toBe('accepted')
  })

  it('ignores serverTimestamp, proSig and unknown fields (trap 34)', () => {
    expect(codeOf(wrap('08062801 4202aabb 5005 5a0101 9a0603616263'))).toBe('accepted')
  })

  it('takes an empty source and one of 66 digits, and no other', () => {
    const sources = { '': true, [`05${'ab'.repeat(32)}`]: true, [`05${'AB'.repeat(32)}`]: true }
    for (const source of Object.keys(sources)) {
      const written = encodeHex(field(PATH, encodeUtf8(source)))
      expect(codeOf(wrap(`0806 ${written} 2801 4202aabb`))).toBe('accepted')
    }
    for (const source of ['a', '05', `05${'ab'.repeat(31)}`, `05${'zz'.repeat(32)}`]) {
      const written = encodeHex(field(PATH, encodeUtf8(source)))
      expect(codeOf(wrap(`0806 ${written} 2801 4202aabb`))).toBe('session_malformed')
    }
  })

  it.each([
    ['no bytes', new Uint8Array()],
    ['no request', bytesOf('0801')],
    ['a response', concatBytes([bytesOf('0802'), wrap('08062801 4202aabb').subarray(2)])],
    ['no type of the wrapper', wrap('08062801 4202aabb').subarray(2)],
    ['an empty body', wrap('')],
    ['an envelope without type', wrap('2801 4202aabb')],
    ['an envelope without time', wrap('0806 4202aabb')],
    ['an envelope without content', wrap('08062801')],
    ['an envelope with empty content', wrap('08062801 4200')],
    ['an envelope of groups, trap 13', wrap('08072801 4202aabb')],
    ['an envelope of an unknown type', wrap('08092801 4202aabb')],
    ['a time beyond what is exact', wrap('0806 28ffffffffffffffffff01 4202aabb')],
    ['a bare envelope, trap 13', bytesOf('08062801 4202aabb')],
    ['text', encodeUtf8('hello')],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(bytes)).toBe('session_malformed')
  })

  it('refuses every beginning of a message: nothing is guessed', () => {
    const whole = wrap('08062801 4202aabb')
    for (let length = 0; length < whole.length; length++) {
      expect(decodeEnvelope(whole.subarray(0, length)).ok, `${length} bytes`).toBe(false)
    }
  })
})
