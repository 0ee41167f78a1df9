/**
 * What a path that brought no answer costs it, its guard and its nodes (ADR 0006).
 *
 * @module
 */
import { ClientError } from '../../errors.ts'
import type { NodePool } from '../network/node-pool.ts'
import type { PathNeed, PathSet } from '../paths/path-set.ts'
import type { Path } from '../paths/path.ts'
import type { PathFailure } from './send-onion.ts'

export interface FailedTry {
  readonly path: Path
  readonly failure: PathFailure
  readonly need: PathNeed
}

/** `node_gone` when it was the destination that is missing. */
export async function countPathFailure(
  { path, failure, need }: FailedTry,
  { paths, pool }: { readonly paths: PathSet; readonly pool: NodePool },
): Promise<ClientError> {
  need.trace.countFailure(path)
  switch (failure.kind) {
    case 'unreachable':
      need.trace.countUnreachable(path)
      await paths.countUnreachable(path)
      return new ClientError('path_failed', 'guard not reached')
    case 'lost':
      paths.countLoss(path)
      return new ClientError('path_failed', `status ${failure.status ?? 'ok, not opened'}`)
    case 'missing':
      if (failure.id === need.target) {
        pool.remove(failure.id)
        return new ClientError('node_gone')
      }
      await paths.replaceNode(path, failure.id, need)
      return new ClientError('path_failed', 'a node has left')
  }
}
