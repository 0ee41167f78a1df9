/**
 * `sotto node keys backup` and `restore`: the passphrase, and what is said.
 *
 * @module
 */
import { resolve } from 'node:path'
import { backUpHome, restoreHome } from '@sotto/node/backup'
import type { Outcome } from '../output.ts'
import { type PassphraseOptions, readNewPassphrase, readPassphrase } from '../passphrase.ts'

export interface BackupOptions extends PassphraseOptions {
  readonly home: string
  readonly out: string
}

export interface RestoreOptions extends PassphraseOptions {
  readonly home: string
}

export async function backUpKeys(options: BackupOptions): Promise<Outcome> {
  const { home } = options
  const path = resolve(options.out)
  const passphrase = await readNewPassphrase(options)
  const keys = await backUpHome({ home, path, passphrase })
  const text = [
    `${path} holds the keys and the configuration of node ${keys.node}.`,
    'Keep it away from this machine, and the passphrase away from it: without both the node cannot come back.',
  ].join('\n')
  return { json: { path, ...keys }, text }
}

export async function restoreKeys(path: string, options: RestoreOptions): Promise<Outcome> {
  const home = resolve(options.home)
  const passphrase = await readPassphrase(options)
  const keys = await restoreHome({ home, path, passphrase })
  const text = [
    `${home} holds node ${keys.node} again.`,
    'Before you start it: the old one must not run any more, and node.env must name the address of this machine.',
  ].join('\n')
  return { json: { home, ...keys }, text }
}
