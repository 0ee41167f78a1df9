import { describe, expect, test } from 'vitest'
import { concatBytes, decodeHex, encodeHex } from '../bytes.ts'
import { sha256 } from '../hash.ts'
import type { Ed25519Seed } from '../signing.ts'
import type { FileKeys, FileOrigin } from './index.ts'
import {
  FILE_CONTENT_BYTES_MAX,
  FileKeyDerivation,
  FileOpener,
  FileSealer,
  openFile,
  sealFile,
} from './index.ts'

const seed = (decodeHex('0123456789abcdef'.repeat(4)) ?? new Uint8Array()) as Ed25519Seed
const origin: FileOrigin = { seed, purpose: 'attachment' }
const CHUNK_BYTES = 32_768 + 17

/** The content of the published vectors. */
function patternOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => 7 * index)
}

function sealed(
  content: Uint8Array,
  from: FileOrigin = origin,
): { key: Uint8Array; bytes: Uint8Array } {
  const file = sealFile(from, content)
  if (!file.ok) throw file.error
  return file.value
}

function codeOf(key: Uint8Array, bytes: Uint8Array): string {
  const opened = openFile(key, bytes)
  return opened.ok ? 'opened' : opened.error.code
}

function keysOf(content: Uint8Array): FileKeys {
  const derivation = new FileKeyDerivation(origin)
  derivation.push(content)
  const keys = derivation.finish()
  if (keys === undefined) throw new TypeError('a small file')
  return keys
}

describe('sealFile', () => {
  test.each([
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
  ])('it makes of %i bytes the key and the file that libsodium makes', (length, key, digest) => {
    const file = sealed(patternOf(length))
    expect(encodeHex(file.key)).toBe(key)
    expect(encodeHex(sha256(file.bytes))).toBe(digest)
  })

  test('it makes the same file of the same content, and other bytes for another purpose or sender', () => {
    const content = patternOf(100)
    const file = sealed(content)
    expect(sealed(Uint8Array.from(content))).toEqual(file)
    const picture = sealed(content, { seed, purpose: 'profile_picture' })
    const other = sealed(content, {
      seed: new Uint8Array(32) as Ed25519Seed,
      purpose: 'attachment',
    })
    for (const { key, bytes } of [picture, other]) {
      expect(key).not.toEqual(file.key)
      expect(bytes.subarray(0, 25)).not.toEqual(file.bytes.subarray(0, 25))
    }
  })

  test('it refuses a file that no file server takes', () => {
    const file = sealFile(origin, new Uint8Array(FILE_CONTENT_BYTES_MAX + 1))
    expect(file.ok ? 'sealed' : file.error.code).toBe('file_too_large')
  })

  test('it seals and opens the largest file', () => {
    const content = patternOf(FILE_CONTENT_BYTES_MAX)
    const { key, bytes } = sealed(content)
    const opened = openFile(key, bytes)
    expect(opened.ok && sha256(opened.value)).toEqual(sha256(content))
  })
})

describe('FileSealer', () => {
  test.each([1, 24, 1000, 32_768, 40_000])(
    'it writes the same file whatever the pieces, here of %i bytes',
    (pieceBytes) => {
      const content = patternOf(pieceBytes < 100 ? 700 : 90_000)
      const derivation = new FileKeyDerivation(origin)
      for (let offset = 0; offset < content.length; offset += pieceBytes) {
        derivation.push(content.subarray(offset, offset + pieceBytes))
      }
      const keys = derivation.finish()
      if (keys === undefined) throw new TypeError('a small file')
      const sealer = new FileSealer(origin, keys)
      const written: Uint8Array[] = [sealer.start()]
      for (let offset = 0; offset < content.length; offset += pieceBytes) {
        written.push(sealer.push(content.subarray(offset, offset + pieceBytes)))
      }
      const tail = sealer.finish()
      if (!tail.ok) throw tail.error
      expect(concatBytes(written)).toEqual(sealed(content).bytes)
    },
  )

  test.each([
    ['shorter', patternOf(99)],
    ['longer', patternOf(101)],
    ['another', new Uint8Array(100)],
  ])(
    'it refuses a file that is %s at the second reading, so that no nonce is used twice',
    (_, changed) => {
      const sealer = new FileSealer(origin, keysOf(patternOf(100)))
      sealer.start()
      sealer.push(changed)
      const tail = sealer.finish()
      expect(tail.ok ? 'sealed' : tail.error.code).toBe('file_changed')
    },
  )
})

describe('openFile', () => {
  test.each([0, 1, 10, 4053, 4054, 32_741, 32_742, 32_767, 32_768, 32_769, 65_536, 200_000])(
    'it gives back %i bytes',
    (length) => {
      const content = patternOf(length)
      const { key, bytes } = sealed(content)
      expect(openFile(key, bytes)).toEqual({ ok: true, value: content })
    },
  )

  test('it gives back zeros and ones that stand where padding could', () => {
    const content = Uint8Array.of(0, 0, 1, 0, 1, 1, 0)
    const { key, bytes } = sealed(content)
    expect(openFile(key, bytes)).toEqual({ ok: true, value: content })
  })

  test.each([1, 25, 26, 17, 1000, CHUNK_BYTES])('it opens in pieces of %i bytes', (pieceBytes) => {
    const content = patternOf(pieceBytes < 100 ? 5000 : 90_000)
    const { key, bytes } = sealed(content)
    const opener = new FileOpener(key)
    const read: Uint8Array[] = []
    for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
      const opened = opener.push(bytes.subarray(offset, offset + pieceBytes))
      if (!opened.ok) throw opened.error
      read.push(opened.value)
    }
    const tail = opener.finish()
    if (!tail.ok) throw tail.error
    expect(concatBytes([...read, tail.value])).toEqual(content)
  })

  test('it refuses a file cut short anywhere, at the edge of a chunk too (trap 30)', () => {
    const { key, bytes } = sealed(patternOf(70_000))
    const edges = [0, 1, 24, 25, 26, 41, 42, 25 + CHUNK_BYTES, 25 + 2 * CHUNK_BYTES]
    for (const length of [...edges, bytes.length - 1]) {
      expect(codeOf(key, bytes.subarray(0, length))).not.toBe('opened')
    }
    expect(codeOf(key, bytes.subarray(0, 25 + CHUNK_BYTES))).toBe('file_malformed')
  })

  test('it refuses chunks in another order, left out or twice', () => {
    const { key, bytes } = sealed(patternOf(70_000))
    const head = bytes.subarray(0, 25)
    const first = bytes.subarray(25, 25 + CHUNK_BYTES)
    const second = bytes.subarray(25 + CHUNK_BYTES, 25 + 2 * CHUNK_BYTES)
    const last = bytes.subarray(25 + 2 * CHUNK_BYTES)
    expect(codeOf(key, concatBytes([head, second, first, last]))).toBe('file_unopened')
    expect(codeOf(key, concatBytes([head, second, last]))).toBe('file_unopened')
    expect(codeOf(key, concatBytes([head, first, first, second, last]))).toBe('file_unopened')
    expect(codeOf(key, concatBytes([head, first, second, last]))).toBe('opened')
  })

  test('it refuses what stands behind the last chunk', () => {
    // Content that ends with a full chunk, so that the end is at a chunk's edge.
    const { key, bytes } = sealed(patternOf(33_000))
    expect(codeOf(key, concatBytes([bytes, Uint8Array.of(0)]))).not.toBe('opened')
    expect(codeOf(key, concatBytes([bytes, bytes.subarray(25)]))).not.toBe('opened')
  })

  test('it refuses another sign, another key, and more than a file server takes', () => {
    const { key, bytes } = sealed(patternOf(10))
    expect(codeOf(key, concatBytes([Uint8Array.of(0x54), bytes.subarray(1)]))).toBe(
      'file_malformed',
    )
    expect(codeOf(new Uint8Array(32), bytes)).toBe('file_unopened')
    expect(codeOf(key, new Uint8Array(10_223_617).fill(0x53))).toBe('file_too_large')
  })

  test('it refuses for good: nothing opens after a refusal', () => {
    const { key, bytes } = sealed(patternOf(10))
    const opener = new FileOpener(key)
    expect(opener.push(Uint8Array.of(...bytes.subarray(0, 25)))).toMatchObject({ ok: true })
    const altered = Uint8Array.from(bytes.subarray(25))
    altered[3] = (altered[3] ?? 0) ^ 1
    opener.push(altered)
    for (const outcome of [opener.finish(), opener.push(bytes), opener.finish()]) {
      expect(outcome.ok ? 'opened' : outcome.error.code).toBe('file_unopened')
    }
  })

  test('it throws for a key of another length, which is our own mistake', () => {
    expect(() => new FileOpener(new Uint8Array(31))).toThrow(RangeError)
  })
})
