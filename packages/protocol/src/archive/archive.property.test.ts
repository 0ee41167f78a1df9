/** Archives of anything, cut anywhere, altered anywhere (spec 16). */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  arbitraryRecord,
  OWNER,
  readArchive,
  readPieces,
  sealPlaintext,
  writeArchive,
} from '../../test/archive-fixtures.ts'
import { type BtInput, type BtValue, decodeBt, encodeBt } from '../bt/index.ts'
import { decodeArchiveHeader } from './archive-header.ts'
import { type ArchiveRecord, RECORD_KIND, RECORD_PREFIX_BYTES } from './archive-record.ts'
import { decodeRecord } from './decode-record.ts'
import { encodeRecord } from './encode-record.ts'
import { RecordSplitter } from './record-splitter.ts'

const KINDS: readonly string[] = [...Object.keys(RECORD_KIND), 'unknown', 'malformed']
const anyKind = fc.integer({ min: 0, max: 255 })
const RUNS = { numRuns: DECODER_RUNS }

function bodyOf(record: ArchiveRecord): Uint8Array {
  const frame = encodeRecord(record)
  if (frame === undefined) throw new TypeError('a small record')
  return frame.subarray(RECORD_PREFIX_BYTES)
}

function cut(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const edges = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b)
  return [0, ...edges].map((from, index) => bytes.subarray(from, edges[index]))
}

describe('an archive', () => {
  it('gives back what was written, whatever the pieces that it comes in', () => {
    fc.assert(
      fc.property(fc.array(arbitraryRecord), fc.array(fc.nat()), (records, places) => {
        const read = readPieces(cut(writeArchive(records), places))
        expect(read).toEqual({ ok: true, value: [{ kind: 'owner', owner: OWNER }, ...records] })
      }),
      { numRuns: 200 },
    )
  })

  it('is refused when it ends early, wherever that is', () => {
    const whole = writeArchive([])
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (end) => {
        expect(readArchive(whole.subarray(0, end))).toMatch(/^archive_(?:malformed|damaged)$/)
      }),
      { numRuns: 200 },
    )
  })

  it('is refused when anything in it is altered', () => {
    fc.assert(
      fc.property(arbitraryMutation(writeArchive([])), (altered) => {
        // The costs are part of the header: an altered one is refused, or stretches to another key.
        const header = decodeArchiveHeader(altered.subarray(0, 60))
        fc.pre(!header.ok || header.value.cost.memoryKibibytes <= 64)
        expect(readArchive(altered)).toMatch(/^archive_/)
      }),
      { numRuns: 200 },
    )
  })

  it('is read or refused, but never breaks the reader, whatever was sealed in it', () => {
    fc.assert(
      fc.property(arbitraryBytes(300), fc.integer({ min: 1, max: 80 }), (plaintext, chunkBytes) => {
        const read = readArchive(sealPlaintext(plaintext, { chunkBytes }))
        expect(typeof read === 'string' || Array.isArray(read)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

describe('decodeRecord', () => {
  it('gives back every record, and one encoding for each', () => {
    fc.assert(
      fc.property(arbitraryRecord, (record) => {
        const body = bodyOf(record)
        const read = decodeRecord(RECORD_KIND[record.kind], body)
        expect(read).toEqual(record)
        expect(read.kind === 'unknown' || read.kind === 'malformed' || bodyOf(read)).toEqual(body)
      }),
      { numRuns: 2000 },
    )
  })

  it('is total over bytes', () => {
    fc.assert(
      fc.property(anyKind, arbitraryBytes(200), (kind, body) => {
        expect(KINDS).toContain(decodeRecord(kind, body).kind)
      }),
      RUNS,
    )
  })

  it('is total over records with bytes altered', () => {
    const altered = arbitraryRecord.chain((record) =>
      fc.tuple(fc.constant(RECORD_KIND[record.kind]), arbitraryMutation(bodyOf(record))),
    )
    fc.assert(
      fc.property(altered, ([kind, body]) => {
        expect(KINDS).toContain(decodeRecord(kind, body).kind)
      }),
      RUNS,
    )
  })

  it('is total over records with a field of another kind, and never takes it for the right one', () => {
    const junk: fc.Arbitrary<BtInput> = fc.oneof(
      fc.integer(),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      arbitraryBytes(40),
      fc.constant([]),
      fc.array(fc.integer(), { maxLength: 3 }),
      fc.constant(new Map<string, BtInput>([['a', 1]])),
    )
    fc.assert(
      fc.property(arbitraryRecord, fc.nat(), junk, (record, place, value) => {
        const fields = readFields(bodyOf(record))
        const key = [...fields.keys()][place % fields.size] ?? ''
        const body = encodeBt(new Map([...fields, [key, value]]))
        const read = decodeRecord(RECORD_KIND[record.kind], body)
        if (read.kind === 'unknown' || read.kind === 'malformed') return
        // Read again it says the same: nothing that was not understood is in it.
        expect(decodeRecord(RECORD_KIND[read.kind], bodyOf(read))).toEqual(read)
      }),
      RUNS,
    )
  })

  it('passes over fields that it does not know, and over records that such a field changes', () => {
    const unknownKey = fc.stringMatching(/^[A-Z][a-z]{0,3}$/)
    fc.assert(
      fc.property(arbitraryRecord, unknownKey, arbitraryBytes(10), (record, key, value) => {
        const fields = readFields(bodyOf(record))
        const newer = encodeBt(new Map([...fields, [key, value]]))
        expect(decodeRecord(RECORD_KIND[record.kind], newer)).toEqual(record)
        const changed = encodeBt(new Map([...fields, [`!${key}`, value]]))
        expect(decodeRecord(RECORD_KIND[record.kind], changed)).toEqual({ kind: 'unknown' })
      }),
      { numRuns: 1000 },
    )
  })
})

function readFields(body: Uint8Array): ReadonlyMap<string, BtValue> {
  const decoded = decodeBt(body)
  if (!decoded.ok || !(decoded.value instanceof Map)) throw new TypeError('a dict')
  return decoded.value
}

describe('decodeArchiveHeader', () => {
  const header = writeArchive([]).subarray(0, 60)

  it('is total over bytes, altered headers and headers of other lengths', () => {
    const longer = arbitraryBytes(60).map((bytes) =>
      Uint8Array.of(...encodeUtf8('SOTTOARC'), ...bytes),
    )
    const inputs = fc.oneof(arbitraryBytes(100), arbitraryMutation(header), longer)
    fc.assert(
      fc.property(inputs, (bytes) => {
        const decoded = decodeArchiveHeader(bytes)
        expect(decoded.ok ? decoded.value.bytes : decoded.error.code).toEqual(
          decoded.ok ? bytes : expect.stringMatching(/^archive_/),
        )
      }),
      RUNS,
    )
  })
})

describe('RecordSplitter', () => {
  it('finds the same records however their bytes are cut, and holds what is left', () => {
    const bodies = fc.array(fc.tuple(fc.integer({ min: 0, max: 127 }), arbitraryBytes(50)))
    fc.assert(
      fc.property(bodies, arbitraryBytes(4), fc.array(fc.nat()), (records, rest, places) => {
        const frames = records.flatMap(([kind, body]) => [kind, body.length, 0, 0, 0, ...body])
        const splitter = new RecordSplitter()
        const found = cut(Uint8Array.from([...frames, ...rest]), places).flatMap((piece) => {
          const split = splitter.push(piece)
          return split.ok ? split.value.map(({ kind, body }) => [kind, Uint8Array.from(body)]) : []
        })
        expect(found).toEqual(records)
        expect(splitter.isEmpty).toBe(rest.length === 0)
      }),
      RUNS,
    )
  })

  it('is total over bytes', () => {
    fc.assert(
      fc.property(fc.array(arbitraryBytes(30), { maxLength: 5 }), (pieces) => {
        const splitter = new RecordSplitter()
        for (const piece of pieces) {
          const split = splitter.push(piece)
          if (!split.ok) expect(split.error.code).toMatch(/^archive_(?:version|limit)$/)
        }
      }),
      RUNS,
    )
  })
})
