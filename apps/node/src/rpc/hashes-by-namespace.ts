/**
 * The form in which changed messages are listed: a sorted list for one namespace, an object of sorted
 * lists for all (spec 03 §4.6).
 *
 * @module
 */
import { sortHashes } from '@sotto/protocol/rpc'
import type { HashInNamespace } from '../store/message-store.ts'

export type ChangedHashes = readonly string[] | Readonly<Record<string, readonly string[]>>

export function listChanged(
  namespace: number | 'all',
  changed: readonly HashInNamespace[],
): ChangedHashes {
  if (namespace !== 'all') return sortHashes(changed.map(({ hash }) => hash))
  const groups = Map.groupBy(changed, (message) => String(message.namespace))
  return Object.fromEntries(
    [...groups].map(([name, group]) => [name, sortHashes(group.map(({ hash }) => hash))]),
  )
}
