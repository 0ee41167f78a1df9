/**
 * What `sotto export` and `sotto import` do: the history of a home as one sealed file, and back (spec 16).
 *
 * @module
 */
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { exportHistory, importHistory, readArchiveHead } from '@sotto/client/archive'
import { systemClock } from '@sotto/client-node/clock'
import { wrapSqlite } from '@sotto/client-node/database'
import { type AccountId, deriveAccount } from '@sotto/crypto/identity'
import { systemRandomness } from '@sotto/crypto/randomness'
import type { Result } from '@sotto/crypto/result'
import type { ProtocolError, ProtocolErrorCode } from '@sotto/protocol/errors'
import { CliError } from '../errors.ts'
import type { Outcome } from '../output.ts'
import { type PassphraseOptions, readNewPassphrase, readPassphrase } from '../passphrase.ts'
import { openAccountHome, readSeed, writeSeed } from './account-file.ts'
import { type Home, isHome, openHome } from './open-home.ts'

/** Nobody but the owner. */
const FILE_MODE = 0o600

export interface ExportOptions extends PassphraseOptions {
  readonly home: string
  readonly out: string
  /** The account itself too. */
  readonly withAccount?: boolean
  /** Messages that disappear, too. */
  readonly withDisappearing?: boolean
}

export interface ImportOptions extends PassphraseOptions {
  readonly home: string
}

const REASONS: Partial<Record<ProtocolErrorCode, string>> = {
  archive_unopened: 'The passphrase is not that of this archive.',
  archive_account: 'The archive is of another account than the one in this home.',
  archive_version: 'A newer sotto made this archive; update this one.',
  archive_changed: 'The file changed while it was read. What was imported stays; import it again.',
}

export async function exportArchive(options: ExportOptions): Promise<Outcome> {
  const path = resolve(options.out)
  const { home, seed } = openAccountHome(options.home)
  using _home = home
  const passphrase = await readNewPassphrase(options)
  const { accountId } = deriveAccount(Uint8Array.from(seed))
  const pieces = exportHistory({
    database: wrapSqlite(home.database),
    account: accountId,
    passphrase,
    randomness: systemRandomness,
    nowMs: systemClock.now(),
    includesTimed: options.withDisappearing === true,
    ...(options.withAccount === true && { seed }),
  })
  const bytes = await writeWhole(path, pieces)
  const holds = options.withAccount === true ? 'the account and its history' : 'the history'
  return {
    json: { path, bytes, accountId },
    text: `${path} holds ${holds} of ${accountId}.\nWhoever has the file and the passphrase can read all of it.`,
  }
}

/** Into a home without an account only what holds the account itself. */
export async function importArchive(file: string, options: ImportOptions): Promise<Outcome> {
  const path = resolve(file)
  const passphrase = await readPassphrase(options)
  const read = (): AsyncIterable<Uint8Array> => createReadStream(path)
  using home = await openForArchive(options.home, read, passphrase)
  const seed = readSeed(home)
  if (seed === undefined) throw new CliError('no_account', describeNoAccount(options.home))
  const account: AccountId = deriveAccount(seed).accountId
  const imported = unwrap(
    await importHistory(read, {
      database: wrapSqlite(home.database),
      account,
      passphrase,
      nowMs: systemClock.now(),
    }),
  )
  const { records, changed, unknown, malformed } = imported
  const lines = [`${changed} of ${records} records were new.`]
  if (unknown > 0)
    lines.push(`${unknown} need a newer sotto: keep the file, and import it again after an update.`)
  if (malformed > 0) lines.push(`${malformed} were malformed and left out.`)
  return {
    json: { accountId: account, records, changed, unknown, malformed },
    text: lines.join('\n'),
  }
}

async function openForArchive(
  path: string,
  read: () => AsyncIterable<Uint8Array>,
  passphrase: string,
): Promise<Home> {
  if (isHome(path)) return openHome(path)
  const head = unwrap(await readArchiveHead(read(), passphrase))
  if (head?.seed === undefined) throw new CliError('no_account', describeNoAccount(path))
  const home = openHome(path)
  writeSeed(home, head.seed)
  return home
}

function describeNoAccount(path: string): string {
  return `There is no account in ${path}, and the archive holds none; bring it back with \`sotto account restore\` first.`
}

/** The name is taken only when the file is whole, and never that of a file which is there. */
async function writeWhole(path: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const unfinished = `${path}.part`
  try {
    await (await open(path, 'wx', FILE_MODE)).close()
  } catch (cause) {
    throw new CliError('archive_refused', `${path} is there already, or cannot be written.`, {
      cause,
    })
  }
  try {
    const file = await open(unfinished, 'w', FILE_MODE)
    let length = 0
    try {
      for await (const piece of pieces) length += (await file.write(piece)).bytesWritten
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(unfinished, path)
    return length
  } catch (error) {
    await Promise.all([rm(path, { force: true }), rm(unfinished, { force: true })])
    throw error
  }
}

function unwrap<T>(result: Result<T, ProtocolError>): T {
  if (result.ok) return result.value
  const { code } = result.error
  const reason = REASONS[code] ?? 'This is no archive, or it is damaged; nothing was changed.'
  throw new CliError('archive_refused', reason, { cause: result.error })
}
