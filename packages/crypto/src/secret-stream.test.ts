/** A content in chunks, against libsodium's own stream and against whoever moves, drops or alters chunks. */
import sodium from 'libsodium-wrappers'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { beforeAll, describe, expect, it } from 'vitest'
import { ChunkOpener, ChunkSealer, STREAM_OVERHEAD_BYTES } from './secret-stream.ts'

const randomness = createSeededRandomness('secret stream')
const KEYS = { key: randomness.bytes(32), header: randomness.bytes(24) }
const CONTENT = [randomness.bytes(1000), new Uint8Array(), randomness.bytes(7)]

beforeAll(() => sodium.ready)

function sealAll(chunks: readonly Uint8Array[]): readonly Uint8Array[] {
  const sealer = new ChunkSealer(KEYS)
  return chunks.map((chunk, index) => sealer.seal(chunk, { isLast: index === chunks.length - 1 }))
}

function openAll(sealed: readonly Uint8Array[], keys = KEYS): readonly unknown[] {
  const opener = new ChunkOpener(keys)
  return sealed.map((chunk) => opener.open(chunk))
}

describe('a stream of chunks', () => {
  it('opens chunk by chunk and says which is the last', () => {
    expect(openAll(sealAll(CONTENT))).toEqual([
      { chunk: CONTENT[0], isLast: false },
      { chunk: CONTENT[1], isLast: false },
      { chunk: CONTENT[2], isLast: true },
    ])
  })

  it('opens for libsodium, with the tags that libsodium means', () => {
    const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(KEYS.header, KEYS.key)
    const opened = sealAll(CONTENT).map((chunk) =>
      sodium.crypto_secretstream_xchacha20poly1305_pull(state, chunk, null),
    )
    expect(opened.map((chunk) => chunk && [chunk.message, chunk.tag])).toEqual([
      [CONTENT[0], 0],
      [CONTENT[1], 0],
      [CONTENT[2], 3],
    ])
  })

  it('says of a content that was cut short that its last chunk did not come', () => {
    expect(openAll(sealAll(CONTENT).slice(0, 2))).toEqual([
      { chunk: CONTENT[0], isLast: false },
      { chunk: CONTENT[1], isLast: false },
    ])
  })

  it('refuses a chunk in the place of another, and every one after that', () => {
    const [first, second, third] = sealAll(CONTENT)
    if (!first || !second || !third) throw new TypeError('three chunks')
    expect(openAll([second, first, third])).toEqual([undefined, undefined, undefined])
    expect(openAll([first, third, second])).toEqual([
      { chunk: CONTENT[0], isLast: false },
      undefined,
      undefined,
    ])
  })

  it('refuses what stands behind the last chunk, also the same chunk again', () => {
    const sealed = sealAll(CONTENT)
    const opened = openAll([...sealed, ...sealed.slice(-1)])
    expect(opened.at(-1)).toBeUndefined()
    expect(opened.at(-2)).toEqual({ chunk: CONTENT[2], isLast: true })
  })

  it.each([0, 1, 500, 1016])('refuses a chunk with byte %i altered', (index) => {
    const [first] = sealAll(CONTENT)
    if (!first) throw new TypeError('a chunk')
    first[index] = (first[index] ?? 0) ^ 1
    expect(openAll([first])).toEqual([undefined])
  })

  it('refuses another key, another header, and what is too short to be a chunk', () => {
    const sealed = sealAll(CONTENT).slice(0, 1)
    expect(openAll(sealed, { ...KEYS, key: randomness.bytes(32) })).toEqual([undefined])
    expect(openAll(sealed, { ...KEYS, header: randomness.bytes(24) })).toEqual([undefined])
    expect(openAll([new Uint8Array(STREAM_OVERHEAD_BYTES - 1)])).toEqual([undefined])
  })

  it('refuses tags that we never write, such as libsodium’s for a new key', () => {
    const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(KEYS.key)
    const push = (tag: number): Uint8Array =>
      sodium.crypto_secretstream_xchacha20poly1305_push(state, Uint8Array.of(1), null, tag)
    expect(openAll([push(1), push(0)], { key: KEYS.key, header })).toEqual([undefined, undefined])
  })

  it('throws for keys of another length and for a chunk behind the last, which are our mistakes', () => {
    expect(() => new ChunkSealer({ ...KEYS, key: new Uint8Array(31) })).toThrow(RangeError)
    expect(() => new ChunkOpener({ ...KEYS, header: new Uint8Array(23) })).toThrow(RangeError)
    const sealer = new ChunkSealer(KEYS)
    sealer.seal(new Uint8Array(), { isLast: true })
    expect(() => sealer.seal(new Uint8Array(), { isLast: true })).toThrow('behind the last')
  })
})
