/**
 * Parameters of every signed storage method, signed as the protocol says: text of the method, namespace unless it is 0,
 * integers in base ten, lists in the order of the request, nothing in between.
 *
 * @module
 */

import type { Json } from '../foreign/foreign-rpc.ts'
import { readTimeMs } from '../foreign/system-clock.ts'
import type { Caller } from './wire-account.ts'

export const SECOND_MS = 1000
export const DAY_MS = 86_400_000

export type Namespace = number | 'all'

function writeNamespace(namespace: Namespace): string {
  return namespace === 0 ? '' : String(namespace)
}

function encodeData(data: string | Uint8Array): string {
  return Buffer.from(data).toString('base64')
}

interface StoreOptions {
  readonly namespace?: number
  readonly data?: string | Uint8Array
  readonly timestamp?: number
  readonly more?: Json
}

/** A store without a signature: enough for public inboxes. */
export function writeStore(account: Caller, options: StoreOptions = {}): Json {
  const { namespace = 0, data = 'data', timestamp = readTimeMs(), more = {} } = options
  const body = encodeData(data)
  return { pubkey: account.id, namespace, data: body, timestamp, ttl: DAY_MS, ...more }
}

export function signStore(
  caller: Caller,
  options: StoreOptions & { sigTimestamp?: number } = {},
): Json {
  const { namespace = 0, timestamp = readTimeMs(), sigTimestamp } = options
  const signature = caller.sign('store', writeNamespace(namespace), sigTimestamp ?? timestamp)
  return {
    ...caller.auth,
    ...writeStore(caller, { ...options, timestamp }),
    ...(sigTimestamp === undefined ? {} : { sig_timestamp: sigTimestamp }),
    signature,
    ...options.more,
  }
}

interface Options {
  readonly namespace?: Namespace
  readonly timestamp?: number
  readonly more?: Json
}

export function signRetrieve(caller: Caller, options: Options = {}): Json {
  const { namespace = 0, timestamp = readTimeMs(), more = {} } = options
  const signature = caller.sign('retrieve', writeNamespace(namespace), timestamp)
  return { ...caller.auth, namespace, timestamp, signature, ...more }
}

export function signDelete(caller: Caller, messages: readonly string[], more: Json = {}): Json {
  return { ...caller.auth, messages, signature: caller.sign('delete', ...messages), ...more }
}

export function signDeleteAll(caller: Caller, options: Options = {}): Json {
  const { namespace = 0, timestamp = readTimeMs(), more = {} } = options
  const signature = caller.sign('delete_all', writeNamespace(namespace), timestamp)
  return { ...caller.auth, namespace, timestamp, signature, ...more }
}

export function signDeleteBefore(caller: Caller, before: number, options: Options = {}): Json {
  const { namespace = 0, more = {} } = options
  const signature = caller.sign('delete_before', writeNamespace(namespace), before)
  return { ...caller.auth, namespace, before, signature, ...more }
}

export function signExpireAll(caller: Caller, expiry: number, options: Options = {}): Json {
  const { namespace = 0, more = {} } = options
  const signature = caller.sign('expire_all', writeNamespace(namespace), expiry)
  return { ...caller.auth, namespace, expiry, signature, ...more }
}

interface ExpireOptions {
  readonly mode?: 'shorten' | 'extend'
  readonly more?: Json
}

export function signExpire(
  caller: Caller,
  messages: readonly string[],
  expiry: number | readonly number[],
  options: ExpireOptions = {},
): Json {
  const { mode, more = {} } = options
  const expiries = typeof expiry === 'number' ? [expiry] : expiry
  const signature = caller.sign('expire', mode ?? '', ...expiries, ...messages)
  const flag = mode === undefined ? {} : { [mode]: true }
  return { ...caller.auth, messages, expiry, ...flag, signature, ...more }
}

export function signGetExpiries(
  caller: Caller,
  messages: readonly string[],
  options: Options = {},
): Json {
  const { timestamp = readTimeMs(), more = {} } = options
  const signature = caller.sign('get_expiries', timestamp, ...messages)
  return { ...caller.auth, messages, timestamp, signature, ...more }
}

export type Revocation = 'revoke' | 'unrevoke'

export function signRevocation(
  caller: Caller,
  kind: Revocation,
  tokens: readonly Uint8Array[],
  options: Options = {},
): Json {
  const { timestamp = readTimeMs(), more = {} } = options
  const signature = caller.sign(`${kind}_subaccount`, timestamp, ...tokens)
  const list = tokens.map((token) => Buffer.from(token).toString('base64'))
  return { ...caller.auth, [kind]: list, timestamp, signature, ...more }
}
