/** Who is asked for an outbox, and what counts as an answer (spec 12 §4.3, TM-S4). */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import {
  encodeOutbox,
  expandAccountSeed,
  OUTBOX_NAMESPACE,
  publicKeysOf,
} from '@sotto/protocol/session-v2'
import { describe, expect, it } from 'vitest'
import { createClient } from '../../../test/simulated-client.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import type { NodeFaults } from '../../../test/simulated-node.ts'
import { createAccount } from '../../../test/simulated-person.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import { fetchOutbox } from './fetch-outbox.ts'

const BOB = createAccount('bob')
const KEYS = publicKeysOf(expandAccountSeed(new Uint8Array(32).fill(1)))
const randomness = createSeededRandomness('fetch-outbox')

/** Bob's outbox is on all members of his swarm; these faults are those of each. */
async function fetch(faultsOf: (index: number) => NodeFaults = () => ({}), outboxes = 1) {
  const network = new SimulatedNetwork()
  const account = toAccountBytes(BOB.accountId)
  const asked: string[] = []
  const signatures: unknown[] = []
  for (const [index, node] of network.swarmOf(account).entries()) {
    const faults = faultsOf(index)
    const nowMs = network.clock.now()
    for (let copy = 0; copy < outboxes; copy++) {
      const data = encodeOutbox(BOB, KEYS, randomness)
      const times = { timestampMs: nowMs, expiryMs: nowMs + 1e6, sigTimestampMs: nowMs }
      node.store.store({ account, namespace: OUTBOX_NAMESPACE, data, ...times })
    }
    Object.assign(node.faults, faults, {
      answer: ((request, honest) => {
        if (request.method !== 'retrieve') return honest()
        asked.push(node.id)
        signatures.push(request.params.signature, request.params.publicKey)
        return faults.answer?.(request, honest) ?? honest()
      }) satisfies NodeFaults['answer'],
    })
  }
  const { swarms, swarmCaller } = createClient(network)
  const answers = await network.settle(fetchOutbox(BOB.accountId, { swarms, swarmCaller }))
  return { ...answers, asked: new Set(asked), signatures }
}

function kinds({ outcomes }: Awaited<ReturnType<typeof fetch>>): readonly string[] {
  return outcomes.map(({ kind }) => kind)
}

describe('fetching an outbox', () => {
  it('asks two members, without saying who asks', async () => {
    const fetched = await fetch()
    expect(kinds(fetched)).toEqual(['found', 'found'])
    expect(fetched.asked.size).toBe(2)
    expect(new Set(fetched.signatures)).toEqual(new Set([undefined]))
    expect(fetched.outcomes[0]).toMatchObject({ keys: KEYS })
  })

  it.each([
    ['that has nothing', { status: 200, body: { messages: [], t: 1_767_225_600_000 } }],
    ['that answers nonsense', { status: 200, body: { messages: 'none' } }],
    ['that knows no such namespace', { status: 400, body: 'no such namespace' }],
    ['that wants a signature', { status: 401, body: 'retrieve: request signature required' }],
  ])('counts a member %s as one that shows no key', async (_, reply) => {
    const fetched = await fetch(() => ({ answer: () => reply }))
    expect(kinds(fetched)).toEqual(['empty', 'empty'])
    const nodes = fetched.outcomes.map((outcome) => (outcome.kind === 'empty' ? outcome.node : ''))
    expect(new Set(nodes)).toEqual(fetched.asked)
  })

  it('asks others when members fail, and says why when all do', async () => {
    const broken = { answer: () => ({ status: 500, body: 'broken' }) }
    const some = await fetch((index) => (index < 2 ? broken : {}))
    expect(kinds(some).every((kind) => kind === 'found')).toBe(true)
    expect(some.outcomes.length).toBeGreaterThan(0)
    const none = await fetch(() => broken)
    expect(none.outcomes).toEqual([])
    expect(none.failure?.code).toBe('node_failed')
  })
})
