/**
 * The role `files` in `status` of the operator API: how much it keeps, and what it refused. Sums over all files; who has them is
 * known to nobody.
 *
 * @module
 */
import { measureDisk } from './describe-storage.ts'
import type { OperatorParts } from './operator-parts.ts'
import type { FilesView } from './operator-views.ts'

/** `null` for a node without the role. */
export async function describeFiles({
  fileRole,
}: Pick<OperatorParts, 'fileRole'>): Promise<FilesView | null> {
  if (fileRole === undefined) return null
  const { service, folder } = fileRole
  const { files, bytes } = service.measure()
  return {
    files,
    usedBytes: bytes,
    quotaBytes: service.quotaBytes,
    largestBytes: service.bytesMax,
    freeBytes: folder === undefined ? null : await measureDisk(folder),
    ...service.tally.view,
  }
}
