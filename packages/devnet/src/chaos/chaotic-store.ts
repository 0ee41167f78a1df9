/**
 * Stores that fail: one without room, and one that says it stored and forgot.
 *
 * They stand in front of the node's own store and can be switched on and off while it runs. A new method of the
 * store does not compile here before somebody has said what it does in such a node.
 *
 * @module
 */

import { err, ok } from '@sotto/crypto/result'
import type { MessageStore } from '@sotto/node/message-store'
import type { RecordStore } from '@sotto/node/record-store'
import type { NodeConditions } from './node-conditions.ts'

/** What a store says that keeps nothing. */
const LIES: { readonly [M in keyof MessageStore]: MessageStore[M] | undefined } = {
  store: ({ expiryMs }) => Promise.resolve(ok({ already: false, expiryMs })),
  revoke: () => Promise.resolve(ok(undefined)),
  retrieve: () => ({ messages: [], more: false }),
  delete: undefined,
  deleteRange: undefined,
  expireAll: undefined,
  expire: undefined,
  expiries: () => new Map<string, number>(),
  unrevoke: undefined,
  isRevoked: undefined,
  lastChangeMs: undefined,
  lastStoredMs: undefined,
  sweep: undefined,
  flush: undefined,
  [Symbol.asyncDispose]: undefined,
}

/** A liar takes what others hand over too, and keeps none of it. */
const RECORD_LIES: { readonly [M in keyof RecordStore]: RecordStore[M] | undefined } = {
  admitMessages: (messages) => Promise.resolve(ok(messages.map(() => 'stored' as const))),
  admitChange: () => Promise.resolve(ok('stored')),
  scanMessages: () => ({ rows: [], next: undefined }),
  scanChanges: undefined,
  listMessages: () => [],
  listChanges: undefined,
  sampleMessages: () => [],
  measure: undefined,
  summarize: undefined,
  readMessage: () => undefined,
  readChange: undefined,
  forgetMessages: undefined,
  forgetChanges: undefined,
}

type StoreConditions = Pick<NodeConditions, 'isDiskFull' | 'isLying'>

/** The others only take away or look, which works on a full disk too. */
const NEED_ROOM: ReadonlySet<string | symbol> = new Set([
  'store',
  'revoke',
  'admitMessages',
  'admitChange',
] satisfies (keyof MessageStore | keyof RecordStore)[])

function refuseForRoom(): Promise<unknown> {
  return Promise.resolve(err('full'))
}

/** The store as these conditions make it look, asked anew for each call. */
export function createChaoticStore(
  store: MessageStore,
  conditions: () => StoreConditions,
): MessageStore {
  return createChaotic(store, LIES, conditions)
}

export function createChaoticRecords(
  records: RecordStore,
  conditions: () => StoreConditions,
): RecordStore {
  return createChaotic(records, RECORD_LIES, conditions)
}

function createChaotic<S extends object>(
  store: S,
  lies: Readonly<Record<string | symbol, unknown>>,
  conditions: () => StoreConditions,
): S {
  return new Proxy(store, {
    get(target, name): unknown {
      const { isDiskFull, isLying } = conditions()
      const lie = lies[name]
      if (lie !== undefined && isLying) return lie
      if (NEED_ROOM.has(name) && isDiskFull) return refuseForRoom
      const value: unknown = Reflect.get(target, name, target)
      // Its private members are found on the store itself only.
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
