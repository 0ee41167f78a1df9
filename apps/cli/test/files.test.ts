/** Files with the commands themselves, over real nodes of which one keeps them. */
import {
  type DisposableTempDir,
  mkdtempDisposableSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Network, startNetwork } from '@sotto/devnet/network'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createProgram } from '../src/program.ts'

const NETWORK_MS = 60_000
const NOTE = 'the key is under the mat'

let network: Network
let scratch: DisposableTempDir
let bob: string

async function run(...options: readonly string[]): Promise<string> {
  const lines: string[] = []
  await createProgram((line) => {
    lines.push(line)
  }).parseAsync(options, { from: 'user' })
  return lines.join('\n')
}

function at(...names: readonly string[]): string {
  return join(scratch.path, ...names)
}

function as(name: string, ...options: readonly string[]): Promise<string> {
  return run(...options, '--home', at(name), '--network', network.introspect)
}

async function createPerson(name: string): Promise<string> {
  const made = JSON.parse(await run('account', 'create', '--home', at(name), '--json')) as unknown
  return z.object({ accountId: z.string() }).parse(made).accountId
}

/** Alice sends it, Bob reads; gives the time by which Bob names the message. */
async function send(...files: readonly string[]): Promise<string> {
  const sent = JSON.parse(await as('alice', 'attach', '--json', '--to', bob, ...files)) as unknown
  await as('bob', 'read')
  return String(z.object({ sentAt: z.int() }).parse(sent).sentAt)
}

beforeAll(async () => {
  scratch = mkdtempDisposableSync(join(tmpdir(), 'sotto-cli-files-'))
  network = await startNetwork({ nodes: 8, seed: 'files', driver: 'in-process', files: 1 })
  await createPerson('alice')
  bob = await createPerson('bob')
  writeFileSync(at('note.txt'), NOTE)
  writeFileSync(at('list.csv'), 'a,b\n')
}, NETWORK_MS)

afterAll(async () => {
  await network[Symbol.asyncDispose]()
  scratch[Symbol.dispose]()
})

describe('files', { timeout: NETWORK_MS }, () => {
  it('come with a message, and are saved where nothing is yet', async () => {
    const time = await send(at('note.txt'), at('list.csv'))
    await as('bob', 'save', time, '--out', at('saved.txt'))
    await as('bob', 'save', time, '--file', '2', '--out', at('saved.csv'))
    expect(readFileSync(at('saved.txt'), 'utf8')).toBe(NOTE)
    expect(readFileSync(at('saved.csv'), 'utf8')).toBe('a,b\n')
    await expect(as('bob', 'save', time, '--out', at('saved.txt'))).rejects.toThrow('there already')
    await expect(as('bob', 'save', time, '--file', '3')).rejects.toThrow('file_unknown')
  })

  it('are shown with their names and sizes, and never with their keys', async () => {
    const time = await send(at('note.txt'))
    const shown = await as('bob', 'read')
    expect(shown).toContain(`[note.txt, 24 bytes]  sotto save ${time}`)
    const json = await as('bob', 'read', '--json')
    expect(json).toContain('"fileName":"note.txt"')
    expect(json).not.toMatch(/"key"|#p=/)
  })

  it('are not readable where they are kept', async () => {
    const time = await send(at('note.txt'))
    await as('bob', 'save', time, '--out', at('again.txt'))
    const kept = readdirSync(at('bob', 'files'))
    expect(kept.length).toBeGreaterThan(0)
    for (const name of kept) {
      expect(readFileSync(at('bob', 'files', name), 'latin1')).not.toContain(NOTE)
    }
  })

  it.each([
    ['that is not there', 'nowhere.txt', 'cannot be read'],
    ['that is a folder', 'alice', 'is no file'],
  ])('are refused: one %s', async (_, name, reason) => {
    await expect(as('alice', 'attach', '--to', bob, at(name))).rejects.toThrow(reason)
  })

  it('that are pictures of an unknown kind are sent as they are, or not at all', async () => {
    writeFileSync(at('photo.heic'), 'ftypheic')
    const attach = ['attach', '--to', bob, at('photo.heic')]
    await expect(as('alice', ...attach)).rejects.toThrow('picture_refused')
    expect(await as('alice', ...attach, '--as-is')).toContain('One file is')
  })

  it('go from the device with the account', async () => {
    await createPerson('carol')
    await as('carol', 'attach', '--to', bob, at('note.txt'))
    expect(readdirSync(at('carol'))).toContain('files')
    await as('carol', 'account', 'delete', '--yes', '--only-here')
    expect(readdirSync(at('carol'))).toEqual([])
  })
})
