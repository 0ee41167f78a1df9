/** The bytes before the first chunk (spec 16 §2.1), field by field. */
import { encodeHex } from '@sotto/crypto/bytes'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import {
  ARCHIVE_COST,
  ARCHIVE_HEADER_BYTES,
  ARCHIVE_VERSION,
  createArchiveHeader,
  decodeArchiveHeader,
} from './archive-header.ts'
import { ArchiveLock } from './archive-lock.ts'

const randomness = createSeededRandomness('header')
const COST = { passes: 3, memoryKibibytes: 65_536 }

function codeOf(bytes: Uint8Array): string {
  const decoded = decodeArchiveHeader(bytes)
  return decoded.ok ? 'accepted' : decoded.error.code
}

function withUint32(offset: number, value: number): Uint8Array {
  const { bytes } = createArchiveHeader(COST, randomness)
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(offset, value, true)
  return bytes
}

describe('the header of an archive', () => {
  it('has its fields where the specification says', () => {
    const { bytes, salt, streamHeader } = createArchiveHeader(COST, randomness)
    expect(bytes.length).toBe(ARCHIVE_HEADER_BYTES)
    expect(ARCHIVE_HEADER_BYTES).toBe(60)
    const hex = encodeHex(bytes)
    expect(hex.slice(0, 16)).toBe(encodeHex(new TextEncoder().encode('SOTTOARC')))
    expect(hex.slice(16, 24)).toBe('01000000')
    expect(hex.slice(24, 32)).toBe('03000000')
    expect(hex.slice(32, 40)).toBe('00000100')
    expect(hex.slice(40, 72)).toBe(encodeHex(salt))
    expect(hex.slice(72)).toBe(encodeHex(streamHeader))
  })

  it('comes back as it went in', () => {
    const header = createArchiveHeader(COST, randomness)
    expect(decodeArchiveHeader(header.bytes)).toEqual({ ok: true, value: header })
  })

  it('is new each time, so that two archives under one passphrase have two keys', () => {
    const [one, other] = [
      createArchiveHeader(COST, randomness),
      createArchiveHeader(COST, randomness),
    ]
    expect(one.salt).not.toEqual(other.salt)
    expect(one.streamHeader).not.toEqual(other.streamHeader)
  })

  it('does not keep hold of the bytes that it was read from', () => {
    const { bytes } = createArchiveHeader(COST, randomness)
    const decoded = decodeArchiveHeader(bytes)
    if (!decoded.ok) throw decoded.error
    const before = encodeHex(decoded.value.bytes)
    bytes.fill(0)
    expect(encodeHex(decoded.value.bytes)).toBe(before)
    expect(decoded.value.salt.some((byte) => byte !== 0)).toBe(true)
  })

  it('asks for what RFC 9106 recommends to machines with little memory', () => {
    expect(ARCHIVE_COST).toEqual({ passes: 3, memoryKibibytes: 64 * 1024 })
    expect(ARCHIVE_VERSION).toBe(1)
  })
})

describe('a cost', () => {
  it.each([
    ['passes', 12, 1, 'accepted'],
    ['passes', 12, 8, 'accepted'],
    ['passes', 12, 0, 'archive_cost'],
    ['passes', 12, 9, 'archive_cost'],
    ['passes', 12, 0xffffffff, 'archive_cost'],
    ['memory', 16, 8, 'accepted'],
    ['memory', 16, 524_288, 'accepted'],
    ['memory', 16, 7, 'archive_cost'],
    ['memory', 16, 524_289, 'archive_cost'],
    ['memory', 16, 0x80000000, 'archive_cost'],
  ])(
    'of %s at %i of %i is %s, before anything is computed from it',
    (_, offset, value, outcome) => {
      expect(codeOf(withUint32(offset, value))).toBe(outcome)
    },
  )
})

describe('every cut of a header', () => {
  const { bytes } = createArchiveHeader(COST, randomness)
  const lengths = Array.from({ length: ARCHIVE_HEADER_BYTES }, (_, length) => length)

  it.each(lengths)('is refused with %i bytes', (length) => {
    expect(codeOf(bytes.subarray(0, length))).toBe(
      length < 8 ? 'archive_malformed' : 'archive_damaged',
    )
  })

  it('is refused with one byte too many', () => {
    expect(codeOf(new Uint8Array([...bytes, 0]))).toBe('archive_damaged')
  })
})

describe('a key', () => {
  const cost = { passes: 1, memoryKibibytes: 8 }

  it('differs for every altered byte of the header', () => {
    const header = createArchiveHeader(cost, randomness)
    const keys = [0, 12, 20, 40, 59].map((offset) => {
      const bytes = Uint8Array.from(header.bytes)
      bytes[offset] = (bytes[offset] ?? 0) ^ 1
      return encodeHex(new ArchiveLock('a passphrase').deriveKey({ ...header, bytes }))
    })
    keys.push(encodeHex(new ArchiveLock('a passphrase').deriveKey(header)))
    keys.push(encodeHex(new ArchiveLock('another one').deriveKey(header)))
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('is wiped when the lock is, and derived anew after that', () => {
    const header = createArchiveHeader(cost, randomness)
    const lock = new ArchiveLock('a passphrase')
    const key = lock.deriveKey(header)
    const before = encodeHex(key)
    lock.wipe()
    expect(key).toEqual(new Uint8Array(32))
    expect(encodeHex(lock.deriveKey(header))).toBe(before)
    lock.wipe()
    lock.wipe()
  })
})
