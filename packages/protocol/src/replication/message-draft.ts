/**
 * A reconciliation message that grows until its limits (spec 10 §5.1). Neighbouring skips become one, and what does not
 * fit is refused without a trace, so that it can be said in the next message.
 *
 * @module
 */

import type { LowerBound, UpperBound } from './key-range.ts'
import {
  RECONCILE_RANGES_MAX,
  type ReconcileRange,
  countRangeBytes,
  encodeReconcileMessage,
} from './reconcile-message.ts'
import { RECORD_KEY_BYTES } from './record-key.ts'

const BOUND_BYTES_MAX: number = 1 + RECORD_KEY_BYTES
/** Room that is always kept for one more skip. */
const SKIP_BYTES_MAX: number = BOUND_BYTES_MAX + 1
const LIST_HEAD_BYTES: number = BOUND_BYTES_MAX + 1 + 2
/** A first bound, a list of two keys, and a skip on both sides. Less could stop a reconciliation. */
export const MESSAGE_BYTES_MIN: number =
  BOUND_BYTES_MAX + LIST_HEAD_BYTES + 2 * RECORD_KEY_BYTES + 2 * SKIP_BYTES_MAX

export class MessageDraft {
  readonly #ranges: ReconcileRange[] = []
  #bytesLeft: number
  #end: UpperBound

  constructor(lower: LowerBound, bytesMax: number) {
    this.#end = lower
    this.#bytesLeft = bytesMax - 1 - lower.length - SKIP_BYTES_MAX
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0
  }

  /** Nothing is said of what lies before `upper`. There is always room for it. */
  skipTo(upper: UpperBound): void {
    const lower = this.#end ?? new Uint8Array()
    const last = this.#ranges.at(-1)
    if (last?.mode === 'skip') this.#ranges.splice(-1, 1, { ...last, upper })
    else this.#ranges.push({ mode: 'skip', lower, upper })
    this.#end = upper
  }

  /** Whether there was room. The range must begin where the last one ended. */
  add(range: ReconcileRange): boolean {
    const skipBytes = this.#countSkipBytes()
    const bytes = countRangeBytes(range)
    if (!this.#hasRangeLeft || bytes + skipBytes > this.#bytesLeft) return false
    this.#bytesLeft -= bytes + skipBytes
    this.#ranges.push(range)
    this.#end = range.upper
    return true
  }

  /** How many keys a list could still have. */
  get keysLeft(): number {
    if (!this.#hasRangeLeft) return 0
    const bytes = this.#bytesLeft - this.#countSkipBytes() - LIST_HEAD_BYTES
    return Math.max(0, Math.floor(bytes / RECORD_KEY_BYTES))
  }

  encode(): Uint8Array {
    return encodeReconcileMessage(this.#ranges)
  }

  get #hasRangeLeft(): boolean {
    return this.#ranges.length + 2 <= RECONCILE_RANGES_MAX
  }

  /** The last skip is paid for when it can no longer grow: until then it may be the one that room is kept for. */
  #countSkipBytes(): number {
    const last = this.#ranges.at(-1)
    return last?.mode === 'skip' ? countRangeBytes(last) : 0
  }
}
