/** Files of the second client against values that neither it nor we made. */
import { createHash } from 'node:crypto'
import sodium from 'libsodium-wrappers'
import { describe, expect, it } from 'vitest'
import {
  encryptOldFile,
  measureOldFile,
  measureStreamPadding,
  openOldFile,
  openStream,
  sealOldFile,
  sealStream,
} from './foreign-attachment.ts'
import { hashBlake2b } from './foreign-blake2b.ts'
import { encryptOldPicture, openOldPicture, sealOldPicture } from './foreign-picture.ts'

const SEED = Buffer.from('0123456789abcdef'.repeat(4), 'hex')

function writePattern(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => (7 * index) % 256))
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

describe('a file of the old form', () => {
  it('is the one of the reference', () => {
    const key = Buffer.from(Array.from({ length: 64 }, (_, index) => index))
    const old = encryptOldFile(Buffer.from('hello world'), { key, iv: key.subarray(0, 16) })
    expect(old.file.toString('hex')).toBe(
      '000102030405060708090a0b0c0d0e0fb575a2c03e577110f6c0103c28719896736af6f5d318acfae96ad51b111e74387986308d1a6aef9a7cb93ff71372c7ea',
    )
    expect(old.digest.toString('hex')).toBe(
      'd52e6906ebc7bc26a316fc5d22ba973f107fa45114ea4f7fd8eb238e4531f2f9',
    )
  })

  it.each([
    [1, 541],
    [541, 541],
    [542, 568],
    [600, 626],
    [1000, 1020],
    [1024, 1071],
    [10_000, 10_110],
    [1_000_000, 1_041_743],
    [9_999_999, 10_000_000],
  ])('of %i bytes is padded to %i', (length, size) => {
    expect(measureOldFile(length)).toBe(size)
  })

  it('opens to its announced size, and not when a byte was changed', () => {
    const content = writePattern(700)
    const old = sealOldFile(content)
    expect(openOldFile(old, content.length)).toEqual(content)
    const file = Buffer.from(old.file)
    file.writeUInt8(file.readUInt8(40) ^ 1, 40)
    expect(() => openOldFile({ ...old, file }, content.length)).toThrow('changed on its way')
    expect(() => openOldFile({ ...old, digest: Buffer.alloc(32) }, 700)).toThrow('another file')
    expect(() => openOldFile(old, 5000)).toThrow('shorter than announced')
  })
})

describe('a file of the new form', () => {
  it.each([
    [
      0,
      'c811e82fa9a353e0e9814faaa362e3563af2ba3300d31d6e7ea8319b4b17b8d5',
      '28ca9a9e248a6bb759a44e4a9921d46313fa8a7ff4887120af8f15c1fcc803b9',
    ],
    [
      10,
      'a5ff549754db8366306e1fe3c9bade0bf47bc77a21136d13c11fd1888fb0575a',
      '23bb79dcd605be9fddabdc4ba8f80fa258292116b441534d1bde414e8909aa7d',
    ],
    [
      33_333,
      '4ce68ba1f085312eae658f147058210a9c05771ece2c8ced686d54544be1e945',
      '672f3bc44b2b1915b527d6429c86dd0b462a958aa1cad9afae0ad971e660002b',
    ],
  ])('of %i bytes has the key and the bytes of the reference', (length, key, sha256) => {
    const content = writePattern(length)
    const sealed = sealStream(SEED, 'attachment', content)
    expect(sealed.key.toString('hex')).toBe(key)
    expect(digest(sealed.file)).toBe(sha256)
    expect(openStream(sealed, length)).toEqual(content)
  })

  it.each([
    [0, 4096],
    [4053, 4096],
    [4054, 8192],
    [8149, 8192],
    [8150, 12_288],
    [33_333, 36_864],
    [60_000, 61_440],
    [261_982, 262_144],
    [261_983, 270_336],
    [523_990, 524_288],
    [523_991, 540_672],
    [6_543_210, 6_553_600],
    [10_000_000, 10_223_616],
    [10_218_286, 10_223_616],
    [25_000_000, 25_165_824],
  ])('of %i bytes takes %i', (length, size) => {
    const padded = length + measureStreamPadding(length)
    expect(1 + 24 + padded + 17 * Math.ceil(padded / 32_768)).toBe(size)
  })

  it('does not open when it was cut or changed', () => {
    const { file, key } = sealStream(SEED, 'picture', writePattern(70_000))
    expect(() => openStream({ file: file.subarray(0, 25 + 32_785), key }, 70_000)).toThrow(
      'cut off',
    )
    const changed = Buffer.from(file)
    changed.writeUInt8(changed.readUInt8(500) ^ 1, 500)
    expect(() => openStream({ file: changed, key }, 70_000)).toThrow('changed on its way')
    expect(() => openStream({ file, key }, 69_999)).toThrow('another size')
  })
})

describe('a picture of the old form', () => {
  it('is the one of the reference', () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index))
    const old = encryptOldPicture(Buffer.from('hello world'), { key, iv: key.subarray(0, 12) })
    expect(old.file.toString('hex')).toBe(
      '000102030405060708090a0b2f67ba77aac5b574ff2df305301c56437e2377b98ef3961c271928',
    )
  })

  it('opens, and not when a byte was changed', () => {
    const content = writePattern(700)
    const { file, key } = sealOldPicture(content)
    expect(openOldPicture({ file, key })).toEqual(content)
    file.writeUInt8(file.readUInt8(40) ^ 1, 40)
    expect(() => openOldPicture({ file, key })).toThrow('authenticate')
  })
})

describe('BLAKE2b', () => {
  it('is the one of libsodium, with and without a key', () => {
    for (const length of [0, 1, 127, 128, 129, 1000]) {
      const message = writePattern(length)
      expect(hashBlake2b(message, { size: 32 })).toEqual(
        Buffer.from(sodium.crypto_generichash(32, message, null)),
      )
      expect(hashBlake2b(message, { size: 56, key: SEED })).toEqual(
        Buffer.from(sodium.crypto_generichash(56, message, SEED)),
      )
    }
  })
})
