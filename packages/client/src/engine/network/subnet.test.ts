/** Neighbours often have one operator: they do not meet on one path. */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { type NetworkNode, toNetworkNode } from './network-node.ts'
import { findSubnet, isSameSubnet, selectSpread } from './subnet.ts'

function createNodesAt(...hosts: readonly string[]): readonly NetworkNode[] {
  const network = new SimulatedNetwork({
    nodes: hosts.length,
    hostOf: (index) => hosts[index] ?? '',
  })
  return network.nodes.map(({ record }) =>
    toNetworkNode({ ...record, httpsPort: record.ports.https }),
  )
}

function areClose(first: string, second: string): boolean {
  const [a, b] = createNodesAt(first, second)
  if (a === undefined || b === undefined) throw new Error('two nodes')
  return isSameSubnet(a, b)
}

describe('the /24 rule', () => {
  it.each([
    ['1.2.3.4', '1.2.3'],
    ['203.0.113.255', '203.0.113'],
    ['127.0.0.1', '127.0.0.1'],
    ['10.1.2.3', '10.1.2.3'],
  ])('finds the subnet of %s', (host, subnet) => {
    expect(findSubnet(host)).toBe(subnet)
  })

  it.each([
    ['the same address', '1.2.3.4', '1.2.3.4', true],
    ['the same first three octets', '1.2.3.4', '1.2.3.250', true],
    ['another third octet', '1.2.3.4', '1.2.4.4', false],
    ['the same digits in other octets', '1.23.4.5', '12.3.4.5', false],
    ['public addresses that begin like private ones', '172.15.0.1', '172.15.0.2', true],
    ['public addresses beyond the private ones', '172.32.0.1', '172.32.0.2', true],
    ['public addresses that begin with 100', '100.0.0.1', '100.0.0.2', true],
  ])('decides about %s', (_name, first, second, expected) => {
    expect(areClose(first, second)).toBe(expected)
  })

  it.each([
    ['loopback', '127.0.0.1', '127.0.0.1'],
    ['other loopback', '127.9.9.1', '127.9.9.2'],
    ['10/8', '10.0.0.1', '10.0.0.2'],
    ['172.16/12', '172.17.0.2', '172.17.0.3'],
    ['172.16/12 at its end', '172.31.0.2', '172.31.0.3'],
    ['192.168/16', '192.168.1.2', '192.168.1.3'],
  ])('is off for %s, where all nodes are neighbours', (_name, first, second) => {
    expect(areClose(first, second)).toBe(false)
  })
})

describe('spreading over subnets', () => {
  const hosts = ['1.1.1.1', '1.1.1.2', '1.1.1.3', '2.2.2.2', '3.3.3.3']

  it('takes one node of each subnet', () => {
    const nodes = createNodesAt(...hosts)
    const selected = selectSpread(nodes, createSeededRandomness('spread'))
    expect(selected.map(({ host }) => findSubnet(host)).toSorted()).toEqual([
      '1.1.1',
      '2.2.2',
      '3.3.3',
    ])
  })

  it('takes any node of a subnet, and large subnets first more often', () => {
    const nodes = createNodesAt(...hosts)
    const randomness = createSeededRandomness('weights')
    const firsts = Array.from({ length: 300 }, () => selectSpread(nodes, randomness)[0]?.host ?? '')
    expect(new Set(firsts).size).toBe(hosts.length)
    const large = firsts.filter((host) => host.startsWith('1.1.1.')).length
    expect(large).toBeGreaterThan(150)
    expect(large).toBeLessThan(210)
  })

  it('takes all nodes on loopback', () => {
    const nodes = createNodesAt(...Array.from({ length: 4 }, () => '127.0.0.1'))
    expect(selectSpread(nodes, createSeededRandomness('local'))).toHaveLength(4)
  })
})
