/**
 * Diffs as bt values and back (spec 11 §5.1).
 *
 * @module
 */

import type { BtDict, BtInput, BtValue } from '../bt/index.ts'
import { isDict, readList } from '../bt/read-bt.ts'
import { type ConfigDiff, type DiffEntry, isNestedDiff, type SetDelta } from './config-diff.ts'
import { decodeSet, encodeSet } from './data-encoding.ts'

const CHANGED = ''
const ERASED = '-'
const ERASED_BYTE = 0x2d

export function encodeDiff(diff: ConfigDiff): BtInput {
  return new Map([...diff].map(([key, entry]) => [key, encodeEntry(entry)]))
}

function encodeEntry(entry: DiffEntry): BtInput {
  if (entry === 'changed') return CHANGED
  if (entry === 'erased') return ERASED
  if (isNestedDiff(entry)) return encodeDiff(entry)
  return [encodeSet(entry.added), encodeSet(entry.removed)]
}

/** `undefined` for what no writer writes. */
export function decodeDiff(dict: BtDict): ConfigDiff | undefined {
  const diff = new Map<string, DiffEntry>()
  for (const [key, value] of dict) {
    const entry = decodeEntry(value)
    if (entry === undefined) return undefined
    diff.set(key, entry)
  }
  return diff
}

function decodeEntry(value: BtValue): DiffEntry | undefined {
  if (isDict(value)) return value.size === 0 ? undefined : decodeDiff(value)
  if (value instanceof Uint8Array) {
    if (value.length === 0) return 'changed'
    return value.length === 1 && value[0] === ERASED_BYTE ? 'erased' : undefined
  }
  return decodeDelta(readList(value))
}

function decodeDelta(list: readonly BtValue[] | undefined): SetDelta | undefined {
  if (list?.length !== 2) return undefined
  const [added, removed] = list.map((half) => {
    const items = readList(half)
    return items === undefined ? undefined : decodeSet(items)
  })
  if (added === undefined || removed === undefined) return undefined
  return added.size + removed.size === 0 ? undefined : { added, removed }
}
