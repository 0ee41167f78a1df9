/**
 * The settings that come from the environment; the only place that reads it. Options of the command line go before.
 *
 * @module
 */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where `sotto net up` answers unless it was told otherwise. */
const DEFAULT_NETWORK = 'http://127.0.0.1:22100'

export interface HomeOptions {
  readonly home?: string
  /** One of several accounts that live in the home. */
  readonly account?: string
}

/** Where accounts with names are, each a home of its own with its own nodes and guards. */
export const ACCOUNTS = 'accounts'

export interface NetworkOptions {
  readonly network?: string
  readonly seedUrl?: string
}

/** How the network is found: a seed that is known, or a local network that says where its seed is. */
export interface NetworkPlace {
  readonly introspect: string
  readonly seedUrl?: string
}

function readSetting(name: string): string | undefined {
  const value = process.env[name]
  return value === '' ? undefined : value
}

/** The directory that holds the account. */
export function findHome({ home, account }: HomeOptions): string {
  const place = findHomeOfAll({ home })
  return account === undefined ? place : join(place, ACCOUNTS, account)
}

/** The directory that holds all accounts. */
export function findHomeOfAll({ home }: { readonly home?: string | undefined }): string {
  return resolve(home ?? readSetting('SOTTO_HOME') ?? join(homedir(), '.sotto'))
}

export function findNetworkPlace({ network, seedUrl }: NetworkOptions): NetworkPlace {
  const seed = seedUrl ?? (network === undefined ? readSetting('SOTTO_SEED_URL') : undefined)
  const introspect = network ?? readSetting('SOTTO_NETWORK') ?? DEFAULT_NETWORK
  return seed === undefined ? { introspect } : { introspect, seedUrl: seed }
}

/** Where programs are looked for. */
export function readSearchPath(): string {
  return readSetting('PATH') ?? ''
}

/** What the person says about the terminal. */
export interface TerminalWishes {
  readonly hasColour: boolean
  /** It can only be written to line by line. */
  readonly isDumb: boolean
}

/** no-color.org: any value that is not empty. */
export function readTerminalWishes(): TerminalWishes {
  return {
    hasColour: readSetting('NO_COLOR') === undefined,
    isDumb: readSetting('TERM') === 'dumb',
  }
}
