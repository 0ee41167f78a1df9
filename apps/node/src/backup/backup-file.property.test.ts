/** The outside of a backup file, from bytes of strangers; no key is derived here. */
import { encodeUint32LittleEndian } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import {
  arbitraryBytes,
  arbitraryBytesBetween,
  arbitraryBytesOf,
  arbitraryMutation,
  DECODER_RUNS,
} from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BACKUP_BYTES_MAX,
  decodeBackupFile,
  encodeBackupFile,
  encodeBackupHeader,
} from './backup-file.ts'

const HEADER = {
  cost: { passes: 3, memoryKibibytes: 262_144 },
  salt: new Uint8Array(16).fill(1),
  nonce: new Uint8Array(24).fill(2),
}
const SEALED = new Uint8Array(100).fill(3)
const WHOLE = encodeBackupFile(encodeBackupHeader(HEADER, SEALED.length), SEALED)

function readCode(bytes: Uint8Array): string {
  const file = decodeBackupFile(bytes)
  return file.ok ? 'accepted' : file.error.code
}

/** Alters bytes and makes the checksum right again, as somebody does who means harm. */
function forge(offset: number, change: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(WHOLE)
  bytes.set(change, offset)
  const body = bytes.subarray(0, bytes.length - 32)
  bytes.set(blake2b(body, { length: 32 }), body.length)
  return bytes
}

describe('decodeBackupFile', () => {
  it('gives back what was encoded', () => {
    const headers = fc.record({
      cost: fc.record({
        passes: fc.integer({ min: 1, max: 8 }),
        memoryKibibytes: fc.integer({ min: 8, max: 524_288 }),
      }),
      salt: arbitraryBytesOf(16),
      nonce: arbitraryBytesOf(24),
    })
    fc.assert(
      fc.property(headers, arbitraryBytesBetween(16, 200), (parts, sealed) => {
        const header = encodeBackupHeader(parts, sealed.length)
        const file = decodeBackupFile(encodeBackupFile(header, sealed))
        expect(file).toEqual({ ok: true, value: { ...parts, header, sealed } })
      }),
    )
  })

  it('refuses every cut, and says that it is one', () => {
    for (let length = 0; length < WHOLE.length; length++) {
      expect(readCode(WHOLE.subarray(0, length))).toBe('backup_malformed')
    }
    const cut = decodeBackupFile(WHOLE.subarray(0, WHOLE.length - 1))
    expect(!cut.ok && cut.error.message).toContain('cut off')
  })

  it('refuses every byte that is wrong, before a passphrase is asked to open it', () => {
    for (let offset = 0; offset < WHOLE.length; offset++) {
      const bytes = Uint8Array.from(WHOLE)
      bytes[offset] = (bytes[offset] ?? 0) ^ 1
      expect(readCode(bytes)).toBe(offset === 8 ? 'backup_version' : 'backup_malformed')
    }
  })

  it.each([
    ['no pass', 12, 0],
    ['one pass too many', 12, 9],
    ['the most passes', 12, 0xffff_ffff],
    ['too little memory', 16, 7],
    ['one kibibyte too much', 16, 524_289],
    ['four tebibytes', 16, 0xffff_ffff],
  ])('refuses a file that asks for %s, whose checksum is right', (_name, offset, value) => {
    expect(readCode(forge(offset, encodeUint32LittleEndian(value)))).toBe('backup_cost')
  })

  it.each([
    ['another magic', 0, Uint8Array.of(0x73), 'backup_malformed'],
    ['version 2', 8, Uint8Array.of(2), 'backup_version'],
    ['version 0', 8, Uint8Array.of(0), 'backup_version'],
    ['a reserved byte', 10, Uint8Array.of(1), 'backup_malformed'],
    ['a length beyond the end', 60, encodeUint32LittleEndian(101), 'backup_malformed'],
    ['a length before the end', 60, encodeUint32LittleEndian(99), 'backup_malformed'],
    ['the largest length', 60, encodeUint32LittleEndian(0xffff_ffff), 'backup_malformed'],
  ])('refuses %s, whose checksum is right', (_name, offset, change, code) => {
    expect(readCode(forge(offset, change))).toBe(code)
  })

  it('refuses what is sealed with less than a tag, and what is larger than any backup', () => {
    const short = new Uint8Array(15)
    expect(readCode(encodeBackupFile(encodeBackupHeader(HEADER, 15), short))).toBe(
      'backup_malformed',
    )
    const largest = new Uint8Array(BACKUP_BYTES_MAX - 96)
    const fits = encodeBackupFile(encodeBackupHeader(HEADER, largest.length), largest)
    expect(readCode(fits)).toBe('accepted')
    const large = new Uint8Array(largest.length + 1)
    const exceeds = encodeBackupFile(encodeBackupHeader(HEADER, large.length), large)
    expect(readCode(exceeds)).toBe('backup_malformed')
  })

  it('never throws, and accepts only what it would have written', () => {
    const mutations = arbitraryMutation(WHOLE)
    const forgeries = fc
      .tuple(fc.integer({ min: 8, max: 63 }), arbitraryBytesOf(1))
      .map(([offset, change]) => forge(offset, change))
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(200), mutations, forgeries), (bytes) => {
        const file = decodeBackupFile(bytes)
        if (!file.ok) return
        const { header, sealed, cost } = file.value
        expect(cost.passes).toBeLessThanOrEqual(8)
        expect(cost.memoryKibibytes).toBeLessThanOrEqual(524_288)
        expect(header).toEqual(encodeBackupHeader(file.value, sealed.length))
        expect(encodeBackupFile(header, sealed)).toEqual(bytes)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
