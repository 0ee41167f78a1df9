/** Spec 13 §4.6: lists of parts, and what is none. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { FILE_CONTENT_BYTES_MAX } from '@sotto/crypto/session'
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeLargeFile,
  encodeLargeFile,
  FILE_PARTS_MAX,
  type LargeFile,
  parseFileAddress,
} from './index.ts'

const URL = `http://files.example/file/${'a'.repeat(44)}#d=`
const PART = { url: URL, key: '01'.repeat(32), size: 1000 }

function createLargeFile(): LargeFile {
  const address = parseFileAddress(URL)
  if (address === undefined) throw new Error('an address')
  const part = { address, key: new Uint8Array(32).fill(1), contentBytes: 1000 }
  return { contentType: 'video/mp4', contentBytes: 2000, parts: [part, part] }
}

function decode(json: unknown) {
  return decodeLargeFile(encodeUtf8(JSON.stringify(json)))
}

describe('a list of parts', () => {
  it('reads what it wrote', () => {
    const file = createLargeFile()
    expect(decodeLargeFile(encodeLargeFile(file))).toEqual({ ok: true, value: file })
  })

  it('says no type that none is', () => {
    const list = { type: 'a\u0000b', size: 1000, parts: [PART] }
    expect(decode(list)).toMatchObject({ value: { contentType: 'application/octet-stream' } })
  })

  it.each<[string, object]>([
    ['is no list', { type: 'a/b', size: 0, parts: {} }],
    ['has no part', { type: 'a/b', size: 0, parts: [] }],
    ['has no type', { size: 1000, parts: [PART] }],
    ['has no size', { type: 'a/b', parts: [PART] }],
    ['has another size than its parts', { type: 'a/b', size: 999, parts: [PART] }],
    ['has a part that is none', { type: 'a/b', size: 1000, parts: [PART, null] }],
    ['has an empty part', { type: 'a/b', size: 1000, parts: [PART, { ...PART, size: 0 }] }],
    ['has a part of half a byte', { type: 'a/b', size: 0.5, parts: [{ ...PART, size: 0.5 }] }],
    ['has a part with a short key', { type: 'a/b', size: 1000, parts: [{ ...PART, key: '01' }] }],
    [
      'has a part without address',
      { type: 'a/b', size: 1000, parts: [{ ...PART, url: 'file:///etc/passwd' }] },
    ],
    [
      'has a part that is sealed in the older way',
      { type: 'a/b', size: 1000, parts: [{ ...PART, url: URL.replace('#d=', '') }] },
    ],
    [
      'has a part that no server takes',
      {
        type: 'a/b',
        size: FILE_CONTENT_BYTES_MAX + 1,
        parts: [{ ...PART, size: FILE_CONTENT_BYTES_MAX + 1 }],
      },
    ],
    [
      'has too many parts',
      {
        type: 'a/b',
        size: 1000 * (FILE_PARTS_MAX + 1),
        parts: Array.from({ length: FILE_PARTS_MAX + 1 }, () => PART),
      },
    ],
  ])('is refused when it %s', (_, json) => {
    expect(decode(json)).toMatchObject({ ok: false, error: { code: 'large_file_malformed' } })
  })

  it('never throws, and never claims another size than its parts have', () => {
    const sample = encodeLargeFile(createLargeFile())
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(200), arbitraryMutation(sample)), (bytes) => {
        const file = decodeLargeFile(bytes)
        if (!file.ok) return
        const sum = file.value.parts.reduce((total, part) => total + part.contentBytes, 0)
        expect(file.value.contentBytes).toBe(sum)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

it('takes as many parts as there may be, each as large as it may be', () => {
  const [part] = createLargeFile().parts
  if (part === undefined) throw new Error('a part')
  const largest = { ...part, contentBytes: FILE_CONTENT_BYTES_MAX }
  const parts = Array.from({ length: FILE_PARTS_MAX }, () => largest)
  const contentBytes = FILE_CONTENT_BYTES_MAX * FILE_PARTS_MAX
  const file = { contentType: 'video/mp4', contentBytes, parts }
  expect(decodeLargeFile(encodeLargeFile(file))).toEqual({ ok: true, value: file })
})

it('writes no list that it would not read', () => {
  const written = encodeLargeFile({ ...createLargeFile(), contentBytes: 1999 })
  expect(decodeLargeFile(written)).toMatchObject({ error: { code: 'large_file_malformed' } })
})
