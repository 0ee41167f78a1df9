/** What is inside a backup, honest and altered. */
import { concatBytes, encodeUint32LittleEndian, encodeUtf8 } from '@sotto/crypto/bytes'
import {
  arbitraryBytes,
  arbitraryBytesOf,
  arbitraryMutation,
  arbitraryText,
  DECODER_RUNS,
} from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONFIG_FILE_BYTES_MAX } from '../config-file.ts'
import { decodeBackupContents, encodeBackupContents } from './backup-contents.ts'

const SEED = new Uint8Array(32).fill(1)
const WHOLE = {
  nodeSeed: SEED,
  authoritySeed: new Uint8Array(32).fill(2),
  config: 'SOTTO_HOST=1\n',
}

function part(kind: number, content: Uint8Array, length = content.length): Uint8Array {
  return concatBytes([Uint8Array.of(kind), encodeUint32LittleEndian(length), content])
}

const NODE = part(1, SEED)
const AUTHORITY = part(2, SEED)
const CONFIG = part(3, encodeUtf8('a=b'))

describe('decodeBackupContents', () => {
  it('gives back what was encoded', () => {
    const contents = fc.record(
      {
        nodeSeed: arbitraryBytesOf(32),
        authoritySeed: arbitraryBytesOf(32),
        config: arbitraryText(200).map((text) => text.toWellFormed()),
      },
      { requiredKeys: ['nodeSeed', 'config'] },
    )
    fc.assert(
      fc.property(contents, (value) => {
        expect(decodeBackupContents(encodeBackupContents(value))).toEqual(value)
      }),
    )
  })

  it.each([
    ['nothing', []],
    ['no node seed', [AUTHORITY, CONFIG]],
    ['no configuration', [NODE]],
    ['parts in another order', [CONFIG, NODE]],
    ['a part twice', [NODE, NODE, CONFIG]],
    ['a part of an unknown kind', [NODE, CONFIG, part(4, SEED)]],
    ['a part of kind zero', [part(0, SEED), NODE, CONFIG]],
    ['a short seed', [part(1, SEED.subarray(1)), CONFIG]],
    ['a long seed of an authority', [NODE, part(2, new Uint8Array(33)), CONFIG]],
    ['a length beyond the end', [NODE, part(3, encodeUtf8('a=b'), 4)]],
    ['the largest length', [NODE, part(3, encodeUtf8('a=b'), 0xffff_ffff)]],
    ['a part that is cut off in its length', [NODE, CONFIG, Uint8Array.of(3, 0, 0)]],
    ['a configuration that is no text', [NODE, part(3, Uint8Array.of(0xff))]],
    ['a configuration larger than any', [NODE, part(3, new Uint8Array(CONFIG_FILE_BYTES_MAX + 1))]],
  ])('refuses %s', (_name, parts) => {
    expect(decodeBackupContents(concatBytes(parts))).toBeUndefined()
  })

  it('never throws, and accepts only what it would have written', () => {
    const inputs = fc.oneof(arbitraryBytes(200), arbitraryMutation(encodeBackupContents(WHOLE)))
    fc.assert(
      fc.property(inputs, (bytes) => {
        const contents = decodeBackupContents(bytes)
        if (contents !== undefined) expect(encodeBackupContents(contents)).toEqual(bytes)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
