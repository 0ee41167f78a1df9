/** Only signatures of members count (TM-S4). */
import { encodeBase64 } from '@sotto/crypto/bytes'
import { sign } from '@sotto/crypto/signing'
import { encodeStoreEntryText } from '@sotto/protocol/rpc'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHash } from '../../../test/history-fixtures.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import type { SimulatedNode } from '../../../test/simulated-node.ts'
import { type NetworkNode, toNetworkNode } from '../network/network-node.ts'
import { verifyReceipt } from './store-receipt.ts'

/** Ten thousand inputs take their time on a busy machine. */
const RANDOM_INPUT_MS = 60_000

const HASH = createHash('message')
const nodes = new SimulatedNetwork().nodes.slice(0, 4)
const members = nodes.map(toMember)

function toMember({ record }: SimulatedNode): NetworkNode {
  return toNetworkNode({ ...record, httpsPort: record.ports.https })
}

function createEntry(node: SimulatedNode, text: string = HASH): object {
  const signature = encodeBase64(sign(node.keys.signing, encodeStoreEntryText(text)))
  return { hash: HASH, signature, expiry: 1 }
}

function createReply(entryOf: (node: SimulatedNode, index: number) => object): object {
  const swarm = Object.fromEntries(nodes.map((node, index) => [node.id, entryOf(node, index)]))
  return { hash: HASH, swarm, t: 1 }
}

function verify(reply: unknown): readonly string[] {
  return verifyReceipt({ reply, hash: HASH, members })
}

describe('a receipt', () => {
  it('names all members whose signature holds', () => {
    expect(verify(createReply((node) => createEntry(node)))).toEqual(nodes.map(({ id }) => id))
  })

  it('counts a member that had the message already', () => {
    const reply = createReply((node) => ({ ...createEntry(node), already: 1 }))
    expect(verify(reply)).toHaveLength(nodes.length)
  })

  it.each<[string, (node: SimulatedNode) => object]>([
    ['whose signature is of another member', () => createEntry(nodes[0] ?? failTest())],
    ['that signed another hash', (node) => createEntry(node, createHash('other'))],
    ['that signed nothing', () => ({ hash: HASH, expiry: 1 })],
    ['whose signature is no base64', (node) => ({ ...createEntry(node), signature: '!' })],
    ['that failed, with booleans', () => ({ failed: true, timeout: true })],
    ['that failed, as bt says it', () => ({ failed: 1, timeout: 1 })],
    ['that failed and signed all the same', (node) => ({ ...createEntry(node), failed: 1 })],
  ])('does not count a member %s', (_name, entryOf) => {
    const reply = createReply((node, index) => (index === 1 ? entryOf(node) : createEntry(node)))
    expect(verify(reply)).not.toContain(nodes[1]?.id)
    expect(verify(reply)).toHaveLength(nodes.length - 1)
  })

  it('does not count a valid signature of somebody who is no member, or a node could invent keepers', () => {
    const [stranger] = new SimulatedNetwork({ name: 'strangers' }).nodes
    const reply = {
      hash: HASH,
      swarm: { [stranger?.id ?? '']: createEntry(stranger ?? failTest()) },
    }
    expect(verify(reply)).toEqual([])
  })

  it('is about the hash that we computed, not about the one in the reply', () => {
    const other = createHash('other')
    const reply = { ...createReply((node) => createEntry(node, other)), hash: other }
    expect(verify(reply)).toEqual([])
  })

  it(
    'is empty, and no throw, for anything else',
    () => {
      const value = fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.constant(null))
      const entry = fc.record({ signature: fc.oneof(fc.base64String(), value), failed: value })
      const key = fc.constantFrom(...members.map(({ id }) => id))
      const swarm = fc.oneof(value, fc.dictionary(key, fc.oneof(entry, value), { maxKeys: 4 }))
      const hash = fc.oneof(fc.constant(HASH), value)
      fc.assert(
        fc.property(fc.oneof(value, fc.record({ hash, swarm })), (reply) => {
          expect(verify(reply)).toEqual([])
        }),
        { numRuns: 10_000 },
      )
    },
    RANDOM_INPUT_MS,
  )
})

function failTest(): never {
  throw new Error('no such node')
}
