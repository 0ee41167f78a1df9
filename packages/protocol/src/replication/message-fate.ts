/**
 * What has become of a message, from the message and its account's changes alone (spec 10 §8.2). Members that have the
 * same records come to the same answer, in whatever order the records reached them.
 *
 * @module
 */

import type { ChangeEffect, TimedEffect } from './change-effect.ts'

/**
 * Spec 10 §8.3. A message was there before a change if a member stored it at most so long after the change: the clocks of
 * two nodes in good standing differ by less.
 */
export const CHANGE_MARGIN_MS = 60_000

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

/** `effects` are those of the message's account, in ascending order of time. */
export function findFate(message: DatedMessage, effects: readonly TimedEffect[]): MessageFate {
  let expiryMs = message.firstExpiryMs
  for (const { atMs, effect } of effects) {
    if (message.storedMs > atMs + CHANGE_MARGIN_MS) continue
    if (isDeletedBy(message, effect)) return { isDeleted: true }
    expiryMs = changeExpiry(message, effect, expiryMs)
  }
  return { expiryMs }
}

function isDeletedBy(message: DatedMessage, effect: ChangeEffect): boolean {
  if (effect.kind === 'delete') return effect.hashes.has(message.hash)
  return effect.kind === 'delete_box' && isInBox(message, effect)
}

function changeExpiry(message: DatedMessage, effect: ChangeEffect, expiryMs: number): number {
  if (effect.kind === 'expire_box') {
    return isInBox(message, effect) ? Math.min(expiryMs, effect.expiryMs) : expiryMs
  }
  const asked = effect.kind === 'expire' ? effect.expiries.get(message.hash) : undefined
  if (effect.kind !== 'expire' || asked === undefined) return expiryMs
  if (effect.mode === 'shorten') return Math.min(expiryMs, asked)
  return effect.mode === 'extend' ? Math.max(expiryMs, asked) : asked
}

// By the sender's date too: a message that was sent after the change is new even if the clock of the node
// that took it is slow.
function isInBox(
  { namespace, timestampMs }: DatedMessage,
  box: { readonly namespace: number | 'all'; readonly sentUntilMs: number },
): boolean {
  return (box.namespace === 'all' || box.namespace === namespace) && timestampMs <= box.sentUntilMs
}
