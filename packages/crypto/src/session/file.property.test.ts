/** Whatever a file server gives: a refusal, never a throw and never a wrong content (spec 13 §2.5, §3). */
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, encodeHex } from '../bytes.ts'
import { sha256 } from '../hash.ts'
import type { Ed25519Seed } from '../signing.ts'
import { FileOpener, openFile, openOlderAttachment, openOlderPicture, sealFile } from './index.ts'

const seed = new Uint8Array(32).fill(9) as Ed25519Seed
const key = new Uint8Array(32).fill(8)
const content = new Uint8Array(3).fill(7)
const file = sealFile({ seed, purpose: 'attachment' }, content)
if (!file.ok) throw file.error
const { bytes: honest, key: honestKey } = file.value
const sign = fc.constantFrom(new Uint8Array(), Uint8Array.of(0x53))

describe('openFile', () => {
  test('it gives back every content in whatever pieces it comes', () => {
    fc.assert(
      fc.property(arbitraryBytes(2000), fc.array(fc.nat(5000)), (each, cuts) => {
        const sealed = sealFile({ seed, purpose: 'profile_picture' }, each)
        if (!sealed.ok) throw sealed.error
        const opener = new FileOpener(sealed.value.key)
        const edges = [0, ...cuts.toSorted((a, b) => a - b), sealed.value.bytes.length]
        const read = edges.map((from, index) => {
          const piece = sealed.value.bytes.subarray(from, edges[index + 1])
          const opened = opener.push(index === edges.length - 1 ? new Uint8Array() : piece)
          return opened.ok ? opened.value : new Uint8Array()
        })
        const tail = opener.finish()
        if (!tail.ok) throw tail.error
        expect(concatBytes([...read, tail.value])).toEqual(each)
      }),
      { numRuns: 300 },
    )
  })

  test('it refuses random bytes, with and without the sign', () => {
    fc.assert(
      fc.property(sign, arbitraryBytes(300), (prefix, bytes) => {
        expect(openFile(key, concatBytes([prefix, bytes])).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  test('it refuses every altered file', () => {
    fc.assert(
      fc.property(arbitraryMutation(honest), (bytes) => {
        fc.pre(encodeHex(bytes) !== encodeHex(honest))
        expect(openFile(honestKey, bytes).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  test('it refuses every shortened file', () => {
    for (let length = 0; length < honest.length; length++) {
      expect(openFile(honestKey, honest.subarray(0, length)).ok).toBe(false)
    }
  })
})

describe('older files', () => {
  test('it refuses random bytes, even when their digest fits', () => {
    const keys = concatBytes([key, key])
    fc.assert(
      fc.property(arbitraryBytes(200), fc.nat(300), (sealed, contentBytes) => {
        const digest = sha256(sealed)
        expect(openOlderAttachment({ key: keys, digest, contentBytes, sealed }).ok).toBe(false)
        expect(openOlderPicture(key, sealed).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
