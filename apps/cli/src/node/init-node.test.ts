/** `sotto node init`: what it writes and what it says. */
import { mkdtempDisposable, readFile, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { initNode } from './init-node.ts'

const NETWORK = {
  network: '0a'.repeat(16),
  authorities: ['ab'.repeat(32), 'cd'.repeat(32)],
  threshold: 2,
  seeds: ['https://seed.example.org'],
}

async function createFolder() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'sotto-init-'))
  const network = join(folder.path, 'network.json')
  await writeFile(network, JSON.stringify(NETWORK))
  return { home: join(folder.path, 'node'), network, [Symbol.asyncDispose]: () => folder.remove() }
}

/** Settings that are on. */
async function readSettings(home: string): Promise<readonly string[]> {
  const text = await readFile(join(home, 'node.env'), 'utf8')
  return text.split('\n').filter((line) => /^[A-Z]/u.test(line))
}

describe('initNode', () => {
  it('writes what the network’s description says, and what the operator chose', async () => {
    await using folder = await createFolder()
    const { home, network } = folder
    await initNode({ home, network, publicHost: '192.0.2.7', name: 'north', httpsPort: '443' })
    expect(await readSettings(home)).toEqual([
      'SOTTO_HOST=0.0.0.0',
      'SOTTO_HTTPS_PORT=443',
      'SOTTO_PUBLIC_HOST=192.0.2.7',
      `SOTTO_NETWORK_ID=${NETWORK.network}`,
      `SOTTO_DIRECTORY_KEYS=${NETWORK.authorities.join(',')}`,
      'SOTTO_DIRECTORY_THRESHOLD=2',
      'SOTTO_SEEDS=https://seed.example.org',
      'SOTTO_NODE_NAME=north',
      'SOTTO_OPERATOR_PORT=22024',
    ])
  })

  it('stays on loopback unless there is an address for others, or a choice', async () => {
    await using folder = await createFolder()
    const { home } = folder
    await initNode({ home: join(home, 'one') })
    await initNode({ home: join(home, 'two'), publicHost: '127.0.0.1' })
    await initNode({ home: join(home, 'three'), publicHost: '192.0.2.7', host: '10.0.0.2' })
    expect((await readSettings(join(home, 'one'))).join()).not.toContain('SOTTO_HOST')
    expect((await readSettings(join(home, 'two'))).join()).not.toContain('SOTTO_HOST')
    expect(await readSettings(join(home, 'three'))).toContain('SOTTO_HOST=10.0.0.2')
  })

  it('shows its keys and whom it will believe, and no secret', async () => {
    await using folder = await createFolder()
    const { home, network } = folder
    const { json, text } = await initNode({ home, network, authority: true })
    const key = expect.stringMatching(/^[0-9a-f]{64}$/u) as unknown
    expect(json).toEqual({ home, node: key, authority: key })
    for (const authority of NETWORK.authorities) expect(text).toContain(authority)
    expect(text).toContain(`node run --home ${home}`)
    for (const name of ['node.seed', 'authority.seed']) {
      expect(text).not.toContain((await readFile(join(home, name), 'utf8')).trim())
    }
  })

  it('says what is still to be filled in when no network was named', async () => {
    await using folder = await createFolder()
    const { text } = await initNode({ home: folder.home })
    expect(text).toContain('fill in SOTTO_NETWORK_ID')
    expect(await readSettings(folder.home)).toContain('SOTTO_SEEDS=')
  })

  it('makes nothing when the network is unclear or a setting is wrong', async () => {
    await using folder = await createFolder()
    const { home, network } = folder
    await expect(initNode({ home, network: `${network}.old` })).rejects.toMatchObject({
      code: 'network_unclear',
    })
    await expect(initNode({ home, network, name: 'two words' })).rejects.toMatchObject({
      code: 'node_config',
    })
    await expect(readdir(home)).rejects.toThrow('ENOENT')
  })

  it('does not touch a node that is there', async () => {
    await using folder = await createFolder()
    await initNode({ home: folder.home })
    const before = await readFile(join(folder.home, 'node.seed'), 'utf8')
    await expect(initNode({ home: folder.home })).rejects.toMatchObject({
      code: 'node_home_exists',
    })
    expect(await readFile(join(folder.home, 'node.seed'), 'utf8')).toBe(before)
  })
})
