/**
 * What `sotto account` does: makes, restores and shows the account of a home.
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  type AccountId,
  createAccountSeed,
  deriveAccount,
  encodeRecoveryPhrase,
} from '@sotto/crypto/identity'
import { systemRandomness } from '@sotto/crypto/randomness'
import { ACCOUNTS } from '../config.ts'
import { CliError } from '../errors.ts'
import { nameProgram } from '../name-program.ts'
import type { Outcome } from '../output.ts'
import { readInput } from '../read-input.ts'
import { readPhrase } from '../refused-text.ts'
import { openAccountHome, readSeed, writeSeed } from './account-file.ts'
import { isHome, openHome } from './open-home.ts'

export function createAccount(path: string): Outcome {
  using home = openHome(path)
  if (readSeed(home) !== undefined) {
    throw new CliError(
      'account_exists',
      `${path} already has an account; choose another --home, or see \`sotto account show\`.`,
    )
  }
  const seed = createAccountSeed(systemRandomness)
  writeSeed(home, seed)
  const { accountId } = deriveAccount(seed)
  const recoveryPhrase = encodeRecoveryPhrase(seed)
  return {
    json: { accountId, recoveryPhrase },
    text: [
      'Your account is ready.',
      '',
      `  Account id       ${accountId}`,
      `  Recovery phrase  ${recoveryPhrase}`,
      '',
      'Give the account id to people who want to write to you. Keep the recovery phrase to yourself, on paper:',
      'whoever has it is you, and nobody can restore it for you.',
      '',
      'Next, write to somebody, or see what came:',
      '',
      `  ${nameProgram()} send --home ${path} --to ACCOUNT_ID "hello"`,
      `  ${nameProgram()} read --home ${path}`,
    ].join('\n'),
  }
}

export async function restoreAccount(path: string, phrase: string | undefined): Promise<Outcome> {
  const seed = readPhrase(await requirePhrase(phrase))
  using home = openHome(path)
  writeSeed(home, seed)
  const { accountId } = deriveAccount(seed)
  return {
    json: { accountId },
    text: [
      'The account is back.',
      '',
      `  Account id  ${accountId}`,
      '',
      'Messages of the last 14 days can still be fetched:',
      '',
      `  ${nameProgram()} read --home ${path}`,
    ].join('\n'),
  }
}

export function showAccount(path: string, isRevealed: boolean): Outcome {
  const { home, seed } = openAccountHome(path)
  home[Symbol.dispose]()
  const { accountId } = deriveAccount(seed)
  if (!isRevealed) {
    return { json: { accountId }, text: `Account id  ${accountId}` }
  }
  const recoveryPhrase = encodeRecoveryPhrase(seed)
  return {
    json: { accountId, recoveryPhrase },
    text: `Account id       ${accountId}\nRecovery phrase  ${recoveryPhrase}`,
  }
}

/** The one without a name first. */
export function listAccounts(path: string): Outcome {
  const folder = join(path, ACCOUNTS)
  const names = existsSync(folder) ? readdirSync(folder).toSorted() : []
  const places = [
    { name: null, home: path },
    ...names.map((name) => ({ name, home: join(folder, name) })),
  ]
  const accounts = places.flatMap(({ name, home }) => {
    const accountId = findAccountId(home)
    return accountId === undefined ? [] : [{ name, accountId }]
  })
  const lines = accounts.map(({ name, accountId }) => `${accountId}  ${name ?? '(without a name)'}`)
  return { json: accounts, text: lines.length === 0 ? 'No accounts.' : lines.join('\n') }
}

function findAccountId(path: string): AccountId | undefined {
  if (!isHome(path)) return undefined
  using home = openHome(path)
  const seed = readSeed(home)
  return seed && deriveAccount(seed).accountId
}

async function requirePhrase(phrase: string | undefined): Promise<string> {
  if (phrase !== undefined) return phrase
  if (process.stdin.isTTY)
    process.stderr.write('Type the recovery phrase, then Enter and Ctrl-D:\n')
  const typed = await readInput()
  if (typed.trim() !== '') return typed
  throw new CliError(
    'phrase_missing',
    'No recovery phrase was given; write its 13 words after the command, or use --phrase.',
  )
}
