/**
 * A history as the bytes of an archive (spec 16), made as they are fetched: where they go is the platform's part, and a file that was
 * not written to its end is no archive.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { Argon2Cost } from '@sotto/crypto/passphrase'
import type { Randomness } from '@sotto/crypto/randomness'
import { ArchiveWriter } from '@sotto/protocol/archive'
import type { Database } from '../../ports/index.ts'
import { listArchiveRecords } from '../../storage/archive/history-pages.ts'
import { migrate } from '../../storage/schema.ts'

export interface ExportOptions {
  readonly database: Database
  /** Whose history it is. */
  readonly account: AccountId
  /** Spec 16 §2.2: at least twelve characters are the application's to ask for. */
  readonly passphrase: string
  readonly randomness: Randomness
  /** In the network's time. */
  readonly nowMs: number
  /** The account itself, for whoever wants one file for everything. */
  readonly seed?: Uint8Array
  /** Messages with a timer are left out otherwise: an archive would keep them longer than their authors asked for. */
  readonly includesTimed?: boolean
  /** Lower than usual for tests only. */
  readonly cost?: Argon2Cost
}

/** Derives the key, which takes a part of a second, when the first bytes are fetched. */
export async function* exportHistory(options: ExportOptions): AsyncGenerator<Uint8Array> {
  const { database, account, passphrase, randomness, nowMs, seed, includesTimed = false } = options
  migrate(database)
  const writer = new ArchiveWriter({
    owner: { account, createdAtMs: nowMs },
    passphrase,
    randomness,
    ...(options.cost !== undefined && { cost: options.cost }),
  })
  yield writer.start()
  if (seed !== undefined) yield* filled(writer.write({ kind: 'seed', seed }))
  for (const record of listArchiveRecords(database, { nowMs, includesTimed }))
    yield* filled(writer.write(record))
  yield writer.finish()
}

/** Most records complete no chunk. */
function* filled(bytes: Uint8Array): Generator<Uint8Array> {
  if (bytes.length > 0) yield bytes
}
