/**
 * What a person reads, or a program, about a time whose messages may have been lost.
 *
 * @module
 */
import type { Gap } from '@sotto/client/engine'
import { formatTime } from './layout.ts'

export function describeGap({ fromMs, toMs }: Gap, isJson: boolean): string {
  if (isJson) return JSON.stringify(formatGap({ fromMs, toMs }))
  return `Messages from ${formatTime(fromMs)} to ${formatTime(toMs)} may be lost: this device was away for longer than the network keeps them.`
}

/** Beside messages, which have no such field. */
export function formatGap({ fromMs, toMs }: Gap): object {
  return { gap: { from: fromMs, to: toMs } }
}
