/** Sizes, parts and compression of what is stored (spec 11 §3). */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { deriveAccount } from '@sotto/crypto/identity'
import { openSealed, sealConfig } from '@sotto/crypto/session'
import { describe, expect, it } from 'vitest'
import { zstdCompression } from '../../test/zstd-compression.ts'
import { ContentSchema, decodeEnvelope, decodeProtobuf } from '../session/index.ts'
import { toByteText } from './byte-text.ts'
import { decompressFrame } from './compression.ts'
import { type ConfigCipher, openCiphertext, sealMessage } from './config-ciphertext.ts'
import { padConfig, unpadConfig } from './config-padding.ts'
import {
  describeAccountConfig,
  loadSharedConfig,
  SharedConfig,
  type StoredConfig,
} from './index.ts'
import { CONFIG_STORED_BYTES_MAX } from './limits.ts'
import { PartSets } from './part-sets.ts'
import { unwrapConfig, wrapConfig } from './wrap-config.ts'

const secret = new Uint8Array(32).fill(1)
const bare = { decompress: zstdCompression.decompress }
const cipher: ConfigCipher = { domain: 'Contacts', secrets: [secret], compression: bare }
const account = deriveAccount(new Uint8Array(16).fill(2))
const options = describeAccountConfig(account, 'Contacts', zstdCompression)
const randomness = createSeededRandomness('large configurations')

function sealText(text: string, from: ConfigCipher = cipher): readonly Uint8Array[] {
  const sealed = sealMessage(
    from,
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
  )
  if (!sealed.ok) throw sealed.error
  return sealed.value
}

describe('padConfig', () => {
  it.each([
    [0, 256],
    [216, 256],
    [217, 512],
    [5079, 5120],
    [5080, 5120],
    [5081, 6144],
    [20_440, 20_480],
    [20_441, 22_528],
    [40_920, 40_960],
    [40_921, 46_080],
    [76_760, 76_800],
    [76_761, 81_920],
  ])('makes a ciphertext of %i bytes of content %i... long', (length, stored) => {
    const padded = padConfig(new Uint8Array(length).fill(0x64))
    expect(padded.length + 40).toBe(stored)
    expect(unpadConfig(padded)).toHaveLength(length)
  })

  it('puts its zeros in front, and takes none away behind (trap 16)', () => {
    const config = Uint8Array.of(0x64, 0x65, 0)
    const padded = padConfig(config)
    expect(padded.subarray(-3)).toEqual(config)
    expect(padded.subarray(0, -3)).toEqual(new Uint8Array(213))
    expect(unpadConfig(padded)).toEqual(config)
  })
})

describe('sealMessage', () => {
  it('depends with its key on the padded length (trap 15)', () => {
    const key = { secret, domain: 'Contacts' }
    const [stored = secret] = sealText('de')
    expect(stored).toEqual(sealConfig(key, padConfig(Uint8Array.of(0x64, 0x65))))
    expect(stored.subarray(0, 16)).not.toEqual(
      sealConfig(key, Uint8Array.of(0x64, 0x65)).subarray(0, 16),
    )
  })

  it('compresses only what gets smaller', () => {
    const compressing = { ...cipher, compression: zstdCompression }
    expect(sealText('d'.repeat(2000), compressing)[0]).toHaveLength(256)
    const noise = toByteText(randomness.bytes(600))
    expect(sealText(noise, compressing)).toEqual(sealText(noise))
  })

  it('writes uncompressed without a compressor, which everybody reads', () => {
    const [stored] = sealText('d'.repeat(2000))
    const opened = openCiphertext({ ...cipher, compression: zstdCompression }, stored ?? secret)
    expect(opened.ok && opened.value.kind).toBe('message')
    expect(stored).toHaveLength(2048)
  })

  it('splits what is too large into parts that fill a stored message at most', () => {
    const parts = sealText('d'.repeat(200_000))
    expect(parts.map(({ length }) => length)).toEqual([76_800, 76_800, expect.any(Number)])
    expect(parts[2]?.length).toBeLessThanOrEqual(CONFIG_STORED_BYTES_MAX)
    expect(sealText('d'.repeat(76_760))).toHaveLength(1)
    expect(sealText('d'.repeat(76_761))).toHaveLength(2)
  })

  it('throws for a configuration without a key, which is a mistake of ours', () => {
    expect(() => sealMessage({ ...cipher, secrets: [] }, secret)).toThrow(RangeError)
  })
})

describe('decompressFrame', () => {
  it.each([
    ['1', '28b52ffd205145000010aaaa01008c022c'],
    ['5', '28b52ffd20513d000008aa01000dea84'],
  ])('reads the published frame of level %s', (_, hex) => {
    const frame = Uint8Array.from(Buffer.from(hex, 'hex'))
    const content = new Uint8Array(81).fill(0xaa)
    expect(decompressFrame(zstdCompression, frame, 81)).toEqual(content)
    expect(decompressFrame(zstdCompression, frame, 80)).toBeUndefined()
  })
})

describe('wrapConfig', () => {
  const seal = (length: number): Uint8Array =>
    sealConfig({ secret, domain: 'Contacts' }, new Uint8Array(length))

  it('adds 176 bytes to a ciphertext of 256, and none to one that would become too large', () => {
    const small = seal(216)
    expect(wrapConfig({ account, kind: 2, seqno: 1, ciphertext: small })).toHaveLength(432)
    const large = seal(76_760)
    expect(wrapConfig({ account, kind: 2, seqno: 1, ciphertext: large })).toBe(large)
  })

  it('holds a content that ends in 80 without zeros, at the time 1 (trap 14)', () => {
    const wrapped = wrapConfig({ account, kind: 2, seqno: 1, ciphertext: seal(216) })
    const envelope = decodeEnvelope(wrapped)
    if (!envelope.ok) throw envelope.error
    expect(envelope.value.timestampMs).toBe(1)
    const opened = openSealed({ account, ciphertext: envelope.value.sealed })
    if (!opened.ok) throw opened.error
    const { message } = opened.value
    expect(message.at(-1)).toBe(0x80)
    const content = decodeProtobuf(ContentSchema, message.subarray(0, -1))
    expect(content.ok && content.value.sharedConfigMessage?.data).toEqual(seal(216))
  })

  it('is read twice deep, bare, and not from another account', () => {
    const ciphertext = seal(216)
    const once = wrapConfig({ account, kind: 2, seqno: 1, ciphertext })
    const twice = wrapConfig({ account, kind: 2, seqno: 1, ciphertext: once })
    for (const stored of [ciphertext, once, twice]) {
      expect(unwrapConfig(account, stored)).toEqual(ciphertext)
    }
    const stranger = deriveAccount(new Uint8Array(16).fill(7))
    expect(unwrapConfig(stranger, once)).toEqual(once)
  })
})

describe('a configuration in parts', () => {
  /** Noise does not compress, so these contacts take three stored messages. */
  function publishLarge(): { readonly config: SharedConfig; readonly stored: StoredConfig[] } {
    const config = new SharedConfig(options)
    for (let index = 0; index < 200; index++) {
      config.set(['c', `${index}`, 'n'], toByteText(randomness.bytes(900)))
    }
    const push = config.push()
    if (!push.ok) throw push.error
    const stored = push.value.messages.map((data, index) => ({ hash: `part ${index}`, data }))
    config.confirmPushed(
      push.value.seqno,
      stored.map(({ hash }) => hash),
    )
    return { config, stored }
  }

  it('arrives in any order, over several polls and a restart, and keeps all of its hashes', () => {
    const { config, stored } = publishLarge()
    expect(stored).toHaveLength(3)
    let other = new SharedConfig(options)
    for (const part of stored.toReversed()) {
      expect(other.merge([part, part]).accepted).toEqual([part.hash, part.hash])
      const loaded = loadSharedConfig(options, other.dump())
      if (!loaded.ok) throw loaded.error
      other = loaded.value
    }
    expect(other.data).toEqual(config.data)
    expect(other.activeHashes.toSorted()).toEqual(['part 0', 'part 1', 'part 2'])
  })

  it('is nothing yet while a part is missing', () => {
    const { stored } = publishLarge()
    const other = new SharedConfig(options)
    expect(other.merge(stored.slice(1))).toMatchObject({ hasChanged: false, refused: [] })
    expect([other.state, other.data.size]).toEqual(['clean', 0])
  })

  it('names every part as obsolete when it is replaced', () => {
    const { config } = publishLarge()
    config.set(['c'], undefined)
    const push = config.push()
    expect(push.ok && push.value.obsoleteHashes).toEqual(['part 0', 'part 1', 'part 2'])
    expect(push.ok && push.value.messages).toHaveLength(1)
  })
})

describe('PartSets', () => {
  const part = (name: string, index: number): Parameters<PartSets['add']>[0] => ({
    wholeHash: name.padEnd(32),
    index,
    count: 3,
    chunk: new Uint8Array(10),
    messageHash: `${name} ${index}`,
  })

  it('keeps the newest sets only, however many are begun', () => {
    const sets = new PartSets()
    for (let index = 0; index < 100; index++) sets.add(part(`${index}`, 0))
    expect(sets.list().map(({ messageHash }) => messageHash)).toEqual([
      '96 0',
      '97 0',
      '98 0',
      '99 0',
    ])
  })

  it('gives up a set of more bytes than any configuration has', () => {
    const sets = new PartSets()
    const chunk = new Uint8Array(76_710)
    for (let index = 0; index < 80; index++) {
      sets.add({ ...part('large', index), count: 255, chunk })
    }
    const bytes = sets.list().reduce((total, each) => total + each.chunk.length, 0)
    expect(bytes).toBeLessThan(5 * 1024 * 1024)
  })

  it('gives no whole that has another hash than its parts said', () => {
    const sets = new PartSets()
    expect([0, 1, 2].map((index) => sets.add(part('forged', index)))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})
