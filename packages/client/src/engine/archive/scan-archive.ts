/**
 * Takes an archive from wherever it comes, however large the pieces are, to whoever looks at its records (spec 16 §5).
 *
 * @module
 */
import { err, ok, type Result } from '@sotto/crypto/result'
import { type ArchiveEntry, type ArchiveLock, ArchiveReader } from '@sotto/protocol/archive'
import type { ProtocolError } from '@sotto/protocol/errors'

/** What a platform reads from a file. It may be read to its end, or left before. */
export type ArchivePieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** Gives a reason to stop, if there is one. */
export type ArchiveVisitor = (
  entries: readonly ArchiveEntry[],
  header: Uint8Array,
) => ProtocolError | 'enough' | undefined

/** Of a piece that is the whole file, so that its records are not all in memory at once. */
const SLICE_BYTES = 65_536

/** `ok` only for an archive that came to its end, or that was enough. What `pieces` throws is passed on. */
export async function scanArchive(
  pieces: ArchivePieces,
  lock: ArchiveLock,
  visit: ArchiveVisitor,
): Promise<Result<void, ProtocolError>> {
  const reader = new ArchiveReader(lock)
  for await (const piece of pieces) {
    for (let offset = 0; offset < piece.length; offset += SLICE_BYTES) {
      const read = reader.push(piece.subarray(offset, offset + SLICE_BYTES))
      const stop = show(reader, read, visit)
      if (stop !== undefined) return settle(stop)
    }
  }
  return settle(show(reader, reader.finish(), visit))
}

function settle(stop: ReturnType<ArchiveVisitor>): Result<void, ProtocolError> {
  return stop === undefined || stop === 'enough' ? ok(undefined) : err(stop)
}

function show(
  reader: ArchiveReader,
  read: Result<readonly ArchiveEntry[], ProtocolError>,
  visit: ArchiveVisitor,
): ReturnType<ArchiveVisitor> {
  if (!read.ok) return read.error
  if (read.value.length === 0 || reader.header === undefined) return undefined
  return visit(read.value, reader.header.bytes)
}
