/** Answers to get_service_nodes: what is asked for, exact numbers, and the way back into a client. */
import { encodeHex } from '@sotto/crypto/bytes'
import { DECODER_RUNS, arbitraryText } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createContent, createEpochNode, signContent } from '../../test/epoch-fixtures.ts'
import { createNode, createNodes, createTestDirectory } from '../../test/node-fixtures.ts'
import { INVALID_SWARM_ID } from '../swarm/index.ts'
import {
  type Directory,
  REASONS,
  createDirectoryFromEpoch,
  encodeServiceNodeStates,
  encodeServiceNodes,
  parseServiceNodeStates,
  parseServiceNodesRequest,
} from './index.ts'

type Json = Record<string, unknown>

const directory = createTestDirectory()

function answerText(params: unknown, from: Directory = directory): string {
  return JSON.stringify(encodeServiceNodes(from, parseServiceNodesRequest(params)))
}

function answer(params: unknown, from?: Directory): Json & { service_node_states: Json[] } {
  return JSON.parse(answerText(params, from)) as Json & { service_node_states: Json[] }
}

describe('encodeServiceNodes', () => {
  it('describes the whole network at its head', () => {
    const { service_node_states: states, ...head } = answer({})
    expect(states.length).toBe(12)
    expect(head).toEqual({
      height: 7,
      block_hash: directory.hash,
      target_height: 7,
      hardfork: 19,
      snode_revision: 4,
      status: 'OK',
    })
  })

  it('describes a node with every member that software of the network reads', () => {
    expect(Object.keys(answer({}).service_node_states[0] ?? {}).toSorted()).toEqual([
      'active',
      'funded',
      'last_uptime_proof',
      'pubkey_ed25519',
      'pubkey_x25519',
      'public_ip',
      'registration_height',
      'requested_unlock_height',
      'service_node_pubkey',
      'storage_lmq_port',
      'storage_peer_port',
      'storage_port',
      'storage_server_reachable',
      'storage_server_version',
      'storage_web_port',
      'swarm',
      'swarm_id',
    ])
  })

  it('writes swarm ids as exact numbers and as hex (trap 35)', () => {
    const swarm = 2n ** 63n + 1n
    const one = createTestDirectory([createNode(0, { swarm })])
    const text = answerText({ fields: ['swarm_id', 'swarm'] }, one)
    expect(text).toContain('"swarm_id":9223372036854775809,"swarm":"8000000000000001"')
  })

  it('gives only the members that were asked for, named by an object or a list', () => {
    const wanted = { public_ip: true, storage_port: true, pubkey_x25519: false, height: true }
    expect(answer({ fields: wanted }).service_node_states[0]).toEqual({
      public_ip: '10.0.0.1',
      storage_port: 22_021,
    })
    expect(answer({ fields: ['public_ip', 'unknown'] }).service_node_states[0]).toEqual({
      public_ip: '10.0.0.1',
    })
  })

  it.each([[{}], [[]], [['all']], [{ all: true }], [null], ['public_ip'], [5]])(
    'gives all members for the fields %j',
    (fields) => {
      expect(Object.keys(answer({ fields }).service_node_states[0] ?? {}).length).toBe(17)
    },
  )

  it('leaves out nodes without a swarm when only active ones are wanted', () => {
    const idle = createNode(5, { swarm: INVALID_SWARM_ID })
    const mixed = createTestDirectory([createNode(0), idle])
    expect(answer({ active_only: true }, mixed).service_node_states.length).toBe(1)
    expect(answer({ active_only: false }, mixed).service_node_states.length).toBe(2)
    expect(answer({}, mixed).service_node_states[1]).toMatchObject({
      active: false,
      swarm: 'ffffffffffffffff',
    })
  })

  it('gives the nodes whose legacy keys are named, and no others', () => {
    const [, second] = directory.nodes
    const key = encodeHex(second?.legacy ?? new Uint8Array())
    const states = answer({ service_node_pubkeys: [key, 'ff'.repeat(32)] }).service_node_states
    expect(states.map((state) => state['service_node_pubkey'])).toEqual([key])
  })

  it.each([
    [3, 3],
    [100, 12],
    [0, 12],
    [-1, 12],
    [1.5, 12],
    ['3', 12],
  ])('limits the list by %j to %i nodes', (limit, count) => {
    expect(answer({ limit }).service_node_states.length).toBe(count)
  })

  it('says unchanged, without a list, to who knows the tip already', () => {
    const poll = answer({ poll_block_hash: directory.hash })
    expect(poll).toMatchObject({ unchanged: true, height: 7, status: 'OK' })
    expect(poll.service_node_states).toBeUndefined()
    expect(answer({ poll_block_hash: '00'.repeat(32) }).service_node_states.length).toBe(12)
  })

  it('is read back by a client, node for node', () => {
    const states = parseServiceNodeStates(answerText({ active_only: true }))
    expect(states).toEqual(
      directory.nodes.map(({ ed25519, x25519, host, ports }) => ({
        ed25519,
        x25519,
        host,
        httpsPort: ports.https,
        webPort: ports.web,
      })),
    )
  })

  it('stays under three megabytes for a thousand nodes', () => {
    expect(answerText({}, createTestDirectory(createNodes(40))).length * 25).toBeLessThan(3_000_000)
  })
})

describe('encodeServiceNodes of an epoch', () => {
  const gone = { swarm: INVALID_SWARM_ID, state: 'decommissioned' } as const
  const document = signContent(
    createContent([
      createEpochNode(0, { software: [9, 9, 9], reasonsSeen: 127 }),
      createEpochNode(1, { swarm: INVALID_SWARM_ID }),
      createEpochNode(2, { state: 'leaving' }),
      createEpochNode(3, { ...gone, reasonsSeen: 3, reasonsAgreed: REASONS.proofMissing }),
      createEpochNode(4, { ...gone, reasonsSeen: 3, reasonsAgreed: REASONS.unreachable }),
      createEpochNode(5, { ...gone, state: 'awaiting' }),
      createEpochNode(6, { ...gone, state: 'left' }),
    ]),
  )
  const epoch = createDirectoryFromEpoch(document, [])

  function entryOf(index: number, params: unknown = {}): Json | undefined {
    const key = encodeHex(createNode(index).legacy)
    const states = answer(params, epoch).service_node_states
    return states.find((state) => state['service_node_pubkey'] === key)
  }

  it('describes the epoch at its head', () => {
    const hash = encodeHex(document.hash)
    expect(answer({}, epoch)).toMatchObject({ height: document.content.epoch, block_hash: hash })
    expect(answer({ poll_block_hash: hash }, epoch)).toMatchObject({ unchanged: true })
  })

  it('has the members that the form always had, and no others', () => {
    expect(Object.keys(entryOf(0) ?? {})).toEqual(
      Object.keys(answer({}).service_node_states[0] ?? {}),
    )
  })

  it('keeps the version that clients demand of a storage server, whatever software runs', () => {
    expect(entryOf(0)?.['storage_server_version']).toEqual([2, 8, 0])
  })

  it.each([
    ['active, with reasons that too few saw', 0, true, true],
    ['active without a swarm', 1, true, true],
    ['leaving', 2, true, true],
    ['decommissioned', 3, false, true],
    ['awaiting', 5, false, false],
  ])('says of a node that is %s whether it counts', (_, index, active, funded) => {
    expect(entryOf(index)).toMatchObject({ active, funded })
    expect(entryOf(index, { active_only: true }) === undefined).toBe(!active)
  })

  it('says nothing of a node that left', () => {
    expect(entryOf(6)).toBeUndefined()
    expect(answer({}, epoch).service_node_states.length).toBe(6)
  })

  it('tells what the authorities agreed on, not what one of them saw', () => {
    const seconds = document.content.startsAt / 1000
    const told = [0, 3, 4].map((index) => [
      entryOf(index)?.['last_uptime_proof'],
      entryOf(index)?.['storage_server_reachable'],
    ])
    expect(told).toEqual([
      [seconds, true],
      [0, true],
      [seconds, false],
    ])
  })
})

describe('encodeServiceNodeStates', () => {
  it('is the list alone', () => {
    const states = encodeServiceNodeStates(directory, { activeOnly: true, limit: 1 })
    expect(states.length).toBe(1)
  })
})

describe('parseServiceNodesRequest', () => {
  it('answers anything with options, never a throw', () => {
    fc.assert(
      fc.property(fc.anything(), (params) => {
        expect(typeof parseServiceNodesRequest(params).activeOnly).toBe('boolean')
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('takes options of a wrong form as not given', () => {
    const wrong = {
      limit: '5',
      fields: 7,
      service_node_pubkeys: {},
      poll_block_hash: [],
      active_only: 1,
    }
    expect(parseServiceNodesRequest(wrong)).toEqual({ activeOnly: false })
    expect(parseServiceNodesRequest(undefined)).toEqual({ activeOnly: false })
  })
})

describe('parseServiceNodeStates', () => {
  it('keeps no more than 4,096 entries, so that a seed cannot fill a client’s memory', () => {
    const entry = {
      pubkey_ed25519: encodeHex(createNode(0).ed25519),
      pubkey_x25519: encodeHex(createNode(0).x25519),
      public_ip: '10.0.0.1',
      storage_port: 1,
    }
    const junk = Array.from({ length: 4096 }, () => null)
    expect(parseServiceNodeStates([...junk, entry])).toEqual([])
    expect(parseServiceNodeStates([...junk.slice(1), entry]).length).toBe(1)
  })

  it('answers random text and any value with a list, never a throw', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryText(60), fc.json(), fc.anything()), (value) => {
        expect(parseServiceNodeStates(value)).toEqual([])
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
