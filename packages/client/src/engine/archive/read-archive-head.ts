/**
 * Whose archive it is and the account in it, for a device that has none yet (spec 16 §7.4). Nothing else is read: that the rest is
 * whole shows when it is imported.
 *
 * @module
 */
import { ok, type Result } from '@sotto/crypto/result'
import { ArchiveLock, type ArchiveOwner } from '@sotto/protocol/archive'
import type { ProtocolError } from '@sotto/protocol/errors'
import { type ArchivePieces, scanArchive } from './scan-archive.ts'

export interface ArchiveHead {
  readonly owner: ArchiveOwner
  /** The account itself, checked against its id; missing where whoever made the archive left it out. */
  readonly seed?: Uint8Array
}

export async function readArchiveHead(
  pieces: ArchivePieces,
  passphrase: string,
): Promise<Result<ArchiveHead | undefined, ProtocolError>> {
  let head: ArchiveHead | undefined
  const lock = new ArchiveLock(passphrase)
  const scanned = await scanArchive(pieces, lock, (entries) => {
    const owner = entries.find((entry) => entry.kind === 'owner')?.owner
    const seed = entries.find((entry) => entry.kind === 'seed')?.seed
    head = owner && { owner, ...(seed !== undefined && { seed }) }
    return 'enough'
  })
  lock.wipe()
  return scanned.ok ? ok(head) : scanned
}
