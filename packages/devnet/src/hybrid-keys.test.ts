/** The first document names the hybrid key of each node, and the node itself hands the key out. */
import { encodeHex } from '@sotto/crypto/bytes'
import {
  decodeDescriptor,
  decodeEpochDocument,
  findHybridKey,
  type EpochNode,
} from '@sotto/protocol/directory'
import { expect, it } from 'vitest'
import { startNetwork } from './network.ts'

const HYBRID_KEY_BYTES = 1216

async function fetchBytes(url: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(url)).arrayBuffer())
}

async function fetchHybridKey(node: EpochNode): Promise<Uint8Array | undefined> {
  const place = `http://${node.host}:${node.ports.web}/directory/v1`
  const signed = decodeDescriptor(
    await fetchBytes(`${place}/descriptor/${encodeHex(node.ed25519)}`),
  )
  return signed.ok ? findHybridKey(signed.value.descriptor, node) : undefined
}

it('gives every node a hybrid key that a client can fetch and hold against the document', async () => {
  await using network = await startNetwork({ nodes: 3, seed: 'hybrid', driver: 'in-process' })
  const document = decodeEpochDocument(await fetchBytes(`${network.introspect}/directory`))
  if (!document.ok) throw document.error
  const keys = await Promise.all(document.value.content.nodes.map(fetchHybridKey))
  expect(keys.map((key) => key?.length)).toEqual(Array(3).fill(HYBRID_KEY_BYTES))
  expect(new Set(keys.map((key) => key && encodeHex(key))).size).toBe(3)
})
