/**
 * The network under test: twelve nodes, known by the introspection URL alone, and where each account belongs by a
 * mapping of our own.
 *
 * @module
 */

import { startNetwork } from '@sotto/devnet/network'
import { afterAll, beforeAll } from 'vitest'
import { type Json, isJson, readList } from '../foreign/foreign-rpc.ts'
import type { Caller } from './wire-account.ts'
import { WireClient, type WireReply, type WireRequest } from './wire-client.ts'

export const NODES = 12
const RPC_PATH = '/storage_rpc/v1'

export interface WireNode {
  readonly ed25519: string
  readonly x25519: string
  readonly legacy: string
  readonly host: string
  readonly port: number
  readonly swarm: bigint
}

/** A reply whose body is taken for an object; empty when it is something else. */
export interface ObjectReply extends WireReply {
  readonly object: Json
}

function toObjectReply(reply: WireReply): ObjectReply {
  return { ...reply, object: isJson(reply.json) ? reply.json : {} }
}

/** The four big-endian words behind the prefix, combined by exclusive or. */
function computeSpace(bytes: Uint8Array): bigint {
  const words = Buffer.from(bytes.subarray(1))
  return [0, 8, 16, 24].reduce((space, offset) => space ^ words.readBigUInt64BE(offset), 0n)
}

/** The nearest id on the ring of 2⁶⁴; of two as near the lower neighbour. */
function findSwarmId(ids: readonly bigint[], space: bigint): bigint {
  const sorted = ids.toSorted((a, b) => (a < b ? -1 : 1))
  const right = sorted.find((id) => id >= space) ?? sorted[0] ?? 0n
  const left = sorted.findLast((id) => id < space) ?? sorted.at(-1) ?? 0n
  const toRight = BigInt.asUintN(64, right - space)
  const toLeft = BigInt.asUintN(64, space - left)
  return toRight < toLeft ? right : left
}

function readNode(entry: Json): WireNode {
  const ports = isJson(entry['ports']) ? entry['ports'] : {}
  return {
    ed25519: String(entry['ed25519']),
    x25519: String(entry['x25519']),
    legacy: String(entry['legacy']),
    host: String(entry['host']),
    port: Number(ports['https']),
    swarm: BigInt(`0x${String(entry['swarm'])}`),
  }
}

export class WireNetwork {
  readonly client = new WireClient()
  seedUrl = ''
  nodes: readonly WireNode[] = []

  /** Reads the introspection document. */
  async load(introspect: string): Promise<void> {
    const response = await fetch(introspect)
    const document: unknown = await response.json()
    this.nodes = readList(document, 'nodes').map(readNode)
    this.seedUrl = isJson(document) ? String(document['seedUrl']) : ''
  }

  /** The nodes that hold the account's messages. */
  members(account: Pick<Caller, 'bytes'>): readonly WireNode[] {
    const ids = [...new Set(this.nodes.map((node) => node.swarm))]
    const swarm = findSwarmId(ids, computeSpace(account.bytes))
    return this.nodes.filter((node) => node.swarm === swarm)
  }

  member(account: Pick<Caller, 'bytes'>): WireNode {
    return first(this.members(account))
  }

  /** A node that has nothing to do with the account. */
  stranger(account: Pick<Caller, 'bytes'>): WireNode {
    const members = this.members(account)
    return first(this.nodes.filter((node) => !members.includes(node)))
  }

  async post(
    node: WireNode,
    path: string,
    body: string | Uint8Array,
    more: Partial<WireRequest> = {},
  ): Promise<ObjectReply> {
    return toObjectReply(await this.client.send({ port: node.port, path, body, ...more }))
  }

  /** One storage request to a node. */
  call(node: WireNode, method: string, params: unknown): Promise<ObjectReply> {
    return this.post(node, RPC_PATH, JSON.stringify({ method, params }))
  }

  /** One storage request to the first member of the account's swarm. */
  ask(account: Pick<Caller, 'bytes'>, method: string, params: unknown): Promise<ObjectReply> {
    return this.call(this.member(account), method, params)
  }
}

/** The first of them, or a failed test. */
export function first<T>(items: readonly T[]): T {
  const [item] = items
  if (item === undefined) throw new Error('an empty list')
  return item
}

/** Starts a network before the tests of the file and ends it after them. */
export function useNetwork(settings: Readonly<Record<string, string>> = {}): WireNetwork {
  const wire = new WireNetwork()
  const resources = new AsyncDisposableStack()
  beforeAll(async () => {
    const network = resources.use(await startNetwork({ nodes: NODES, settings }))
    resources.use(wire.client)
    await wire.load(network.introspect)
  })
  afterAll(() => resources.disposeAsync())
  return wire
}
