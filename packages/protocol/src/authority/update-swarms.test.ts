/** When swarms are assigned anew, and which nodes have one. */
import { encodeHex } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { createEpochNode, createHash32 } from '../../test/authority-fixtures.ts'
import { type EpochNode, NODE_STATES, type NodeState } from '../directory/epoch-content.ts'
import { INVALID_SWARM_ID } from '../swarm/index.ts'
import type { AssignSwarms } from './index.ts'
import { updateSwarms } from './update-swarms.ts'

const SEED = createHash32('seed')

interface Call {
  readonly previous: ReadonlyMap<string, bigint>
  readonly active: readonly string[]
  readonly seed: Uint8Array
}

function nameOf(index: number): string {
  return encodeHex(createEpochNode(index).ed25519)
}

function node(index: number, state: NodeState, swarm = INVALID_SWARM_ID): EpochNode {
  return createEpochNode(index, { state, swarm })
}

/** Puts everybody into one swarm, or where it is told, and remembers what it was asked. */
function createAssignment(chosen: Readonly<Record<string, bigint>> = {}): {
  readonly calls: Call[]
  readonly assign: AssignSwarms
} {
  const calls: Call[] = []
  return {
    calls,
    assign: (previous, active, seed) => {
      calls.push({ previous, active, seed })
      return new Map(active.map((name) => [name, chosen[name] ?? 9n]))
    },
  }
}

function update(
  before: readonly EpochNode[],
  nodes: readonly EpochNode[],
  assign: AssignSwarms,
): readonly bigint[] {
  return updateSwarms({ before, nodes, seed: SEED, assign }).map(({ swarm }) => swarm)
}

describe('updateSwarms', () => {
  it('asks for nothing while the same nodes are active', () => {
    const { calls, assign } = createAssignment()
    const before = [node(0, 'active', 1n), node(1, 'active', 2n), node(2, 'awaiting')]
    const nodes = [node(1, 'active', 2n), node(0, 'active', 1n), node(3, 'awaiting')]
    expect(update(before, nodes, assign)).toEqual([2n, 1n, INVALID_SWARM_ID])
    expect(calls).toEqual([])
  })

  it('hands over who was where, who is active, sorted, and the seed', () => {
    const { calls, assign } = createAssignment()
    const before = [node(0, 'active', 1n), node(1, 'active', 2n), node(2, 'awaiting')]
    const nodes = [node(2, 'active'), node(0, 'active', 1n), node(1, 'decommissioned', 2n)]
    expect(update(before, nodes, assign)).toEqual([9n, 9n, INVALID_SWARM_ID])
    expect(calls).toEqual([
      {
        previous: new Map([
          [nameOf(0), 1n],
          [nameOf(1), 2n],
        ]),
        active: [nameOf(0), nameOf(2)].toSorted(),
        seed: SEED,
      },
    ])
  })

  it('asks when one node takes the place of another', () => {
    const { calls, assign } = createAssignment()
    update(
      [node(0, 'active', 1n), node(1, 'awaiting')],
      [node(0, 'left', 1n), node(1, 'active')],
      assign,
    )
    expect(calls).toHaveLength(1)
  })

  it('asks for active nodes that were given no swarm so far', () => {
    const { calls, assign } = createAssignment()
    const nodes = [node(0, 'active')]
    expect(update(nodes, nodes, assign)).toEqual([9n])
    expect(calls).toHaveLength(1)
  })

  it('lets a leaving node keep its swarm, as long as an active one is in it', () => {
    const { assign } = createAssignment({ [nameOf(1)]: 1n })
    const before = [node(0, 'active', 1n), node(1, 'active', 1n), node(2, 'active', 2n)]
    const nodes = [node(0, 'leaving', 1n), node(1, 'active', 1n), node(2, 'leaving', 2n)]
    expect(update(before, nodes, assign)).toEqual([1n, 1n, INVALID_SWARM_ID])
    const later = [node(0, 'leaving', 1n), node(1, 'active', 1n)]
    expect(update(later, later, assign)).toEqual([1n, 1n])
  })

  it('gives a swarm to nobody else', () => {
    const { assign } = createAssignment()
    for (const state of NODE_STATES.filter((each) => each !== 'active' && each !== 'leaving')) {
      expect(update([node(0, 'active', 1n)], [node(0, state, 1n)], assign)).toEqual([
        INVALID_SWARM_ID,
      ])
    }
  })

  it('leaves out nodes that keep no messages', () => {
    const { calls, assign } = createAssignment()
    const relay = createEpochNode(5, { swarm: INVALID_SWARM_ID, roles: ['files'] })
    expect(update([], [node(0, 'active'), relay], assign)).toEqual([9n, INVALID_SWARM_ID])
    expect(calls[0]?.active).toEqual([nameOf(0)])
    expect(update([relay], [relay], assign)).toEqual([INVALID_SWARM_ID])
    expect(calls).toHaveLength(1)
  })

  it('takes a node in that begins to keep messages, and lets no one out by its own word', () => {
    const { calls, assign } = createAssignment()
    const relay = createEpochNode(5, { swarm: INVALID_SWARM_ID, roles: ['files'] })
    expect(update([relay], [{ ...relay, roles: ['storage'] }], assign)).toEqual([9n])
    const member = createEpochNode(5, { swarm: 4n })
    expect(update([member], [{ ...member, roles: [] }], assign)).toEqual([4n])
    expect(calls).toHaveLength(1)
  })

  it('throws when an assignment leaves out an active node, because it is a mistake of ours', () => {
    expect(() => update([], [node(0, 'active')], () => new Map())).toThrow(/no swarm/)
  })
})
