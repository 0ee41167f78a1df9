/**
 * What an operator does: makes a node, backs its keys up, runs it in a network that others run, ends it, and brings it back on
 * another machine.
 */

import { readFile, readdir, writeFile } from 'node:fs/promises'
import { type Network, startNetwork } from '@sotto/devnet/network'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startOperatedNode } from '../cluster/operated-node.ts'
import { runSotto, runSottoJson } from '../cluster/run-sotto.ts'
import { type Scratch, createScratch } from '../cluster/scratch.ts'

const EPOCH_MS = 1000
const PORTS = ['https', 'web', 'peer', 'operator'] as const
const ANY_PORT = PORTS.flatMap((name) => [`--${name}-port`, '0'])
const PASSPHRASE = 'four words make sense'

const keysSchema = z.object({ node: z.string() })
const listSchema = z.object({
  result: z.object({
    service_node_states: z.array(z.object({ pubkey_ed25519: z.string(), storage_port: z.int() })),
  }),
})

let network: Network
let scratch: Scratch
let node: string

beforeAll(async () => {
  scratch = await createScratch()
  network = await startNetwork({ nodes: 5, seed: 'run-a-node', epochMs: EPOCH_MS })
  await writeFile(scratch.at('passphrase'), `${PASSPHRASE}\n`)
  const options = ['--home', scratch.at('node'), '--network', network.introspect, ...ANY_PORT]
  node = keysSchema.parse(await runSottoJson(['node', 'init', ...options])).node
})
afterAll(async () => {
  await network[Symbol.asyncDispose]()
  await scratch[Symbol.asyncDispose]()
})

function keys(...words: readonly string[]): readonly string[] {
  return ['node', 'keys', ...words, '--passphrase-file', scratch.at('passphrase')]
}

/** Whether clients are told of this node, under this port: only what is active is in that list. */
async function isListed(key: string, port: unknown): Promise<boolean> {
  const params = { active_only: true, fields: { pubkey_ed25519: true, storage_port: true } }
  const body = JSON.stringify({ jsonrpc: '2.0', id: '0', method: 'get_service_nodes', params })
  const response = await fetch(`${network.seedUrl}/json_rpc`, { method: 'POST', body })
  const { result } = listSchema.parse(await response.json())
  return result.service_node_states.some(
    ({ pubkey_ed25519, storage_port }) => pubkey_ed25519 === key && storage_port === port,
  )
}

describe('an operator', () => {
  it('backs the keys up, and the file shows none of them', async () => {
    await runSottoJson([...keys('backup'), '--home', scratch.at('node'), '--out', scratch.at('b')])
    const seed = (await readFile(scratch.at('node', 'node.seed'), 'utf8')).trim()
    const file = await readFile(scratch.at('b'))
    expect(file.includes(seed)).toBe(false)
    expect(file.includes(Buffer.from(seed, 'hex'))).toBe(false)
  })

  it('runs a node that the network takes in, once, and ends it', async () => {
    await using running = startOperatedNode(scratch.at('node'))
    const listening = await running.findLine('listening')
    const second = await runSotto(['node', 'run', '--home', scratch.at('node')])
    expect(second.code).toBe(1)
    expect(second.stderr).toContain(`with process id ${running.pid}`)
    await running.findLine('ready')
    await running.findLine('directory_loaded', () => isListed(node, listening['https']))
    expect(await running.stop('SIGTERM')).toBe(0)
  })

  it('restores nothing with a wrong passphrase', async () => {
    await writeFile(scratch.at('wrong'), 'four words make none')
    const command = ['node', 'keys', 'restore', '--home', scratch.at('elsewhere'), scratch.at('b')]
    const run = await runSotto([...command, '--passphrase-file', scratch.at('wrong'), '--json'])
    expect(run.code).toBe(1)
    expect(JSON.parse(run.stdout)).toMatchObject({ error: { code: 'backup_unopened' } })
    await expect(readdir(scratch.at('elsewhere'))).rejects.toThrow('ENOENT')
  })

  it('brings the same node back elsewhere, and the network learns its new address', async () => {
    const home = scratch.at('elsewhere')
    const restored = await runSottoJson([...keys('restore'), '--home', home, scratch.at('b')])
    expect(keysSchema.parse(restored).node).toBe(node)
    await using running = startOperatedNode(home)
    const listening = await running.findLine('listening')
    await running.findLine('directory_loaded', () => isListed(node, listening['https']))
    expect(await running.stop('SIGINT')).toBe(0)
  })

  it('is told what is wrong with a configuration, by file and line', async () => {
    const config = scratch.at('elsewhere', 'node.env')
    const text = await readFile(config, 'utf8')
    await writeFile(config, text.replace('SOTTO_HTTPS_PORT=0', 'SOTTO_HTTPS_PORT=high'))
    const line = text.split('\n').indexOf('SOTTO_HTTPS_PORT=0') + 1
    const run = await runSotto(['node', 'run', '--home', scratch.at('elsewhere')])
    expect(run.code).toBe(1)
    expect(run.stderr).toContain(`${config} line ${line}: SOTTO_HTTPS_PORT is not valid.`)
  })

  it('is told that a port is taken', async () => {
    const config = scratch.at('node', 'node.env')
    const text = await readFile(config, 'utf8')
    const taken = network.nodes[0]?.ports.web ?? 0
    await writeFile(config, text.replace('SOTTO_WEB_PORT=0', `SOTTO_WEB_PORT=${taken}`))
    const run = await runSotto(['node', 'run', '--home', scratch.at('node')])
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain(`127.0.0.1:${taken} (SOTTO_WEB_PORT): another program listens`)
  })
})
