/**
 * Subpath `@sotto/client/archive`: a history in one sealed file and back (spec 16).
 *
 * @module
 */

export { exportHistory, type ExportOptions } from './export-history.ts'
export { importHistory, type ImportOptions, type ImportReport } from './import-history.ts'
export { type ArchiveHead, readArchiveHead } from './read-archive-head.ts'
export type { ArchivePieces } from './scan-archive.ts'
