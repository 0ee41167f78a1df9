/** The directory of an epoch, and what nodes said of themselves since. */
import { encodeHex } from '@sotto/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  EPOCH,
  HYBRID,
  createContent,
  createDescriptor,
  createEpochNode,
  signContent,
  signDescriptor,
} from '../../test/epoch-fixtures.ts'
import { ISSUED_AT_MS, createNode } from '../../test/node-fixtures.ts'
import { INVALID_SWARM_ID, parseAccountBytes } from '../swarm/index.ts'
import {
  type Directory,
  type EpochDocument,
  type EpochNode,
  type NodeState,
  type SignedDescriptor,
  createDirectoryFromEpoch,
  decodeEpochDocument,
  encodeEpochDocument,
  findHybridKey,
  hashHybridKey,
  isEpochNode,
  isUsableNode,
} from './index.ts'

const ACCOUNT = parseAccountBytes(`05${'0123456789abcdef'.repeat(4)}`)
if (ACCOUNT === undefined) throw new Error('no account')

function createStateNode(index: number, state: NodeState): EpochNode {
  const isInSwarm = state === 'active' || state === 'leaving'
  return createEpochNode(index, { state, swarm: isInSwarm ? 5n : INVALID_SWARM_ID })
}

const STATES = ['active', 'leaving', 'awaiting', 'decommissioned', 'left'] as const
const DOCUMENT: EpochDocument = signContent(
  createContent(STATES.map((state, index) => createStateNode(index, state))),
)

function nodeOf(directory: Directory, index: number): EpochNode | undefined {
  const node = directory.findByEd25519(createNode(index).ed25519)
  return node !== undefined && isEpochNode(node) ? node : undefined
}

function overlay(...overlays: readonly SignedDescriptor[]): EpochNode | undefined {
  return nodeOf(createDirectoryFromEpoch(DOCUMENT, overlays), 0)
}

const MOVED = {
  host: '192.0.2.7',
  ports: { https: 1, web: 2, peer: 3 },
  roles: ['files'],
  software: [9, 9, 9],
} as const

describe('createDirectoryFromEpoch', () => {
  const directory = createDirectoryFromEpoch(DOCUMENT, [])

  it('is named by the document', () => {
    expect(directory.height).toBe(EPOCH)
    expect(directory.issuedAt).toBe(DOCUMENT.content.startsAt)
    expect(directory.hash).toBe(encodeHex(DOCUMENT.hash))
  })

  it('has members of swarms that are active or leaving, and no others', () => {
    expect(directory.swarmIds).toEqual([5n])
    const members = directory.membersOf(5n).map(({ ed25519 }) => encodeHex(ed25519))
    const expected = [0, 1].map((index) => encodeHex(createNode(index).ed25519))
    expect(members.toSorted()).toEqual(expected.toSorted())
    expect(directory.swarmOf(ACCOUNT).id).toBe(5n)
    expect(directory.membersOf(INVALID_SWARM_ID)).toEqual([])
  })

  it('finds every node by its keys but those that left', () => {
    const isFound = STATES.map((_, index) => nodeOf(directory, index) !== undefined)
    expect(isFound).toEqual([true, true, true, true, false])
    expect(directory.findByLegacy(createNode(4).legacy)).toBeUndefined()
    expect(directory.findByLegacy(createNode(3).legacy)?.ed25519).toEqual(createNode(3).ed25519)
    expect(directory.nodes.length).toBe(4)
  })

  it('is made of nodes that share an address with one that is gone', () => {
    const { host, ports } = createNode(0)
    const gone = createEpochNode(1, {
      host,
      ports,
      state: 'decommissioned',
      swarm: INVALID_SWARM_ID,
    })
    const document = signContent(createContent([createEpochNode(0), gone]))
    expect(createDirectoryFromEpoch(document, []).nodes.length).toBe(2)
  })
})

describe('an overlay', () => {
  it('holds at once where it is newer than what the epoch was made from', () => {
    const newer = signDescriptor(0, { ...MOVED, issuedAt: ISSUED_AT_MS + 1 })
    expect(overlay(newer)).toEqual({
      ...nodeOf(createDirectoryFromEpoch(DOCUMENT, []), 0),
      ...MOVED,
      describedAt: ISSUED_AT_MS + 1,
    })
  })

  it('changes nothing where it is as old or older', () => {
    const original = nodeOf(createDirectoryFromEpoch(DOCUMENT, []), 0)
    expect(overlay(signDescriptor(0, { ...MOVED }))).toEqual(original)
    expect(overlay(signDescriptor(0, { ...MOVED, issuedAt: ISSUED_AT_MS - 1 }))).toEqual(original)
  })

  it('cannot change state, swarm, credit, keys or hybrid key: those are agreed on', () => {
    const x25519 = createNode(9).x25519
    const changed = { ...MOVED, x25519, isLeaving: true, issuedAt: ISSUED_AT_MS + 1 }
    const original = nodeOf(createDirectoryFromEpoch(DOCUMENT, []), 0)
    expect(overlay(signDescriptor(0, changed))).toMatchObject({
      x25519: original?.x25519,
      hybridHash: original?.hybridHash,
      state: 'active',
      swarm: 5n,
      credit: original?.credit,
    })
  })

  it('changes its own node only, and makes none that the epoch does not have', () => {
    const plain = createDirectoryFromEpoch(DOCUMENT, [])
    const strange = signDescriptor(9, { issuedAt: ISSUED_AT_MS + 1 })
    const left = signDescriptor(4, { issuedAt: ISSUED_AT_MS + 1 })
    expect(createDirectoryFromEpoch(DOCUMENT, [strange, left]).nodes).toEqual(plain.nodes)
    const moved = createDirectoryFromEpoch(DOCUMENT, [
      signDescriptor(0, { ...MOVED, issuedAt: ISSUED_AT_MS + 1 }),
    ])
    for (const index of [1, 2, 3]) expect(nodeOf(moved, index)).toEqual(nodeOf(plain, index))
  })

  it('may claim the address of another: links tell by the key who is there', () => {
    const { host, ports } = createNode(1)
    expect(overlay(signDescriptor(0, { host, ports, issuedAt: ISSUED_AT_MS + 1 }))?.host).toBe(host)
  })

  it('is the latest of several, in whatever order they come', () => {
    const descriptors = [1, 2, 2, 3, 3].map((time, index) =>
      signDescriptor(0, { host: `192.0.2.${index + 1}`, issuedAt: ISSUED_AT_MS + time }),
    )
    const hosts = new Set<string | undefined>()
    fc.assert(
      fc.property(fc.shuffledSubarray(descriptors, { minLength: 5 }), (order) => {
        hosts.add(overlay(...order)?.host)
      }),
    )
    expect(hosts.size).toBe(1)
    expect(['192.0.2.4', '192.0.2.5']).toContain([...hosts][0])
  })
})

describe('what a client fetches', () => {
  const { hybrid } = createDescriptor(0)
  const node = createEpochNode(0, { hybridHash: hashHybridKey(HYBRID) })

  it('is the epoch alone: it tells everything that a path of older layers needs', () => {
    const bytes = encodeEpochDocument(DOCUMENT)
    const decoded = decodeEpochDocument(bytes)
    if (!decoded.ok) throw decoded.error
    const [hop] = createDirectoryFromEpoch(decoded.value, []).membersOf(5n)
    expect(hop?.ed25519.length).toBe(32)
    expect(hop?.x25519.length).toBe(32)
    expect(hop?.host).toMatch(/^10\.0\.[01]\.1$/)
    expect(hop?.ports.https).toBe(22_021)
  })

  it('is a hybrid key only for the hops that it chose, from anybody who has the descriptor', () => {
    expect(findHybridKey(signDescriptor(0).descriptor, node)).toEqual(hybrid)
  })

  it('is no hybrid key that the authorities did not agree on', () => {
    const other = createDescriptor(0, { hybrid: HYBRID.map((byte) => byte ^ 1) })
    expect(findHybridKey(other, node)).toBeUndefined()
    expect(findHybridKey(createDescriptor(1), node)).toBeUndefined()
  })

  it('is no hybrid key of a node that has none', () => {
    const none = createDescriptor(0, { hybrid: new Uint8Array() })
    expect(hashHybridKey(none.hybrid)).toEqual(new Uint8Array(32))
    expect(findHybridKey(none, createEpochNode(0))).toBeUndefined()
    expect(findHybridKey(none, node)).toBeUndefined()
    expect(findHybridKey(createDescriptor(0), createEpochNode(0))).toBeUndefined()
  })
})

describe('isUsableNode', () => {
  const broken = (byte: number): never => new Uint8Array(32).fill(byte) as never

  it('accepts keys that are points', () => {
    expect(isUsableNode(createEpochNode(0))).toBe(true)
  })

  it.each([
    ['a name key of small order', { ed25519: broken(0) }],
    ['a name key beyond the field', { ed25519: broken(0xff) }],
    ['a legacy key of small order', { legacy: broken(0) }],
    ['an x25519 key of low order, to which layers would be open', { x25519: broken(0) }],
  ])('refuses %s', (_, changes) => {
    expect(isUsableNode(createEpochNode(0, changes))).toBe(false)
  })
})
