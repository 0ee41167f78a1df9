/**
 * The requests that these tests send most: store a text, retrieve everything.
 *
 * @module
 */

import type { ForeignAccount } from './foreign-account.ts'
import { type ForeignNode, type Json, callStorage, readList } from './foreign-rpc.ts'
import { readTimeMs } from './system-clock.ts'

const TTL_MS = 86_400_000
/** Of what a reply may hold, all. */
const WHOLE_REPLY = -1

/** Parameters of a store into the account's inbox, with one that no node knows. */
export function writeStoreParams(account: ForeignAccount, text: string): Json {
  const data = Buffer.from(text).toString('base64')
  const timestamp = readTimeMs()
  return { pubkey: account.accountId, timestamp, ttl: TTL_MS, data, namespace: 0, client: 'other' }
}

/** Parameters of a signed retrieve from the account's inbox. */
export function writeRetrieveParams(account: ForeignAccount, more: Json = {}): Json {
  const timestamp = readTimeMs()
  return {
    pubkey: account.accountId,
    pubkey_ed25519: account.ed25519,
    namespace: 0,
    timestamp,
    signature: account.sign('retrieve', timestamp),
    ...more,
  }
}

/** Parameters of a signed deletion of the account's inbox. */
export function writeDeleteAllParams(account: ForeignAccount): Json {
  const timestamp = readTimeMs()
  return {
    pubkey: account.accountId,
    pubkey_ed25519: account.ed25519,
    timestamp,
    signature: account.sign('delete_all', timestamp),
  }
}

/** The texts of retrieved messages. */
export function readTexts(messages: readonly Json[]): readonly string[] {
  return messages.map((message) => Buffer.from(String(message['data']), 'base64').toString())
}

/** The hashes of everything that a node holds for the account, page after page. */
export async function retrieveHashes(
  node: ForeignNode,
  account: ForeignAccount,
  lastHash = '',
): Promise<readonly string[]> {
  const page = { last_hash: lastHash, max_size: WHOLE_REPLY }
  const { json } = await callStorage(node, 'retrieve', writeRetrieveParams(account, page))
  const hashes = readList(json, 'messages').map((message) => String(message['hash']))
  const last = hashes.at(-1)
  if (json['more'] !== true || last === undefined) return hashes
  return [...hashes, ...(await retrieveHashes(node, account, last))]
}
