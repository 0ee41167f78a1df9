import { encodeHex } from '@sotto/crypto/bytes'
import { decodeEpochDocument } from '@sotto/protocol/directory'
import { describe, expect, it } from 'vitest'
import { startNetwork } from './network.ts'

async function askSeed(url: string): Promise<unknown> {
  const body = JSON.stringify({ method: 'get_n_service_nodes', params: { fields: {} } })
  return (await fetch(`${url}/json_rpc`, { method: 'POST', body })).json()
}

describe('a network inside this process', () => {
  it('is made of real nodes, which answer seed requests', async () => {
    await using network = await startNetwork({ nodes: 5, seed: 'inside', driver: 'in-process' })
    expect(network.nodes.map(({ pid, state }) => [pid, state])).toEqual(
      Array.from({ length: 5 }, () => [process.pid, 'ready']),
    )
    expect(await askSeed(network.seedUrl)).toHaveProperty('result.service_node_states.length', 5)
  })

  it('has the keys that the directory lists', async () => {
    await using network = await startNetwork({ nodes: 1, seed: 'inside', driver: 'in-process' })
    const answer = await fetch(`${network.introspect}/directory`)
    const document = decodeEpochDocument(new Uint8Array(await answer.arrayBuffer()))
    if (!document.ok) throw document.error
    const [listed] = document.value.content.nodes
    const { ed25519, host, ports } = network.nodes[0] ?? {}
    expect(listed).toMatchObject({ host, ports, name: 'node-01', state: 'active', swarm: 0n })
    expect(encodeHex(listed?.ed25519 ?? new Uint8Array())).toBe(ed25519)
  })

  it('brings a stopped node back on its ports', async () => {
    await using network = await startNetwork({ nodes: 2, seed: 'inside', driver: 'in-process' })
    const before = network.nodes[0]
    await network.stop('node-01')
    expect(network.nodes[0]?.state).toBe('stopped')
    await network.start('node-01')
    expect(network.nodes[0]).toEqual(before)
  })

  it('names the setting that is wrong', async () => {
    const settings = { SOTTO_LOG_LEVEL: 'shouting' }
    const failing = startNetwork({ nodes: 1, driver: 'in-process', settings })
    await expect(failing).rejects.toThrow(/^node-01: SOTTO_LOG_LEVEL is not valid/u)
  })
})
