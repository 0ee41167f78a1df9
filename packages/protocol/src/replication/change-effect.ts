/**
 * What a signed change does to an account's messages (spec 10 §8.2), as data that can be applied to any message at any time:
 * to those that are there when the change arrives, and to those that arrive after it. Whether the change is genuine
 * was checked before (`check-change.ts`).
 *
 * @module
 */

import {
  clampExpiry,
  type ExpireMode,
  type ExpireParams,
  type NamespaceSelection,
  type RequestOf,
  resolveExpireMode,
} from '../rpc/index.ts'
import type { ChangeRequest } from './change.ts'

/** The changes that name no messages. */
export type BoxRequest = RequestOf<'delete_all' | 'delete_before' | 'expire_all'>

/** Which messages of an account such a change concerns, among those that were there before it. */
export interface BoxExtent {
  readonly namespace: NamespaceSelection
  /** Those that their senders dated up to then. */
  readonly sentUntilMs: number
}

export type ChangeEffect =
  | { readonly kind: 'delete'; readonly hashes: ReadonlySet<string> }
  | { readonly kind: 'delete_box'; readonly box: BoxExtent }
  | {
      readonly kind: 'expire'
      readonly expiries: ReadonlyMap<string, number>
      readonly mode: ExpireMode
    }
  | { readonly kind: 'expire_box'; readonly box: BoxExtent; readonly expiryMs: number }
  | {
      readonly kind: 'revoke' | 'unrevoke'
      readonly tokens: readonly Uint8Array[]
    }

export interface TimedEffect {
  /** When the first member of the swarm had the change, milliseconds since 1970. */
  readonly atMs: number
  readonly effect: ChangeEffect
}

/** `undefined` for an `expire` that its signer was not permitted to make. */
export function describeEffect(request: ChangeRequest, atMs: number): ChangeEffect | undefined {
  switch (request.method) {
    case 'delete':
      return { kind: 'delete', hashes: new Set(request.params.messages) }
    case 'delete_all':
    case 'delete_before':
      return { kind: 'delete_box', box: describeBox(request) }
    case 'expire_all': {
      const { expiryMs } = request.params
      return { kind: 'expire_box', box: describeBox(request), expiryMs }
    }
    case 'expire':
      return describeExpire(request.params, atMs)
    case 'revoke_subaccount':
      return { kind: 'revoke', tokens: request.params.tokens }
    case 'unrevoke_subaccount':
      return { kind: 'unrevoke', tokens: request.params.tokens }
  }
}

/** Only `delete_before` goes by the dates of senders: what is emptied or shortened is all that was there. */
export function describeBox({ method, params }: BoxRequest): BoxExtent {
  const { namespace } = params
  const sentUntilMs = method === 'delete_before' ? params.beforeMs : Number.MAX_SAFE_INTEGER
  return { namespace, sentUntilMs }
}

function describeExpire(params: ExpireParams, atMs: number): ChangeEffect | undefined {
  const mode = resolveExpireMode(params)
  if (!mode.ok) return undefined
  return { kind: 'expire', expiries: listExpiries(params, atMs), mode: mode.value }
}

/** The end that is asked for each message. Of a hash that is named twice, the last counts. */
export function listExpiries(
  { messages, expiryMs }: Pick<ExpireParams, 'messages' | 'expiryMs'>,
  atMs: number,
): ReadonlyMap<string, number> {
  return new Map(
    messages.map((hash, index) => {
      const asked = typeof expiryMs === 'number' ? expiryMs : (expiryMs[index] ?? 0)
      return [hash, clampExpiry(asked, atMs)]
    }),
  )
}
