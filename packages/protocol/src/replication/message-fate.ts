/**
 * What has become of a message, from the message and its account's changes alone (spec 10 §8.2). Members that have the
 * same records come to the same answer, in whatever order the records reached them.
 *
 * @module
 */

import type { BoxExtent, ChangeEffect, TimedEffect } from './change-effect.ts'

export interface DatedMessage {
  readonly hash: string
  readonly namespace: number
  /** As its sender dated it. */
  readonly timestampMs: number
  /** When the first member that is known of stored it. */
  readonly storedMs: number
  /** As its store gave it. */
  readonly firstExpiryMs: number
}

export type MessageFate = { readonly isDeleted: true } | { readonly expiryMs: number }

/** `effects` are those of the message's account, in ascending order of time, then of the changes' hashes. */
export function findFate(message: DatedMessage, effects: readonly TimedEffect[]): MessageFate {
  let expiryMs = message.firstExpiryMs
  for (const { atMs, effect } of effects) {
    // It had ended before the change was made. Members that removed it then could not extend it either.
    if (expiryMs <= atMs) break
    // Spec 10 §8.3. A change concerns what was there; what is stored again after it lives.
    if (message.storedMs > atMs) continue
    if (isDeletedBy(message, effect)) return { isDeleted: true }
    expiryMs = changeExpiry(message, effect, expiryMs)
  }
  return { expiryMs }
}

function isDeletedBy(message: DatedMessage, effect: ChangeEffect): boolean {
  if (effect.kind === 'delete') return effect.hashes.has(message.hash)
  return effect.kind === 'delete_box' && isInBox(message, effect.box)
}

function changeExpiry(message: DatedMessage, effect: ChangeEffect, expiryMs: number): number {
  if (effect.kind === 'expire_box') {
    return isInBox(message, effect.box) ? Math.min(expiryMs, effect.expiryMs) : expiryMs
  }
  const asked = effect.kind === 'expire' ? effect.expiries.get(message.hash) : undefined
  if (effect.kind !== 'expire' || asked === undefined) return expiryMs
  if (effect.mode === 'shorten') return Math.min(expiryMs, asked)
  return effect.mode === 'extend' ? Math.max(expiryMs, asked) : asked
}

function isInBox(
  { namespace, timestampMs }: DatedMessage,
  { namespace: selected, sentUntilMs }: BoxExtent,
): boolean {
  return (selected === 'all' || selected === namespace) && timestampMs <= sentUntilMs
}
