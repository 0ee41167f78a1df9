/** Addresses, keys and records of lists. */
import { encodeHex } from '@sotto/crypto/bytes'
import { DECODER_RUNS, arbitraryText } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createNode } from '../../test/node-fixtures.ts'
import { isHost, isPort } from './network-address.ts'
import { parseNodeRecord } from './parse-node-record.ts'
import { isSigningPoint, parseEd25519Key, parseX25519Key } from './usable-key.ts'

/** Every encoding of a point of low order, from RFC 7748 and the literature around it; the top bit does not count. */
const LOW_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]

function setTopBit(hex: string): string {
  return hex.slice(0, 62) + (Number.parseInt(hex.slice(62), 16) | 0x80).toString(16)
}

describe('isHost', () => {
  it.each(['1.2.3.4', '127.0.0.1', '255.255.255.255', '10.0.0.0'])('takes %s', (host) => {
    expect(isHost(host)).toBe(true)
  })

  it.each([
    '',
    '0.0.0.0',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.256',
    '1.2.3.4 ',
    '::1',
    '0x7f.1',
    '1.2.3.-4',
    'localhost',
    '１.2.3.4',
    16_909_060,
    null,
  ])('refuses %j', (host) => {
    expect(isHost(host)).toBe(false)
  })

  it('takes every IPv4 address but the unspecified one, and nothing else: random text is a refusal', () => {
    fc.assert(
      fc.property(fc.ipV4(), (host) => {
        expect(isHost(host)).toBe(host !== '0.0.0.0')
      }),
    )
    fc.assert(
      fc.property(arbitraryText(20), (text) => {
        if (isHost(text)) expect(text).toMatch(/^[\d.]{7,15}$/)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('isPort', () => {
  it('takes 1 to 65535', () => {
    expect([1, 443, 65_535].every(isPort)).toBe(true)
    expect([0, -1, 65_536, 1.5, '443', null, Number.NaN].some(isPort)).toBe(false)
  })
})

describe('parseX25519Key', () => {
  it.each(LOW_ORDER)('refuses the point of low order %s, with and without the top bit', (hex) => {
    expect(parseX25519Key(hex)).toBeUndefined()
    expect(parseX25519Key(setTopBit(hex))).toBeUndefined()
  })

  it('takes other keys, also with the top bit set', () => {
    const hex = encodeHex(createNode(0).x25519)
    expect(parseX25519Key(hex)).toEqual(createNode(0).x25519)
    expect(parseX25519Key(setTopBit(hex))).toBeDefined()
  })
})

describe('parseEd25519Key', () => {
  it('checks the form: 64 lower-case hex digits', () => {
    const hex = encodeHex(createNode(0).ed25519)
    expect(parseEd25519Key(hex)).toEqual(createNode(0).ed25519)
    for (const text of ['', hex.slice(2), `${hex}00`, hex.toUpperCase(), `0x${hex.slice(2)}`, 5]) {
      expect(parseEd25519Key(text)).toBeUndefined()
    }
  })
})

describe('isSigningPoint', () => {
  it('is true for real keys and false for points that prove nothing', () => {
    expect(isSigningPoint(createNode(0).ed25519)).toBe(true)
    for (const hex of [`01${'00'.repeat(31)}`, '00'.repeat(32), 'ff'.repeat(32)]) {
      const key = parseEd25519Key(hex)
      expect(key && isSigningPoint(key)).toBe(false)
    }
  })
})

describe('parseNodeRecord', () => {
  const record = {
    ed25519: encodeHex(createNode(0).ed25519),
    x25519: encodeHex(createNode(0).x25519),
    legacy: encodeHex(createNode(0).legacy),
    host: '10.0.0.1',
    ports: { https: 22_021, web: 22_022, peer: 22_023 },
    roles: ['storage'],
    swarm: '0',
  }

  it('reads a record and ignores members that it does not know', () => {
    expect(parseNodeRecord(record)).toEqual(createNode(0))
    expect(parseNodeRecord({ ...record, future: 1 })).toEqual(createNode(0))
  })

  it('keeps a name and refuses one that could break a log line', () => {
    expect(parseNodeRecord({ ...record, name: 'node-1' })).toMatchObject({ name: 'node-1' })
    for (const name of ['', 'a b', 'a\nb', 'x'.repeat(65), '\u001b[31m', 5, null]) {
      expect(parseNodeRecord({ ...record, name })).toBeUndefined()
    }
  })

  it('answers anything with a record or a refusal, never a throw', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(parseNodeRecord(value)).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
