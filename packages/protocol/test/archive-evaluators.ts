/**
 * The vector files of spec 16: headers, records, whole archives, and what a writer makes of records.
 *
 * @module
 */
import { concatBytes } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import { decodeArchiveHeader } from '../src/archive/archive-header.ts'
import { decodeRecord } from '../src/archive/decode-record.ts'
import { type ArchiveEntry, type ArchiveRecord, ArchiveWriter } from '../src/archive/index.ts'
import { CHEAP, readPieces } from './archive-fixtures.ts'
import {
  bytesOf,
  defineEvaluator,
  hexOf,
  type VectorEvaluator,
  type Verdict,
  verdictOf,
} from './vector-evaluator.ts'

/** Byte strings as hexadecimal, at every depth. */
function show(value: unknown): unknown {
  if (value instanceof Uint8Array) return hexOf(value)
  if (Array.isArray(value)) return value.map(show)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, show(inner)]))
}

function evaluateHeader({ hex }: { readonly hex: string }): Verdict {
  return verdictOf(decodeArchiveHeader(bytesOf(hex)), ({ cost, salt, streamHeader }) =>
    show({ cost, salt, streamHeader }),
  )
}

interface RecordInput {
  readonly kind: number
  readonly hex: string
}

function evaluateRecord({ kind, hex }: RecordInput): Verdict {
  const entry: ArchiveEntry = decodeRecord(kind, bytesOf(hex))
  const isRead = entry.kind !== 'unknown' && entry.kind !== 'malformed'
  return isRead ? { expect: show(entry) } : { reject: entry.kind }
}

interface FileInput {
  readonly file: string
  readonly passphrase: string
}

function evaluateFile({ file, passphrase }: FileInput): Verdict {
  return verdictOf(readPieces([bytesOf(file)], passphrase), show)
}

interface WriteInput {
  readonly file: string
  readonly passphrase: string
}

/** Reads the records of a stored archive and writes them again with its salt and stream. */
function evaluateWriting({ file, passphrase }: WriteInput): Verdict {
  const bytes = bytesOf(file)
  const header = decodeArchiveHeader(bytes.subarray(0, 60))
  const read = readPieces([bytes], passphrase)
  if (!header.ok || !read.ok) throw new TypeError('a stored archive that is none')
  const [first, ...records] = read.value as readonly ArchiveRecord[]
  if (first?.kind !== 'owner') throw new TypeError('a stored archive without an owner')
  const random = [header.value.salt, header.value.streamHeader]
  const randomness = { bytes: () => random.shift() ?? new Uint8Array() }
  const writer = new ArchiveWriter({ owner: first.owner, passphrase, randomness, cost: CHEAP })
  const parts = records.map((record) => writer.write(record))
  const written = concatBytes([writer.start(), ...parts, writer.finish()])
  return { expect: { bytes: written.length, sha256: hexOf(sha256(written)) } }
}

export const ARCHIVE_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('16-archive/header.json', evaluateHeader),
  defineEvaluator('16-archive/record.json', evaluateRecord),
  defineEvaluator('16-archive/file.json', evaluateFile),
  defineEvaluator('16-archive/write.json', evaluateWriting),
]
