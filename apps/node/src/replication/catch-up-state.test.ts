import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import { createDirectory, type Directory, type NodeRecord } from '@sotto/protocol/directory'
import { type AccountBytes, INVALID_SWARM_ID, parseAccountBytes } from '@sotto/protocol/swarm'
import { describe, expect, it } from 'vitest'
import { deriveNodeIdentity } from '../node-identity.ts'
import { CatchUpState } from './catch-up-state.ts'

const HALF = 2n ** 63n
const KEYS = Array.from({ length: 8 }, (_, index) =>
  deriveNodeIdentity(new Uint8Array(32).fill(index + 1)),
)

function createNode(index: number, swarm: bigint): NodeRecord {
  const identity = KEYS[index]
  if (identity === undefined) throw new Error('no such key')
  const port = 1000 + 3 * index
  return {
    ed25519: identity.signing.publicKey,
    x25519: identity.agreement.publicKey,
    legacy: identity.legacy.publicKey,
    host: '127.0.0.1',
    ports: { https: port, web: port + 1, peer: port + 2 },
    roles: ['storage'],
    swarm,
  }
}

/** Node i is in the i-th swarm of the list; undefined leaves it out. */
function createNetwork(height: number, swarms: readonly (bigint | undefined)[]): Directory {
  const nodes = swarms.flatMap((swarm, index) =>
    swarm === undefined ? [] : [createNode(index, swarm)],
  )
  return createDirectory(nodes, { height, issuedAt: height })
}

/** An account whose point on the ring begins with this byte. */
function createAccount(first: number): AccountBytes {
  const bytes = new Uint8Array(33)
  bytes[0] = 5
  bytes[1] = first
  const account = parseAccountBytes(bytes)
  if (account === undefined) throw new Error('not an account')
  return account
}

const OWN = deriveSigningKeyPair(new Uint8Array(32)).publicKey
const self = KEYS[0]?.signing.publicKey ?? OWN

function namePorts(nodes: readonly NodeRecord[]): readonly number[] {
  return nodes.map(({ ports }) => ports.https)
}

describe('CatchUpState', () => {
  it('begins with what its own swarm has, because it may have missed anything', () => {
    const state = new CatchUpState(self)
    const network = createNetwork(1, [0n, 0n, HALF])
    expect(state.enter(network)).toBe(true)
    expect(state.isCaughtUp).toBe(false)
    expect(state.groups().map(({ swarm, members }) => [swarm, namePorts(members)])).toEqual([
      [0n, [1003]],
    ])
    expect(namePorts(state.holdersOf(createAccount(0)))).toEqual([1003])
  })

  it('has caught up when what was pending is settled, and not before', () => {
    const state = new CatchUpState(self)
    const first = createNetwork(1, [0n, 0n, HALF])
    state.enter(first)
    const { pending } = state
    const second = createNetwork(2, [HALF, 0n, HALF])
    expect(state.enter(second)).toBe(true)
    state.settle(pending)
    expect(state.isCaughtUp).toBe(false)
    state.settle(state.pending)
    expect(state.isCaughtUp).toBe(true)
  })

  it('learns nothing from a directory in which only others moved', () => {
    const state = new CatchUpState(self)
    state.enter(createNetwork(1, [0n, 0n, HALF, HALF]))
    state.settle(state.pending)
    expect(state.enter(createNetwork(2, [0n, 0n, HALF, 0n]))).toBe(false)
  })

  it('asks those who kept the accounts before the swarm was dissolved', () => {
    const state = new CatchUpState(self)
    state.enter(createNetwork(1, [0n, 0n, HALF, HALF]))
    state.settle(state.pending)
    expect(state.enter(createNetwork(2, [0n, 0n, 0n, INVALID_SWARM_ID]))).toBe(true)
    expect(namePorts(state.holdersOf(createAccount(0x80)))).toEqual([1006, 1009])
    expect(namePorts(state.holdersOf(createAccount(0)))).toEqual([1003])
  })

  it('does not ask nodes that are gone', () => {
    const state = new CatchUpState(self)
    state.enter(createNetwork(1, [0n, 0n, HALF, HALF]))
    state.settle(state.pending)
    state.enter(createNetwork(2, [0n, 0n, 0n, undefined]))
    expect(namePorts(state.holdersOf(createAccount(0x80)))).toEqual([1006])
  })

  it('has nothing to learn while it keeps no messages', () => {
    const state = new CatchUpState(self)
    expect(state.enter(createNetwork(1, [INVALID_SWARM_ID, 0n]))).toBe(false)
    expect(state.enter(createNetwork(2, [0n, 0n]))).toBe(true)
    expect(state.enter(createNetwork(3, [INVALID_SWARM_ID, 0n]))).toBe(false)
    expect(state.isCaughtUp).toBe(true)
  })

  it('remembers the holders of several moves in a row', () => {
    const state = new CatchUpState(self)
    state.enter(createNetwork(1, [0n, 0n, HALF, 2n ** 62n]))
    state.settle(state.pending)
    state.enter(createNetwork(2, [HALF, 0n, HALF, 2n ** 62n]))
    state.enter(createNetwork(3, [2n ** 62n, 0n, HALF, 2n ** 62n]))
    expect(state.pending).toHaveLength(2)
    const groups = state.groups().map(({ swarm }) => swarm)
    expect(groups).toEqual([2n ** 62n, 2n ** 62n])
  })

  it('doubts what it has once, until that is settled', () => {
    const state = new CatchUpState(self)
    const network = createNetwork(1, [0n, 0n, HALF])
    state.doubt()
    expect(state.isCaughtUp).toBe(true)
    state.enter(network)
    state.settle(state.pending)
    state.doubt()
    state.doubt()
    expect(state.pending).toEqual([{ directory: network }])
  })

  it('forgets the oldest of too many moves', () => {
    const state = new CatchUpState(self)
    for (let height = 1; height < 20; height += 1) {
      state.enter(createNetwork(height, [height % 2 === 0 ? 0n : HALF, 0n, HALF]))
    }
    expect(state.pending).toHaveLength(8)
  })
})
