/**
 * Subpath `@sotto/protocol/archive`: a history in one sealed file, for clients only (spec 16).
 *
 * @module
 */

export { ARCHIVE_COST, ARCHIVE_VERSION } from './archive-header.ts'
export { ArchiveLock } from './archive-lock.ts'
export { ArchiveReader } from './archive-reader.ts'
export {
  ARCHIVE_CHUNK_BYTES,
  type ArchivedDetails,
  type ArchivedFile,
  type ArchivedMessage,
  type ArchivedName,
  type ArchivedProfile,
  type ArchivedReaction,
  type ArchiveEntry,
  type ArchiveOwner,
  type ArchiveRecord,
} from './archive-record.ts'
export { ArchiveWriter, type ArchiveWriterOptions } from './archive-writer.ts'
