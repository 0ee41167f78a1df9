/**
 * `storage` of the operator API: how full the node is. Counts go over all accounts together.
 *
 * @module
 */
import { statfs } from 'node:fs/promises'
import type { OperatorParts } from './operator-parts.ts'
import type { StorageView } from './operator-views.ts'

/** Bytes that this user may still write there. */
export async function measureDisk(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

export async function describeStorage({ base }: OperatorParts): Promise<StorageView> {
  const { messages, bytes } = base.records.measure()
  const { namespaces, firstExpiryMs } = base.records.summarize()
  return {
    messages,
    usedBytes: bytes,
    limitBytes: base.config.databaseMaxBytes,
    freeBytes: await measureDisk(base.config.dataDirectory),
    firstExpiryAt: firstExpiryMs ?? null,
    namespaces,
  }
}
