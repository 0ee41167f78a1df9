/**
 * Puts an archive into a history (spec 16 §7). It is read twice: first to its end without a change, so that an archive that is cut
 * off, altered or another account's changes nothing; then record by record, in transactions of a thousand. Whoever is interrupted
 * imports it again: what was imported already changes nothing.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { equalBytes } from '@sotto/crypto/bytes'
import { ok, type Result } from '@sotto/crypto/result'
import { type ArchiveEntry, ArchiveLock, type ArchiveOwner } from '@sotto/protocol/archive'
import { ProtocolError } from '@sotto/protocol/errors'
import type { Database } from '../../ports/index.ts'
import { ArchiveMerge } from '../../storage/archive/archive-merge.ts'
import { ForeignArchive } from '../../storage/archive/foreign-archive.ts'
import { History } from '../../storage/history.ts'
import { type ArchivePieces, scanArchive } from './scan-archive.ts'

export interface ImportOptions {
  readonly database: Database
  /** Whose history it is. */
  readonly account: AccountId
  readonly passphrase: string
  /** In the network's time: messages that ended stay away. */
  readonly nowMs: number
  /** For a history without content: what another account of the same person had. */
  readonly acceptsOtherAccount?: boolean
}

export interface ImportReport {
  readonly owner: ArchiveOwner
  /** Records that were read, whatever became of them. */
  readonly records: number
  /** Those of them that changed the history. */
  readonly changed: number
  /** What only a newer version can read: the archive is worth keeping. */
  readonly unknown: number
  readonly malformed: number
}

type Refusing<T> = Result<T, ProtocolError>

/** A transaction for each chunk would take half as long again: the search index is written anew for each. */
const BATCH_RECORDS = 1000

/** `open` is called twice and has to give the same bytes. What it throws is passed on. */
export async function importHistory(
  open: () => ArchivePieces,
  options: ImportOptions,
): Promise<Refusing<ImportReport>> {
  const lock = new ArchiveLock(options.passphrase)
  try {
    const checked = await checkArchive(open(), lock, options)
    return checked.ok ? await mergeArchive(open(), lock, { ...options, ...checked.value }) : checked
  } finally {
    lock.wipe()
  }
}

interface CheckedArchive {
  readonly owner: ArchiveOwner
  readonly header: Uint8Array
}

async function checkArchive(
  pieces: ArchivePieces,
  lock: ArchiveLock,
  options: ImportOptions,
): Promise<Refusing<CheckedArchive>> {
  let checked: CheckedArchive | undefined
  const scanned = await scanArchive(pieces, lock, (entries, header) => {
    const [entry] = entries
    if (checked !== undefined || entry?.kind !== 'owner') return undefined
    checked = { owner: entry.owner, header }
    return findObstacle(entry.owner, options)
  })
  if (!scanned.ok) return scanned
  if (checked === undefined) throw new TypeError('a whole archive begins with its owner')
  return ok(checked)
}

function findObstacle(
  { account }: ArchiveOwner,
  { database, account: own, acceptsOtherAccount = false }: ImportOptions,
): ProtocolError | undefined {
  if (account === own) return undefined
  if (!acceptsOtherAccount) return new ProtocolError('archive_account', 'another account')
  return new ForeignArchive(database).canTake(account)
    ? undefined
    : new ProtocolError('archive_not_empty', 'another account')
}

async function mergeArchive(
  pieces: ArchivePieces,
  lock: ArchiveLock,
  options: ImportOptions & CheckedArchive,
): Promise<Refusing<ImportReport>> {
  const { database, nowMs, owner, header } = options
  const history = new History(database)
  const merge = new ArchiveMerge(history, {
    database,
    nowMs,
    isOwn: owner.account === options.account,
  })
  if (owner.account !== options.account) new ForeignArchive(database).take(owner.account)
  const counts = { records: 0, changed: 0, unknown: 0, malformed: 0 }
  let waiting: ArchiveEntry[] = []
  const commit = (): void => {
    history.transaction(() => {
      for (const entry of waiting) count(counts, entry, merge)
    })
    waiting = []
  }
  const scanned = await scanArchive(pieces, lock, (entries, headerNow) => {
    if (!equalBytes(header, headerNow))
      return new ProtocolError('archive_changed', 'second reading')
    waiting.push(...entries)
    if (waiting.length >= BATCH_RECORDS || entries.some(isLarge)) commit()
    return undefined
  })
  if (!scanned.ok) return scanned
  commit()
  return ok({ owner, ...counts })
}

/** Only dumps are more than some kilobytes, and a thousand of them would be too much to hold. */
function isLarge({ kind }: ArchiveEntry): boolean {
  return kind === 'config'
}

type Counts = Record<'records' | 'changed' | 'unknown' | 'malformed', number>

function count(counts: Counts, entry: ArchiveEntry, merge: ArchiveMerge): void {
  counts.records++
  if (entry.kind === 'unknown' || entry.kind === 'malformed') counts[entry.kind]++
  else if (merge.add(entry)) counts.changed++
}
