/** An archive that was cut, built wrongly, or made by another version (spec 16 §5), each with its own answer. */
import { concatBytes, encodeUint32LittleEndian } from '@sotto/crypto/bytes'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import {
  CHEAP,
  OWNER,
  PASSPHRASE,
  readArchive,
  readPieces,
  SEED,
  sealPlaintext,
  writeArchive,
} from '../../test/archive-fixtures.ts'
import { encodeBt } from '../bt/index.ts'
import { ARCHIVE_CHUNK_BYTES, type ArchiveRecord, RECORD_BYTES_MAX } from './archive-record.ts'
import { encodeRecord, frameRecord } from './encode-record.ts'
import { ArchiveLock, ArchiveReader, ArchiveWriter } from './index.ts'

const HEADER_BYTES = 60
const PROOF_BYTES = 17
const SEALED_CHUNK_BYTES: number = ARCHIVE_CHUNK_BYTES + 17
const OWNER_FRAME = frameOf({ kind: 'owner', owner: OWNER })
const DRAFT: ArchiveRecord = { kind: 'draft', conversation: OWNER.account, text: 'not yet' }

function frameOf(record: ArchiveRecord): Uint8Array {
  const frame = encodeRecord(record)
  if (frame === undefined) throw new TypeError('a small record')
  return frame
}

/** Long enough for some chunks. */
function configOf(length: number): ArchiveRecord {
  return { kind: 'config', owner: OWNER.account, namespace: 3, dump: new Uint8Array(length) }
}

function alter(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const altered = Uint8Array.from(bytes)
  altered[offset] = value
  return altered
}

describe('an archive of a version 1 writer', () => {
  it('begins with its owner and ends at the edge of a chunk, so that its size tells no number of messages', () => {
    for (const records of [[], [DRAFT], [DRAFT, DRAFT, DRAFT]]) {
      const bytes = writeArchive(records)
      expect(bytes.length).toBe(HEADER_BYTES + PROOF_BYTES + SEALED_CHUNK_BYTES)
      expect(readArchive(bytes)).toEqual(records)
    }
  })

  it.each([0, 1, 4, 5, 6, 7])('is whole with %i bytes of room for padding', (room) => {
    const taken = OWNER_FRAME.length + frameOf(configOf(60_000)).length
    const config = configOf(60_000 + ARCHIVE_CHUNK_BYTES - taken - room)
    const bytes = writeArchive([config])
    expect((bytes.length - HEADER_BYTES - PROOF_BYTES) % SEALED_CHUNK_BYTES).toBe(0)
    expect(readArchive(bytes)).toEqual([config])
  })

  it('has nothing in common with another of the same history', () => {
    const [one, other] = [writeArchive([DRAFT], 'one'), writeArchive([DRAFT], 'other')]
    const equal = one.filter((byte, index) => index >= 20 && byte === other[index])
    expect(equal.length).toBeLessThan(one.length / 100)
  })

  it('holds a configuration of many chunks, and leaves out one that no reader takes', () => {
    const configs = [configOf(RECORD_BYTES_MAX - 1000), configOf(RECORD_BYTES_MAX)]
    const read = readPieces([writeArchive([...configs, DRAFT])])
    const lengths = read.ok
      ? read.value.map((entry) => (entry.kind === 'config' ? entry.dump.length : entry.kind))
      : read.error.code
    expect(lengths).toEqual(['owner', RECORD_BYTES_MAX - 1000, 'draft'])
  })

  it('opens with an accent typed in either way, and with no other passphrase', () => {
    const randomness = createSeededRandomness('accent')
    const passphrase = 'caf\u00E9 au lait'
    const writer = new ArchiveWriter({ owner: OWNER, passphrase, randomness, cost: CHEAP })
    const bytes = concatBytes([writer.start(), writer.finish()])
    expect(readArchive(bytes, 'cafe\u0301 au lait')).toEqual([])
    expect(readArchive(bytes, 'cafe au lait')).toBe('archive_unopened')
  })
})

describe('a reader', () => {
  const whole = writeArchive([configOf(3 * ARCHIVE_CHUNK_BYTES), DRAFT])
  const bodyAt = HEADER_BYTES + PROOF_BYTES

  it('tells a wrong passphrase after 77 bytes, before anything else is read', () => {
    expect(readArchive(whole.subarray(0, bodyAt), 'wrong')).toBe('archive_unopened')
  })

  it.each([
    ['nothing', new Uint8Array(), 'archive_malformed'],
    ['another file', new Uint8Array(200).fill(0x50), 'archive_malformed'],
    ['a header that is cut', whole.subarray(0, 40), 'archive_damaged'],
    ['only a header', whole.subarray(0, HEADER_BYTES), 'archive_damaged'],
    ['only header and proof', whole.subarray(0, bodyAt), 'archive_damaged'],
    ['an end at the edge of a chunk', whole.subarray(0, -SEALED_CHUNK_BYTES), 'archive_damaged'],
    ['an end within a chunk', whole.subarray(0, -1), 'archive_damaged'],
    ['one byte behind the end', concatBytes([whole, Uint8Array.of(0)]), 'archive_malformed'],
    ['a newer version', alter(whole, 8, 2), 'archive_version'],
    [
      'a newer version with a shorter header',
      alter(whole, 8, 2).subarray(0, 20),
      'archive_version',
    ],
    ['reserved bytes that are not zero', alter(whole, 10, 1), 'archive_malformed'],
    ['no passes', alter(whole, 12, 0), 'archive_cost'],
    ['nine passes', alter(whole, 12, 9), 'archive_cost'],
    ['seven kibibytes of memory', alter(whole, 16, 7), 'archive_cost'],
    ['sixteen gibibytes of memory', alter(whole, 19, 1), 'archive_cost'],
    ['another salt', alter(whole, 20, (whole[20] ?? 0) ^ 1), 'archive_unopened'],
    ['another proof', alter(whole, 70, (whole[70] ?? 0) ^ 1), 'archive_unopened'],
    ['a chunk that was altered', alter(whole, 100, (whole[100] ?? 0) ^ 1), 'archive_damaged'],
  ])('refuses %s', (_, bytes, code) => {
    expect(readArchive(bytes)).toBe(code)
  })

  it('refuses chunks that changed places or of which one is missing', () => {
    const [one, two] = [0, 1].map((index) =>
      whole.subarray(
        bodyAt + index * SEALED_CHUNK_BYTES,
        bodyAt + (index + 1) * SEALED_CHUNK_BYTES,
      ),
    )
    const [head, tail] = [
      whole.subarray(0, bodyAt),
      whole.subarray(bodyAt + 2 * SEALED_CHUNK_BYTES),
    ]
    if (!one || !two) throw new TypeError('chunks')
    expect(readArchive(concatBytes([head, two, one, tail]))).toBe('archive_damaged')
    expect(readArchive(concatBytes([head, two, tail]))).toBe('archive_damaged')
    expect(readArchive(concatBytes([head, one, two, tail]))).not.toBe('archive_damaged')
  })

  it('says the same again after a refusal, whatever is pushed', () => {
    const reader = new ArchiveReader(new ArchiveLock(PASSPHRASE))
    const refused = reader.push(new Uint8Array(100))
    expect(refused).toMatchObject({ ok: false, error: { code: 'archive_malformed' } })
    expect(reader.push(whole)).toEqual(refused)
    expect(reader.finish()).toEqual(refused)
  })

  it('derives the key of an archive once, however often it is read', () => {
    const lock = new ArchiveLock(PASSPHRASE)
    const header = { ...CHEAP, salt: new Uint8Array(16), streamHeader: new Uint8Array(24) }
    const first = lock.deriveKey({ ...header, cost: CHEAP, bytes: Uint8Array.of(1) })
    expect(lock.deriveKey({ ...header, cost: CHEAP, bytes: Uint8Array.of(1) })).toBe(first)
    const before = Uint8Array.from(first)
    expect(lock.deriveKey({ ...header, cost: CHEAP, bytes: Uint8Array.of(2) })).not.toEqual(before)
    expect(first.every((byte) => byte === 0)).toBe(true)
  })
})

describe('what was sealed', () => {
  const other = frameRecord(100, encodeBt([1]))
  const essential = frameRecord(128, encodeBt([1]))

  it.each([
    ['records without an owner', frameOf(DRAFT), 'archive_malformed'],
    ['nothing', new Uint8Array(), 'archive_malformed'],
    ['two owners', concatBytes([OWNER_FRAME, OWNER_FRAME]), 'archive_malformed'],
    ['an owner behind another record', concatBytes([other, OWNER_FRAME]), 'archive_malformed'],
    ['a newer version’s owner', frameRecord(1, encodeBt(new Map([['!a', 1]]))), 'archive_version'],
    ['an owner that is none', frameRecord(1, encodeBt(new Map())), 'archive_malformed'],
    ['a record without its end', OWNER_FRAME.subarray(0, -1), 'archive_malformed'],
    ['half a prefix', concatBytes([OWNER_FRAME, Uint8Array.of(3, 0)]), 'archive_malformed'],
    ['an essential kind', concatBytes([OWNER_FRAME, essential]), 'archive_version'],
    [
      'a record beyond the limit',
      concatBytes([OWNER_FRAME, Uint8Array.of(3), encodeUint32LittleEndian(RECORD_BYTES_MAX + 1)]),
      'archive_limit',
    ],
  ])('is refused as a whole with %s', (_, plaintext, code) => {
    expect(readArchive(sealPlaintext(plaintext))).toBe(code)
  })

  it.each([
    ['a kind of a newer version', other, 'unknown'],
    ['no bt', frameRecord(3, Uint8Array.of(1, 2, 3)), 'malformed'],
    ['a list in place of a dict', frameRecord(3, encodeBt([1])), 'malformed'],
    [
      'a message without a time',
      frameRecord(3, encodeBt(new Map([['k', 'message']]))),
      'malformed',
    ],
    ['a message of a newer kind', frameRecord(3, encodeBt(new Map([['k', 'poll']]))), 'unknown'],
    [
      'a seed of 15 bytes',
      frameRecord(2, encodeBt(new Map([['s', SEED.subarray(1)]]))),
      'malformed',
    ],
    ['another account’s seed', frameOf({ kind: 'seed', seed: new Uint8Array(16) }), 'malformed'],
  ])('is read without %s, which is counted', (_, frame, kind) => {
    const sealed = sealPlaintext(concatBytes([OWNER_FRAME, frame, frameOf(DRAFT)]))
    expect(readArchive(sealed)).toEqual([{ kind }, DRAFT])
  })

  it('is read in chunks of any size, also empty ones and without padding', () => {
    const plaintext = concatBytes([OWNER_FRAME, frameOf(DRAFT)])
    for (const missing of [0, 1, ARCHIVE_CHUNK_BYTES - 1]) {
      const length = ARCHIVE_CHUNK_BYTES - plaintext.length - 5 - missing
      const padding = frameRecord(0, new Uint8Array(Math.max(0, length)))
      expect(readArchive(sealPlaintext(concatBytes([plaintext, padding])))).toEqual([DRAFT])
    }
    expect(readArchive(sealPlaintext(plaintext))).toEqual([DRAFT])
  })

  it('is damaged without the mark of the last chunk, though nothing is missing', () => {
    expect(readArchive(sealPlaintext(OWNER_FRAME, { ends: false }))).toBe('archive_damaged')
  })

  it('comes out before its end, so that a reader needs little memory', () => {
    const reader = new ArchiveReader(new ArchiveLock(PASSPHRASE))
    const bytes = writeArchive([DRAFT, configOf(3 * ARCHIVE_CHUNK_BYTES)])
    const read = reader.push(bytes.subarray(0, HEADER_BYTES + PROOF_BYTES + SEALED_CHUNK_BYTES))
    expect(read).toEqual({ ok: true, value: [{ kind: 'owner', owner: OWNER }, DRAFT] })
    expect(readPieces([bytes])).toMatchObject({ ok: true })
  })
})
