/** Who is admitted, whose record changes, and who stays away because another one holds what it claims. */
import { encodeHex } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { describe, expect, it } from 'vitest'
import {
  DESCRIBED_AT_MS,
  createAuthorityKeys,
  createDescriptor,
  createEpochNode,
  createVote,
  wrapDescriptor,
} from '../../test/authority-fixtures.ts'
import { type EpochNode, NODE_STATES } from '../directory/epoch-content.ts'
import { findDuplicate } from '../directory/find-duplicate.ts'
import type { NodeDescriptor } from '../directory/node-descriptor.ts'
import { INVALID_SWARM_ID } from '../swarm/index.ts'
import { describeNodes } from './describe-nodes.ts'
import { tallyVotes } from './tally-votes.ts'

const KEYS = createAuthorityKeys(3).map(({ publicKey }) => publicKey)
const NEW = DESCRIBED_AT_MS + 1

/** How many votes have a descriptor; two are enough. */
type Descriptions = readonly (readonly [NodeDescriptor, number])[]

function apply(
  nodes: readonly EpochNode[],
  descriptions: Descriptions,
  gone: readonly EpochNode[] = [],
): readonly EpochNode[] {
  const votes = KEYS.map((authority, place) =>
    createVote(authority, {
      descriptors: descriptions
        .filter(([, count]) => place < count)
        .map(([descriptor]) => wrapDescriptor(descriptor)),
    }),
  )
  const tally = tallyVotes(votes, { threshold: 2, describedUntil: NEW })
  const known = new Set([...nodes, ...gone].map(({ ed25519 }) => encodeHex(ed25519)))
  const described = describeNodes({ nodes, known, tally, epoch: 100 })
  expect(findDuplicate(described.filter(({ state }) => state !== 'left'))).toBeUndefined()
  return described
}

function find(nodes: readonly EpochNode[], index: number): EpochNode | undefined {
  const name = encodeHex(createEpochNode(index).ed25519)
  return nodes.find(({ ed25519 }) => encodeHex(ed25519) === name)
}

/** Nodes by number, in the order of their keys: who goes first must not decide. */
const SORTED = [0, 1, 2, 3].toSorted((a, b) =>
  encodeHex(createEpochNode(a).ed25519) < encodeHex(createEpochNode(b).ed25519) ? -1 : 1,
)
const [LOW = 0, MIDDLE = 0, HIGH = 0] = SORTED

describe('a new node', () => {
  it('is admitted by enough votes, waits, and has the first credit', () => {
    const hybrid = new Uint8Array(1216).fill(5)
    const descriptor = createDescriptor(1, { hybrid, name: 'node-1', software: [2, 0, 1] })
    const [node, ...others] = apply([], [[descriptor, 2]])
    expect(others).toEqual([])
    expect(node).toEqual(
      createEpochNode(1, {
        state: 'awaiting',
        since: 100,
        credit: 1800,
        swarm: INVALID_SWARM_ID,
        name: 'node-1',
        software: [2, 0, 1],
        hybridHash: blake2b(hybrid, { length: 32 }),
      }),
    )
  })

  it('is not admitted by too few', () => {
    expect(apply([], [[createDescriptor(1), 1]])).toEqual([])
  })

  it('is not admitted when it says that it goes', () => {
    expect(apply([], [[createDescriptor(1, { isLeaving: true }), 3]])).toEqual([])
  })

  it('is not admitted in the document in which it is no longer shown as gone', () => {
    expect(apply([], [[createDescriptor(1), 3]], [createEpochNode(1)])).toEqual([])
  })

  it('has no hash of a hybrid key, and no name, when it has none', () => {
    const [node] = apply([], [[createDescriptor(1), 2]])
    expect(node?.hybridHash).toEqual(new Uint8Array(32))
    expect(node !== undefined && 'name' in node).toBe(false)
  })

  it.each<[string, Partial<NodeDescriptor>]>([
    ['an address', { host: createDescriptor(0).host }],
    ['an X25519 key', { x25519: createDescriptor(0).x25519 }],
    ['a legacy key', { legacy: createDescriptor(0).legacy }],
  ])('waits as long as another one holds %s that it claims', (_, changes) => {
    const newcomer = createDescriptor(1, changes)
    expect(apply([createEpochNode(0)], [[newcomer, 3]])).toHaveLength(1)
    const free = createEpochNode(0, { ...createEpochNode(2), ed25519: createEpochNode(0).ed25519 })
    expect(apply([free], [[newcomer, 3]])).toHaveLength(2)
  })

  it('is not kept out by a node that claims its address in the same epoch', () => {
    for (const holder of [LOW, HIGH]) {
      const claim = createDescriptor(holder, { issuedAt: NEW, host: createDescriptor(MIDDLE).host })
      const nodes = apply(
        [createEpochNode(holder)],
        [
          [claim, 3],
          [createDescriptor(MIDDLE), 2],
        ],
      )
      expect(find(nodes, MIDDLE)?.state).toBe('awaiting')
      expect(find(nodes, holder)).toEqual(createEpochNode(holder))
    }
  })

  it('finds no place in a document that is full', () => {
    const nodes = Array.from({ length: 4096 }, (_, index) => {
      const key = Uint8Array.from(createEpochNode(0).ed25519)
      new DataView(key.buffer).setUint32(0, index)
      const host = `10.${1 + (index >> 8)}.${index & 0xff}.9`
      return Object.assign(createEpochNode(0, { host }), { ed25519: key, x25519: key, legacy: key })
    })
    expect(apply(nodes, [[createDescriptor(200), 3]])).toHaveLength(4096)
    expect(apply(nodes.slice(1), [[createDescriptor(200), 3]])).toHaveLength(4096)
  })
})

describe('a newer descriptor', () => {
  it('replaces everything that the node says of itself, whoever brings it', () => {
    const other = createDescriptor(9)
    const descriptor = createDescriptor(0, {
      x25519: other.x25519,
      legacy: other.legacy,
      host: '10.9.9.9',
      ports: { https: 1, web: 2, peer: 3 },
      roles: ['storage', 'files'],
      software: [9, 9, 9],
      hybrid: new Uint8Array(1216),
      name: '',
      issuedAt: NEW,
    })
    const before = createEpochNode(0, { name: 'before', reasonsSeen: 3, swarm: 5n, credit: 77 })
    const [after] = apply([before], [[descriptor, 1]])
    const { name: _, ...rest } = before
    expect(after).toEqual({
      ...rest,
      x25519: other.x25519,
      legacy: other.legacy,
      host: '10.9.9.9',
      ports: { https: 1, web: 2, peer: 3 },
      roles: ['storage', 'files'],
      software: [9, 9, 9],
      hybridHash: blake2b(new Uint8Array(1216), { length: 32 }),
      describedAt: NEW,
    })
  })

  it.each([DESCRIBED_AT_MS, DESCRIBED_AT_MS - 1])('of time %i is not newer', (issuedAt) => {
    const descriptor = createDescriptor(0, { host: '10.9.9.9', issuedAt })
    expect(apply([createEpochNode(0)], [[descriptor, 3]])).toEqual([createEpochNode(0)])
  })

  it('changes nothing of a node that has left', () => {
    const descriptor = createDescriptor(0, { host: '10.9.9.9', issuedAt: NEW })
    const gone = createEpochNode(0, { state: 'left' })
    expect(apply([gone], [[descriptor, 3]])).toEqual([gone])
  })

  it('does not take what another node holds, not even one that is down', () => {
    for (const state of NODE_STATES.filter((each) => each !== 'left')) {
      const holder = createEpochNode(0, { state })
      const claim = createDescriptor(1, { issuedAt: NEW, host: holder.host })
      expect(find(apply([holder, createEpochNode(1)], [[claim, 3]]), 1)).toEqual(createEpochNode(1))
    }
  })

  it('takes the address of a node that left, but not its keys', () => {
    const gone = createEpochNode(0, { state: 'left' })
    const { host, legacy } = gone
    const after = createDescriptor(1, { issuedAt: NEW, host })
    expect(find(apply([gone, createEpochNode(1)], [[after, 1]]), 1)?.host).toBe(host)
    expect(find(apply([gone], [[after, 2]]), 1)?.host).toBe(host)
    const alike = createDescriptor(1, { issuedAt: NEW, legacy })
    expect(find(apply([gone], [[alike, 2]]), 1)).toBeUndefined()
  })

  it('that uses one port twice is left alone, because no document may hold it', () => {
    const ports = { https: 5, web: 5, peer: 6 }
    const claim = createDescriptor(0, { issuedAt: NEW, ports })
    expect(apply([createEpochNode(0)], [[claim, 3]])).toEqual([createEpochNode(0)])
    expect(apply([], [[createDescriptor(1, { ports }), 3]])).toEqual([])
  })

  it('may take one address where it had another port, and one that was freed', () => {
    const { host, ports } = createDescriptor(LOW)
    const own = createDescriptor(LOW, {
      issuedAt: NEW,
      ports: { ...ports, web: ports.peer, peer: ports.web },
    })
    expect(find(apply([createEpochNode(LOW)], [[own, 1]]), LOW)?.ports.web).toBe(ports.peer)
    const away = createDescriptor(LOW, { issuedAt: NEW, host: '10.9.9.9' })
    const here = createDescriptor(HIGH, { issuedAt: NEW, host })
    const nodes = apply(
      [createEpochNode(LOW), createEpochNode(HIGH)],
      [
        [away, 1],
        [here, 1],
      ],
    )
    expect([find(nodes, LOW)?.host, find(nodes, HIGH)?.host]).toEqual(['10.9.9.9', host])
  })

  it('that enough votes have comes before one that few have', () => {
    for (const [few, many] of [
      [LOW, HIGH],
      [HIGH, LOW],
    ] as const) {
      const host = '10.9.9.9'
      const nodes = apply(
        [createEpochNode(LOW), createEpochNode(HIGH)],
        [
          [createDescriptor(few, { issuedAt: NEW, host }), 1],
          [createDescriptor(many, { issuedAt: NEW, host }), 2],
        ],
      )
      expect(find(nodes, many)?.host).toBe(host)
      expect(find(nodes, few)).toEqual(createEpochNode(few))
    }
  })
})
