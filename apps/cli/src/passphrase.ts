/**
 * Where a passphrase comes from: a file, standard input, or a person at the terminal, who sees nothing of what is typed.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { CliError } from './errors.ts'
import { readInput } from './read-input.ts'

/** Whoever has the file can try passphrases for years; a short one does not last. */
const CHARACTERS_MIN = 12

export interface PassphraseOptions {
  /** A path, or `-` for standard input. */
  readonly passphraseFile?: string
}

/** Asks one question and gives back what was typed. */
export type AskSecretly = (question: string) => Promise<string>

async function readPassphraseFile(path: string): Promise<string> {
  if (path === '-') return readInput()
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/u, '')
  } catch (cause) {
    throw new CliError('passphrase_missing', `${path} cannot be read.`, { cause })
  }
}

/** Nothing of what is typed is shown: readline writes its echo to an output that swallows it. */
const askTerminal: AskSecretly = async (question) => {
  if (!process.stdin.isTTY) {
    const message = 'There is no terminal to ask for a passphrase; use --passphrase-file.'
    throw new CliError('passphrase_missing', message)
  }
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silence, terminal: true })
  process.stderr.write(question)
  const aborted = new AbortController()
  terminal.once('SIGINT', () => aborted.abort())
  try {
    return await terminal.question('', { signal: aborted.signal })
  } catch (cause) {
    throw new CliError('passphrase_missing', 'No passphrase was given.', { cause })
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}

/** For something that is made now: long enough, and typed twice. */
export async function readNewPassphrase(
  { passphraseFile }: PassphraseOptions,
  ask: AskSecretly = askTerminal,
): Promise<string> {
  const isFile = passphraseFile !== undefined
  const passphrase = isFile ? await readPassphraseFile(passphraseFile) : await ask('Passphrase: ')
  if (Array.from(passphrase).length < CHARACTERS_MIN) {
    const message = `A passphrase for keys needs at least ${CHARACTERS_MIN} characters; several words do well.`
    throw new CliError('passphrase_missing', message)
  }
  if (!isFile && (await ask('The same again: ')) !== passphrase) {
    throw new CliError('passphrase_missing', 'The two passphrases differ. Nothing was written.')
  }
  return passphrase
}

/** For something that exists; whether it is the right one shows when it is used. */
export async function readPassphrase(
  { passphraseFile }: PassphraseOptions,
  ask: AskSecretly = askTerminal,
): Promise<string> {
  return passphraseFile === undefined ? ask('Passphrase: ') : readPassphraseFile(passphraseFile)
}
