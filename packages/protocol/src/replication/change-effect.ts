/**
 * What a signed change does to an account's messages (spec 10 §8.2), as data that can be applied to any message at any time:
 * to those that are there when the change arrives, and to those that arrive after it. Whether the change is genuine
 * was checked before (`check-change.ts`).
 *
 * @module
 */

import { clampExpiry, type ExpireMode, type ExpireParams, resolveExpireMode } from '../rpc/index.ts'
import type { ChangeRequest } from './change.ts'

type BoxNamespace = number | 'all'

export type ChangeEffect =
  | { readonly kind: 'delete'; readonly hashes: ReadonlySet<string> }
  | { readonly kind: 'delete_box'; readonly namespace: BoxNamespace; readonly sentUntilMs: number }
  | {
      readonly kind: 'expire'
      readonly expiries: ReadonlyMap<string, number>
      readonly mode: ExpireMode
    }
  | {
      readonly kind: 'expire_box'
      readonly namespace: BoxNamespace
      readonly sentUntilMs: number
      readonly expiryMs: number
    }
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
    case 'delete_all': {
      const { namespace, timestampMs } = request.params
      return { kind: 'delete_box', namespace, sentUntilMs: timestampMs }
    }
    case 'delete_before': {
      const { namespace, beforeMs } = request.params
      return { kind: 'delete_box', namespace, sentUntilMs: beforeMs }
    }
    case 'expire_all': {
      const { namespace, expiryMs } = request.params
      return { kind: 'expire_box', namespace, sentUntilMs: atMs, expiryMs }
    }
    case 'expire':
      return describeExpire(request.params, atMs)
    case 'revoke_subaccount':
      return { kind: 'revoke', tokens: request.params.tokens }
    case 'unrevoke_subaccount':
      return { kind: 'unrevoke', tokens: request.params.tokens }
  }
}

function describeExpire(params: ExpireParams, atMs: number): ChangeEffect | undefined {
  const mode = resolveExpireMode(params)
  if (!mode.ok) return undefined
  const { messages, expiryMs } = params
  const expiries = messages.map((hash, index): [string, number] => {
    const asked = typeof expiryMs === 'number' ? expiryMs : (expiryMs[index] ?? 0)
    return [hash, clampExpiry(asked, atMs)]
  })
  return { kind: 'expire', expiries: new Map(expiries), mode: mode.value }
}
