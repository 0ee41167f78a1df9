/** Looking nodes up by key and by swarm. */
import { encodeHex } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { createNode, createNodes, createTestDirectory } from '../../test/node-fixtures.ts'
import {
  INVALID_SWARM_ID,
  computeSwarmSpace,
  findSwarm,
  parseAccountBytes,
} from '../swarm/index.ts'
import { findDuplicate } from './find-duplicate.ts'

const ACCOUNT = parseAccountBytes(`05${'0123456789abcdef'.repeat(3)}${'00'.repeat(8)}`)
if (ACCOUNT === undefined) throw new Error('no account')

describe('a directory', () => {
  const nodes = createNodes(12)
  const directory = createTestDirectory(nodes)
  const [node] = nodes
  if (node === undefined) throw new Error('no nodes')

  it('finds a node by either key, as bytes, as hex, in either case', () => {
    expect(directory.findByEd25519(node.ed25519)).toBe(node)
    expect(directory.findByEd25519(encodeHex(node.ed25519))).toBe(node)
    expect(directory.findByEd25519(encodeHex(node.ed25519).toUpperCase())).toBe(node)
    expect(directory.findByLegacy(node.legacy)).toBe(node)
  })

  it('does not take one kind of key for another', () => {
    expect(directory.findByEd25519(node.legacy)).toBeUndefined()
    expect(directory.findByLegacy(node.ed25519)).toBeUndefined()
    expect(directory.findByEd25519(node.x25519)).toBeUndefined()
    expect(directory.findByEd25519('constructor')).toBeUndefined()
  })

  it('divides twelve nodes into two swarms and gives every account to one of them', () => {
    expect(directory.swarmIds).toEqual([0n, 2n ** 63n - 1n])
    const swarm = directory.swarmOf(ACCOUNT)
    expect(swarm.id).toBe(findSwarm(directory.swarmIds, computeSwarmSpace(ACCOUNT)))
    expect(swarm.members).toEqual(nodes.filter((member) => member.swarm === swarm.id))
    expect(swarm.members.length).toBe(6)
  })

  it('does not count unassigned nodes as a swarm (trap 2)', () => {
    const idle = createNode(0, { swarm: INVALID_SWARM_ID })
    const mixed = createTestDirectory([idle, createNode(1, { swarm: 5n })])
    expect(mixed.swarmIds).toEqual([5n])
    expect(mixed.swarmOf(ACCOUNT).members.length).toBe(1)
    expect(mixed.membersOf(INVALID_SWARM_ID)).toEqual([])
    expect(mixed.findByEd25519(idle.ed25519)).toBe(idle)
  })

  it('has no swarm for anybody when it is empty', () => {
    expect(createTestDirectory([]).swarmOf(ACCOUNT)).toEqual({ id: INVALID_SWARM_ID, members: [] })
  })

  it('has nobody in a swarm that does not exist', () => {
    expect(directory.membersOf(77n)).toEqual([])
  })

  it('sorts swarm ids as numbers, not as texts', () => {
    const ids = [100n, 20n, 3n, 2n ** 63n]
    const scattered = createTestDirectory(ids.map((swarm, index) => createNode(index, { swarm })))
    expect(scattered.swarmIds).toEqual([3n, 20n, 100n, 2n ** 63n])
  })

  it('has a hash that names its content', () => {
    expect(directory.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(createTestDirectory(createNodes(12)).hash).toBe(directory.hash)
    expect(createTestDirectory(nodes, 8).hash).not.toBe(directory.hash)
    expect(createTestDirectory(nodes.slice(1)).hash).not.toBe(directory.hash)
    expect(createTestDirectory(nodes.toReversed()).hash).not.toBe(directory.hash)
  })

  it('throws when it is made of nodes that share a key, because that is a mistake of ours', () => {
    expect(() => createTestDirectory([node, node])).toThrow(RangeError)
  })
})

describe('findDuplicate', () => {
  it('finds nothing among different nodes', () => {
    expect(findDuplicate(createNodes(30))).toBeUndefined()
  })

  it.each(['ed25519', 'x25519', 'legacy'] as const)(
    'finds the second node with one %s key',
    (key) => {
      const copy = createNode(2, { [key]: createNode(0)[key] })
      expect(findDuplicate([createNode(0), createNode(1), copy])).toEqual({ index: 2, what: key })
    },
  )

  it('finds two nodes at one address, also across purposes', () => {
    const ports = { https: 1, web: 2, peer: 3 }
    const first = createNode(0, { host: '10.0.0.1', ports })
    const second = createNode(1, { host: '10.0.0.1', ports: { https: 3, web: 4, peer: 5 } })
    expect(findDuplicate([first, second])).toEqual({ index: 1, what: 'address' })
  })

  it('lets nodes share a host or a port', () => {
    const first = createNode(0, { host: '10.0.0.1', ports: { https: 1, web: 2, peer: 3 } })
    const second = createNode(1, { host: '10.0.0.1', ports: { https: 4, web: 5, peer: 6 } })
    const third = createNode(2, { host: '10.0.0.2', ports: { https: 1, web: 2, peer: 3 } })
    expect(findDuplicate([first, second, third])).toBeUndefined()
  })
})
