/**
 * Picks parts out of replies, failing the test with a clear reason when the shape is another.
 *
 * @module
 */
import { isJsonObject } from '@sotto/protocol/rpc'
import { alice, draftSignedStore, draftStore, type TestAccount } from './test-accounts.ts'
import type { TestNetwork, TestNode, TestReply } from './test-network.ts'

type JsonObject = Readonly<Record<string, unknown>>

export function readObject(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new Error(`no object but ${JSON.stringify(value)}`)
  return value
}

export function readText(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`no text but ${JSON.stringify(value)}`)
  return value
}

export function readList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`no list but ${JSON.stringify(value)}`)
  return value
}

/** The entries of a swarm, or the one of a node. */
export function readEntries({ body }: TestReply): JsonObject {
  return readObject(readObject(body)['swarm'])
}

export function readEntry(reply: TestReply, node: TestNode | undefined): JsonObject {
  return readObject(readEntries(reply)[node?.key ?? ''])
}

export function readMessages({ body }: TestReply): readonly JsonObject[] {
  return readList(readObject(body)['messages']).map(readObject)
}

export function readHashes(reply: TestReply): readonly string[] {
  return readMessages(reply).map(({ hash }) => readText(hash))
}

interface StoreOptions {
  readonly account?: TestAccount
  readonly namespace?: number
}

/** Stores a message as its owner would and gives its hash. */
export async function storeText(
  network: TestNetwork,
  text: string,
  { account = alice, namespace = 0 }: StoreOptions = {},
): Promise<string> {
  const nowMs = network.clock.now()
  const draft = { account, namespace, text }
  const params = namespace === 0 ? draftStore(nowMs, draft) : draftSignedStore(nowMs, draft)
  const reply = await network.call('store', params)
  if (reply.status !== 200) throw new Error(`not stored: ${JSON.stringify(reply.body)}`)
  return readText(readObject(reply.body)['hash'])
}
