/**
 * Why a write did not happen, in the two ways that a caller can tell apart.
 *
 * @module
 */

/** `full`: no room on the disk or under the configured limit; a later attempt may succeed. */
export type StoreFailure = 'full' | 'failed'

const FULL_CODES: ReadonlySet<string> = new Set(['SQLITE_FULL', 'ENOSPC', 'SQLITE_IOERR_WRITE'])

export function classifyStoreFailure(error: unknown): StoreFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return FULL_CODES.has(code) ? 'full' : 'failed'
}
