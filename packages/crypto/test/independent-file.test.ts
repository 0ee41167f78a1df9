/**
 * Sealed files, spec 13 §2, against libsodium's own stream in WebAssembly, and keys against
 * bare BLAKE2b: each side opens what the other sealed.
 */
import { blake2b } from '@noble/hashes/blake2.js'
import sodium from 'libsodium-wrappers'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { beforeAll, describe, expect, test } from 'vitest'
import { measureFile, openFile, sealFile } from '../src/session/index.ts'
import type { Ed25519Seed } from '../src/signing.ts'

const CHUNK_BYTES = 32_768
const randomness = createSeededRandomness('independent file')
const seed = randomness.bytes(32) as Ed25519Seed
const LENGTHS = [0, 1, 4053, 4054, 28_000, 32_767, 32_768, 65_535, 65_536, 140_000]

beforeAll(() => sodium.ready)

/** The plaintext with its padding in front, however the sealed bytes are cut. */
function openTheirs(key: Uint8Array, file: Uint8Array): Uint8Array {
  expect(file[0]).toBe('S'.charCodeAt(0))
  const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(file.subarray(1, 25), key)
  const plaintexts: Uint8Array[] = []
  let lastTag = -1
  for (let offset = 25; offset < file.length; offset += CHUNK_BYTES + 17) {
    const chunk = file.subarray(offset, offset + CHUNK_BYTES + 17)
    const opened = sodium.crypto_secretstream_xchacha20poly1305_pull(state, chunk, null)
    if (!opened) throw new Error('does not open')
    plaintexts.push(opened.message)
    lastTag = opened.tag
  }
  expect(lastTag).toBe(sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL)
  return Uint8Array.from(Buffer.concat(plaintexts))
}

/** With a header of libsodium's own choice, which a receiver must take as it is. */
function sealTheirs(
  key: Uint8Array,
  plaintext: Uint8Array,
  options: { readonly lastTag?: number } = {},
): Uint8Array {
  const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key)
  const parts = [Uint8Array.of(0x53), header]
  for (let offset = 0; offset < plaintext.length; offset += CHUNK_BYTES) {
    const isLast = offset + CHUNK_BYTES >= plaintext.length
    const tag = isLast ? (options.lastTag ?? 3) : 0
    const chunk = plaintext.subarray(offset, offset + CHUNK_BYTES)
    parts.push(sodium.crypto_secretstream_xchacha20poly1305_push(state, chunk, null, tag))
  }
  return Uint8Array.from(Buffer.concat(parts))
}

function contentOf(length: number): Uint8Array {
  return randomness.bytes(length)
}

describe('a file of ours', () => {
  test.each(LENGTHS)('it opens for libsodium with %i bytes, padded as announced', (length) => {
    const content = contentOf(length)
    const sealed = sealFile({ seed, purpose: 'attachment' }, content)
    if (!sealed.ok) throw sealed.error
    const { sealedBytes, paddingBytes } = measureFile(length)
    expect(sealed.value.bytes.length).toBe(sealedBytes)
    const plaintext = openTheirs(sealed.value.key, sealed.value.bytes)
    expect(plaintext.findIndex((byte) => byte !== 0)).toBe(paddingBytes - 1)
    expect(plaintext[paddingBytes - 1]).toBe(1)
    expect(Buffer.from(plaintext.subarray(paddingBytes)).equals(content)).toBe(true)
  })

  test.each([
    ['attachment', 'SessionAttachmnt'],
    ['profile_picture', 'Session_Prof_Pic'],
  ] as const)('it has the key and header of a personalised hash, for a %s', (purpose, person) => {
    const content = contentOf(1000)
    const sealed = sealFile({ seed, purpose }, content)
    if (!sealed.ok) throw sealed.error
    const [header, key] = [sealed.value.bytes.subarray(1, 25), sealed.value.key]
    const digest = blake2b(content, { dkLen: 56, key: seed, personalization: Buffer.from(person) })
    expect(Buffer.from(digest)).toEqual(Buffer.concat([header, key]))
  })
})

describe('a file of libsodium’s', () => {
  test.each(LENGTHS)('it opens for us with %i bytes and any padding', (length) => {
    const content = contentOf(length)
    const key = randomness.bytes(32)
    for (const paddingBytes of [1, 2, 5000, 40_000]) {
      const plaintext = new Uint8Array(paddingBytes + length)
      plaintext[paddingBytes - 1] = 1
      plaintext.set(content, paddingBytes)
      const opened = openFile(key, sealTheirs(key, plaintext))
      expect(opened.ok && Buffer.from(opened.value).equals(content)).toBe(true)
    }
  })

  test.each([0, 1, 2])('it is refused when its last chunk has the tag %i (trap 30)', (lastTag) => {
    const key = randomness.bytes(32)
    const opened = openFile(key, sealTheirs(key, Uint8Array.of(0, 1, 5), { lastTag }))
    expect(opened.ok ? 'opened' : opened.error.code).toBe('file_malformed')
  })

  test.each([
    ['has no end of padding', Uint8Array.of(0, 0, 0)],
    ['has another byte where padding ends', Uint8Array.of(0, 2, 1, 5)],
    ['has no padding at all', Uint8Array.of(5, 1)],
  ])('it is refused when it %s', (_, plaintext) => {
    const key = randomness.bytes(32)
    const opened = openFile(key, sealTheirs(key, plaintext))
    expect(opened.ok ? 'opened' : opened.error.code).toBe('file_malformed')
  })
})
