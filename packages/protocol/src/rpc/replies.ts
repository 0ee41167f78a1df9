/**
 * Reading a node's replies, tolerantly (spec 03 §7).
 *
 * A node may be old, foreign or hostile: fields that a client does not need may be missing, booleans may
 * be 1, and a malformed item of a list is left out. Reading is total. Lists of swarm members are read
 * by the swarm module.
 *
 * @module
 */

import { decodeBase64 } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import { isJsonObject } from './codec.ts'
import { BATCH_REQUESTS_MAX, DATA_MAX_BASE64_CHARACTERS } from './limits.ts'
import { hashCodec } from './text-codecs.ts'

/** One member's part of a reply to a forwarded method. */
export interface MemberResult {
  /** The member's Ed25519 key in hex. */
  readonly node: string
  readonly isFailed: boolean
  readonly isTimeout: boolean
  /** Store only: the same message was there already. */
  readonly isAlready: boolean
  readonly signature?: Uint8Array
  readonly hash?: string
  readonly expiryMs?: number
  /** Everything else that the member said, for methods with more to say. */
  readonly entry: Readonly<Record<string, unknown>>
}

export interface SwarmReply {
  readonly members: readonly MemberResult[]
  readonly nodeTimeMs?: number
}

export interface StoreReply extends SwarmReply {
  readonly hash: string
}

export interface RetrievedMessage {
  readonly hash: string
  readonly timestampMs: number
  readonly expiryMs: number
  readonly data: Uint8Array
}

export interface RetrieveReply {
  readonly messages: readonly RetrievedMessage[]
  readonly hasMore: boolean
  readonly nodeTimeMs?: number
}

export interface InfoReply {
  readonly version: readonly number[]
  readonly timestampMs: number
}

/** One result of a batch or sequence; the body is read by its own method's parser. */
export interface BatchResult {
  readonly status: number
  readonly body: unknown
}

type Reply<T> = Result<T, ProtocolError>

function malformed(what: string): Reply<never> {
  return err(new ProtocolError('rpc_reply_malformed', what))
}

/** Entries that came through bt say 1 for true (spec 03 §6.3). */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isHash(value: unknown): value is string {
  return hashCodec.readJson(value).ok
}

/** The node's own clock, which any reply may carry; clients keep their offset from it. */
export function findNodeTime(reply: unknown): number | undefined {
  return isJsonObject(reply) && isTime(reply['t']) ? reply['t'] : undefined
}

function withNodeTime<T extends object>(value: T, reply: unknown): T & { nodeTimeMs?: number } {
  const nodeTimeMs = findNodeTime(reply)
  return nodeTimeMs === undefined ? value : { ...value, nodeTimeMs }
}

function readMember(node: string, entry: Readonly<Record<string, unknown>>): MemberResult {
  const { signature, hash, expiry } = entry
  const bytes = typeof signature === 'string' ? decodeBase64(signature) : undefined
  return {
    node,
    isFailed: isTrue(entry['failed']),
    isTimeout: isTrue(entry['timeout']),
    isAlready: isTrue(entry['already']),
    ...(bytes && { signature: bytes }),
    ...(isHash(hash) && { hash }),
    ...(isTime(expiry) && { expiryMs: expiry }),
    entry,
  }
}

const NODE_KEY = /^[0-9a-f]{64}$/

/** Reads the reply of any method that the swarm executes together. */
export function parseSwarmReply(reply: unknown): Reply<SwarmReply> {
  if (!isJsonObject(reply)) return malformed('reply is no object')
  const swarm = reply['swarm']
  if (!isJsonObject(swarm)) return malformed('no swarm object')
  const members: MemberResult[] = []
  for (const [node, entry] of Object.entries(swarm)) {
    if (NODE_KEY.test(node) && isJsonObject(entry)) members.push(readMember(node, entry))
  }
  return ok(withNodeTime({ members }, reply))
}

/** A store counts when the reply names the message's hash; how many members kept it, they say. */
export function parseStoreReply(reply: unknown): Reply<StoreReply> {
  const swarm = parseSwarmReply(reply)
  if (!swarm.ok) return swarm
  const top = isJsonObject(reply) ? reply['hash'] : undefined
  const hash = isHash(top) ? top : swarm.value.members.find((member) => member.hash)?.hash
  return hash === undefined ? malformed('no message hash') : ok({ ...swarm.value, hash })
}

function readMessage(item: unknown): RetrievedMessage | undefined {
  if (!isJsonObject(item)) return undefined
  const { hash, timestamp, expiration, data } = item
  if (!isHash(hash) || !isTime(timestamp) || !isTime(expiration)) return undefined
  if (typeof data !== 'string' || data.length > DATA_MAX_BASE64_CHARACTERS) return undefined
  const bytes = decodeBase64(data)
  return bytes && { hash, timestampMs: timestamp, expiryMs: expiration, data: bytes }
}

export function parseRetrieveReply(reply: unknown): Reply<RetrieveReply> {
  if (!isJsonObject(reply) || !Array.isArray(reply['messages'])) return malformed('no messages')
  const messages: RetrievedMessage[] = []
  for (const item of reply['messages']) {
    const message = readMessage(item)
    if (message !== undefined) messages.push(message)
  }
  return ok(withNodeTime({ messages, hasMore: isTrue(reply['more']) }, reply))
}

export function parseInfoReply(reply: unknown): Reply<InfoReply> {
  if (!isJsonObject(reply)) return malformed('reply is no object')
  const { version, timestamp } = reply
  const isVersion = Array.isArray(version) && version.every(isTime)
  if (!isVersion || !isTime(timestamp)) return malformed('no version or timestamp')
  return ok({ version, timestampMs: timestamp })
}

/** Expiries by message hash; what is missing has ended or was never known. */
export function parseGetExpiriesReply(reply: unknown): Reply<ReadonlyMap<string, number>> {
  const expiries = isJsonObject(reply) ? reply['expiries'] : undefined
  if (!isJsonObject(expiries)) return malformed('no expiries')
  const pairs = Object.entries(expiries)
  return ok(new Map(pairs.filter((pair): pair is [string, number] => isTime(pair[1]))))
}

/** The results in the order of the requests; a sequence may have stopped early. */
export function parseBatchReply(reply: unknown): Reply<readonly BatchResult[]> {
  const list = isJsonObject(reply) ? reply['results'] : undefined
  if (!Array.isArray(list) || list.length > BATCH_REQUESTS_MAX) return malformed('no results')
  const results: BatchResult[] = []
  for (const item of list) {
    if (!isJsonObject(item) || !isTime(item['code'])) return malformed('a result has no code')
    results.push({ status: item['code'], body: item['body'] })
  }
  return ok(results)
}
