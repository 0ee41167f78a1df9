/** Whatever a swarm, a group's member or a disk holds: a refusal or a value, never a throw (spec 11 §2.4, §3, §6.4). */
import { concatBytes, equalBytes } from '@sotto/crypto/bytes'
import { deriveAccount } from '@sotto/crypto/identity'
import { sealConfig } from '@sotto/crypto/session'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { zstdCompression } from '../../test/zstd-compression.ts'
import { decompressFrame } from './compression.ts'
import { type ConfigCipher, openCiphertext } from './config-ciphertext.ts'
import { decodeDump } from './config-dump.ts'
import { createFirstMessage, createMessage, createNextMessage } from './config-message.ts'
import { decodePart, encodePart } from './config-part.ts'
import type { ConfigValue } from './config-value.ts'
import { decodeMessage } from './decode-message.ts'
import { describeAccountConfig, SharedConfig } from './index.ts'
import { parseCommunityAddress } from './views/community-url.ts'
import { unwrapConfig, wrapConfig } from './wrap-config.ts'

const secret = new Uint8Array(32).fill(1)
/** Opening a seal takes a scalar multiplication each time, slow on the reference back end. */
const SEALED_RUNS = 1000
const cipher: ConfigCipher = { domain: 'Contacts', secrets: [secret], compression: zstdCompression }
const account = deriveAccount(new Uint8Array(16).fill(2))
const options = describeAccountConfig(account, 'Contacts', zstdCompression)

const state = new Map<string, ConfigValue>([
  ['a', 1],
  ['b', 'text'],
  ['c', new Set<number | string>([1, 2, 'x'])],
  ['d', new Map([['e', new Map([['f', 2n ** 60n]])]])],
])
const first = createNextMessage(createFirstMessage(), state)
const second = createNextMessage(first, new Map([...state, ['a', 'other']]))
const third = createNextMessage(second, new Map([['c', new Set([2, 3])]]))

/** Pieces of revisions, which reach deeper than random bytes do. */
const almostMessage = fc
  .array(
    fc.constantFrom(
      'd1:#i1e1:&',
      'de',
      '1:<',
      'le',
      '1:=',
      'e',
      'l',
      'd',
      '1:a',
      '0:',
      '1:-',
      'i3e',
    ),
    { maxLength: 24 },
  )
  .map((parts) => Uint8Array.from(parts.join(''), (character) => character.charCodeAt(0)))

/** What was read is written back with the same meaning, or two devices could read one revision differently. */
function expectRefusalOrIdentity(bytes: Uint8Array): void {
  const read = decodeMessage(bytes)
  if (!read.ok) return
  const again = decodeMessage(createMessage(read.value).bytes)
  const { seqno, data, diff, lagged, unknown } = read.value
  expect(again).toMatchObject({ ok: true, value: { seqno, data, diff, lagged, unknown } })
}

describe('decodeMessage', () => {
  it('refuses random bytes', () => {
    fc.assert(fc.property(arbitraryBytes(80), expectRefusalOrIdentity), { numRuns: DECODER_RUNS })
  })

  it('refuses or reads what looks like a revision', () => {
    fc.assert(fc.property(almostMessage, expectRefusalOrIdentity), { numRuns: DECODER_RUNS })
  })

  it('refuses or reads an altered revision', () => {
    fc.assert(fc.property(arbitraryMutation(third.bytes), expectRefusalOrIdentity), {
      numRuns: DECODER_RUNS,
    })
  })

  it('gives back every revision that was written without a signature, to the byte', () => {
    for (const message of [createFirstMessage(), first, second, third]) {
      const read = decodeMessage(message.bytes)
      expect(read.ok && equalBytes(createMessage(read.value).bytes, message.bytes)).toBe(true)
    }
  })
})

describe('openCiphertext', () => {
  it('refuses random ciphertexts', () => {
    fc.assert(
      fc.property(arbitraryBytes(300), (bytes) => {
        expect(openCiphertext(cipher, bytes).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('refuses or reads whatever somebody with the key seals', () => {
    const signs = fc.constantFrom([], [0x7a], [0x6d], [0x64], [0, 0, 0x7a, 0x28, 0xb5, 0x2f, 0xfd])
    fc.assert(
      fc.property(signs, arbitraryBytes(120), (sign, rest) => {
        const plaintext = concatBytes([Uint8Array.from(sign), rest])
        const opened = openCiphertext(cipher, sealConfig({ secret, domain: 'Contacts' }, plaintext))
        if (opened.ok && opened.value.kind === 'message') expect(opened.value.bytes[0]).toBe(0x64)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('decompressFrame', () => {
  const text = new Uint8Array(3000).map((_, index) => index % 7)
  const frame = zstdCompression.compress?.(text) ?? new Uint8Array()

  it('never asks the library for more than the frame may have', () => {
    const spy = { asked: 0 }
    const greedy = {
      decompress: (_: Uint8Array, lengthMax: number) => {
        spy.asked = Math.max(spy.asked, lengthMax)
        return undefined
      },
    }
    const header = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)
    fc.assert(
      fc.property(arbitraryBytes(40), (rest) => {
        expect(decompressFrame(greedy, concatBytes([header, rest]), 5000)).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
    expect(spy.asked).toBeLessThanOrEqual(5000)
  })

  it('refuses or reads an altered frame', () => {
    expect(decompressFrame(zstdCompression, frame, 3000)).toEqual(text)
    fc.assert(
      fc.property(arbitraryMutation(frame), (bytes) => {
        const read = decompressFrame(zstdCompression, bytes, 5000)
        expect(read === undefined || read.length <= 5000).toBe(true)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('decodePart', () => {
  it('refuses or reads random and altered parts', () => {
    const part = encodePart({ wholeHash: 'h'.repeat(32), index: 1, count: 3, chunk: secret })
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(60), arbitraryMutation(part)), (bytes) => {
        const read = decodePart(bytes)
        if (read !== undefined) expect(equalBytes(encodePart(read), bytes)).toBe(true)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('unwrapConfig', () => {
  it('gives some bytes for random ones, and never another’s configuration for an altered envelope', () => {
    const ciphertext = sealConfig({ secret, domain: 'Contacts' }, first.bytes)
    const wrapped = wrapConfig({ account, kind: 2, seqno: 1, ciphertext })
    expect(unwrapConfig(account, wrapped)).toEqual(ciphertext)
    const expectOneOfTwo = (bytes: Uint8Array): void => {
      const inner = unwrapConfig(account, bytes)
      expect(equalBytes(inner, bytes) || equalBytes(inner, ciphertext)).toBe(true)
    }
    fc.assert(fc.property(arbitraryBytes(200), expectOneOfTwo), { numRuns: DECODER_RUNS })
    fc.assert(fc.property(arbitraryMutation(wrapped), expectOneOfTwo), { numRuns: SEALED_RUNS })
  })
})

describe('decodeDump', () => {
  it('refuses or reads random and altered dumps', () => {
    const config = new SharedConfig(options)
    config.set(['c', 'key'], new Map([['n', 'name']]))
    config.push()
    config.set(['c', 'key', 'N'], 'nickname')
    const dump = config.dump()
    expect(decodeDump(dump).ok).toBe(true)
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(80), arbitraryMutation(dump)), (bytes) => {
        const read = decodeDump(bytes)
        if (read.ok) expect(new SharedConfig(options, read.value).dump().length).toBeGreaterThan(0)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('parseCommunityAddress', () => {
  it('refuses or reads random and nearly right text', () => {
    const nearly = fc
      .array(
        fc.constantFrom(
          'https://',
          'HTTP://',
          'host',
          '.',
          ':',
          '443',
          '/',
          'r/',
          'room',
          '?public_key=',
          'ab'.repeat(32),
          '@',
          '#',
        ),
        { maxLength: 10 },
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), nearly), (text) => {
        const address = parseCommunityAddress(text)
        if (address !== undefined) expect(address.publicKey).toHaveLength(32)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
