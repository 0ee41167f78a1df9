/**
 * The account of a home.
 *
 * @module
 */
import { equalBytes } from '@sotto/crypto/bytes'
import { CliError } from '../errors.ts'
import { nameProgram } from '../name-program.ts'
import { type Home, isHome, openHome } from './open-home.ts'

interface SeedRow {
  readonly seed: Uint8Array
}

export function readSeed({ database }: Home): Uint8Array | undefined {
  const row = database.prepare<[], SeedRow>('SELECT seed FROM account').get()
  return row && Uint8Array.from(row.seed)
}

/** Keeps the account; refuses to put one in the place of another, which would be lost. */
export function writeSeed(home: Home, seed: Uint8Array): void {
  home.database.prepare('INSERT OR IGNORE INTO account (id, seed) VALUES (1, ?)').run(seed)
  const kept = readSeed(home)
  if (kept !== undefined && equalBytes(kept, seed)) return
  throw new CliError(
    'account_exists',
    `${home.path} already has an account; choose another --home.`,
  )
}

/** Opens a home that must have an account. */
export function openAccountHome(path: string): { readonly home: Home; readonly seed: Uint8Array } {
  if (isHome(path)) {
    const home = openHome(path)
    const seed = readSeed(home)
    if (seed !== undefined) return { home, seed }
    home[Symbol.dispose]()
  }
  throw new CliError(
    'no_account',
    `There is no account in ${path}; make one with \`${nameProgram()} account create --home ${path}\`.`,
  )
}
