/**
 * Collects the parts of configurations that were too large for one stored message (spec 11 §3.4). Bounded in sets and
 * bytes, because a member of a group can seal parts that never become a whole.
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { hashMessage } from './config-message.ts'
import type { ConfigPart } from './config-part.ts'
import { CONFIG_MESSAGE_BYTES_MAX, PARTIAL_SETS_MAX } from './limits.ts'

export interface CompletedWhole {
  readonly whole: Uint8Array
  /** Of every stored message that held a part. */
  readonly messageHashes: readonly string[]
}

export interface HeldPart extends ConfigPart {
  readonly messageHash: string
}

interface PartialSet {
  readonly count: number
  readonly chunks: Map<number, Uint8Array>
  /** Message hash → the part that it holds. */
  readonly messages: Map<string, number>
}

/** Padding is the only thing that a whole has beside the longest message. */
const WHOLE_BYTES_MAX = CONFIG_MESSAGE_BYTES_MAX + 5120
/** One message for each of the parts that there can be, and as many stored twice. */
const MESSAGES_MAX = 512

export class PartSets {
  /** Oldest first. */
  readonly #sets = new Map<string, PartialSet>()

  /** The whole, as soon as its last part is there. Of a part that comes twice the later chunk counts. */
  add({ wholeHash, index, count, chunk, messageHash }: HeldPart): CompletedWhole | undefined {
    const name = `${count}:${wholeHash}`
    const set = this.#sets.get(name) ?? { count, chunks: new Map(), messages: new Map() }
    set.chunks.set(index, chunk)
    set.messages.set(messageHash, index)
    this.#sets.delete(name)
    if (countBytes(set) > WHOLE_BYTES_MAX || set.messages.size > MESSAGES_MAX) return undefined
    if (set.chunks.size === count) {
      const completed = joinChunks(set)
      if (hashMessage(completed.whole) === wholeHash) return completed
    }
    this.#sets.set(name, set)
    this.#dropOldest()
    return undefined
  }

  /** What waits for its rest, to be kept with the configuration and added again. */
  list(): readonly HeldPart[] {
    return [...this.#sets].flatMap(([name, { count, chunks, messages }]) =>
      [...messages].map(([messageHash, index]) => ({
        wholeHash: name.slice(name.indexOf(':') + 1),
        index,
        count,
        chunk: chunks.get(index) ?? new Uint8Array(),
        messageHash,
      })),
    )
  }

  #dropOldest(): void {
    for (const name of this.#sets.keys()) {
      if (this.#sets.size <= PARTIAL_SETS_MAX) return
      this.#sets.delete(name)
    }
  }
}

function countBytes({ chunks }: PartialSet): number {
  return [...chunks.values()].reduce((total, chunk) => total + chunk.length, 0)
}

function joinChunks({ count, chunks, messages }: PartialSet): CompletedWhole {
  const ordered = Array.from({ length: count }, (_, index) => chunks.get(index) ?? new Uint8Array())
  return { whole: concatBytes(ordered), messageHashes: [...messages.keys()] }
}
