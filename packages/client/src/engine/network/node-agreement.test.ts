/** A list from the network counts as far as three nodes agree on it. */
import { describe, expect, it } from 'vitest'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'
import { type AskNode, agreeOnNodes, computeAgreement } from './node-agreement.ts'
import { type NetworkNode, toNetworkNode } from './network-node.ts'

function listNodes(network: SimulatedNetwork): readonly NetworkNode[] {
  return network.nodes.map(({ record }) =>
    toNetworkNode({ ...record, httpsPort: record.ports.https }),
  )
}

function agree(
  network: SimulatedNetwork,
  ask: AskNode,
  known: readonly NetworkNode[] = listNodes(network),
): ReturnType<typeof agreeOnNodes> {
  const { clock, randomness } = network
  return network.settle(
    agreeOnNodes({ clock, randomness, known, networkSize: network.nodes.length, ask }),
  )
}

describe('how many nodes must be common', () => {
  it.each([
    [5, 4],
    [10, 7],
    [12, 8],
    [26, 18],
    [36, 24],
    [40, 24],
    [2000, 24],
  ])('of a network of %d: %d', (networkSize, expected) => {
    expect(computeAgreement(networkSize)).toBe(expected)
  })
})

describe('agreeing', () => {
  it('takes what three nodes say alike', async () => {
    const network = new SimulatedNetwork()
    const nodes = listNodes(network)
    const asked: string[] = []
    const agreed = await agree(network, async ({ id }) => {
      asked.push(id)
      return nodes
    })
    expect(unwrap(agreed)).toEqual(nodes)
    expect(new Set(asked).size).toBe(3)
  })

  it('leaves out a node that only one of them names, so that nobody is led astray by one', async () => {
    const network = new SimulatedNetwork({ nodes: 13 })
    const [invented, ...nodes] = listNodes(network)
    let answers = 0
    const agreed = await agree(
      network,
      async () => (answers++ === 0 && invented !== undefined ? [invented, ...nodes] : nodes),
      nodes,
    )
    expect(unwrap(agreed)).toEqual(nodes)
  })

  it('leaves out a node whose key one of them replaced', async () => {
    const network = new SimulatedNetwork({ nodes: 13 })
    const [first, second, ...others] = listNodes(network)
    if (first === undefined || second === undefined) throw new Error('two nodes')
    const forged = { ...first, id: second.id }
    let answers = 0
    const agreed = await agree(network, async () => [answers++ === 0 ? forged : first, ...others])
    expect(unwrap(agreed)).toEqual(others)
  })

  it('asks four times, a second apart, before it gives up', async () => {
    const network = new SimulatedNetwork()
    const start = network.clock.now()
    let asked = 0
    const agreed = await agree(network, async () => {
      asked += 1
      return undefined
    })
    expect(codeOf(agreed)).toBe('no_nodes')
    expect(asked).toBe(12)
    expect(network.clock.now() - start).toBeGreaterThanOrEqual(3000)
  })

  it('does not take two answers for three', async () => {
    const network = new SimulatedNetwork()
    const nodes = listNodes(network)
    let asked = 0
    const agreed = await agree(network, async () => (asked++ % 3 === 0 ? undefined : nodes))
    expect(codeOf(agreed)).toBe('no_nodes')
  })

  it('refuses lists that have too little in common', async () => {
    const network = new SimulatedNetwork()
    const nodes = listNodes(network)
    let asked = 0
    const agreed = await agree(network, async () => {
      const start = (asked++ % 3) * 3
      return nodes.slice(start, start + 6)
    })
    expect(codeOf(agreed)).toBe('no_nodes')
  })
})
