/** Which nodes make the rest of a path. */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { type NetworkNode, toNetworkNode } from '../network/network-node.ts'
import { findSubnet } from '../network/subnet.ts'
import { type HopChoice, chooseHops } from './choose-hops.ts'

const RUNS = 200

function createNodes(hostOf: (index: number) => string, count = 12): readonly NetworkNode[] {
  return new SimulatedNetwork({ nodes: count, hostOf }).nodes.map(({ record }) =>
    toNetworkNode({ ...record, httpsPort: record.ports.https }),
  )
}

const apart = createNodes((index) => `8.8.${index}.1`)
const randomness = createSeededRandomness('hops')

function choose(changes: Partial<HopChoice>): readonly NetworkNode[] | undefined {
  const choice = { candidates: apart, chosen: [], count: 2, weigh: () => 0, ...changes }
  return chooseHops(choice, randomness)
}

describe('choosing hops', () => {
  it('never takes a node that is on the path already', () => {
    const chosen = apart.slice(0, 1)
    for (let run = 0; run < RUNS; run++) {
      expect(choose({ chosen })).not.toContain(apart[0])
    }
  })

  it('uses every candidate at some time, so that a path cannot be foretold', () => {
    const used = new Set<NetworkNode>()
    for (let run = 0; run < RUNS; run++) for (const node of choose({}) ?? []) used.add(node)
    expect(used.size).toBe(apart.length)
  })

  it('keeps the three nodes of a path in three /24s', () => {
    const candidates = createNodes((index) => `8.8.${index % 3}.${index + 1}`)
    for (let run = 0; run < RUNS; run++) {
      const chosen = candidates.slice(0, 1)
      const path = [...chosen, ...(choose({ candidates, chosen }) ?? [])]
      expect(new Set(path.map(({ host }) => findSubnet(host))).size).toBe(3)
    }
  })

  it('gives up rather than put two neighbours on one path', () => {
    const candidates = createNodes((index) => `8.8.${index % 2}.${index + 1}`)
    expect(choose({ candidates, chosen: candidates.slice(0, 1) })).toBeUndefined()
  })

  it('finds a path on loopback, where all addresses are one', () => {
    const candidates = createNodes(() => '127.0.0.1', 4)
    expect(choose({ candidates, chosen: candidates.slice(0, 1) })).toHaveLength(2)
  })

  it('gives up when there are too few nodes', () => {
    expect(choose({ candidates: apart.slice(0, 1) })).toBeUndefined()
  })

  it('takes what something speaks against only when nothing else is left', () => {
    const suspects = new Set(apart.slice(0, 9))
    const weigh = (node: NetworkNode): number => (suspects.has(node) ? 1 : 0)
    for (let run = 0; run < RUNS; run++) {
      expect(choose({ weigh, count: 3 })?.some((node) => suspects.has(node))).toBe(false)
    }
    expect(choose({ weigh, count: 4 })?.filter((node) => suspects.has(node))).toHaveLength(1)
  })

  it('needs nothing for a path that is whole', () => {
    expect(choose({ count: 0 })).toEqual([])
  })
})
