/**
 * What lies where in the folder of a node.
 *
 * @module
 */
import { join } from 'node:path'

export interface HomeFiles {
  readonly config: string
  readonly nodeSeed: string
  /** There for an authority only. */
  readonly authoritySeed: string
  /** Of the operator API, if the node made it. */
  readonly operatorToken: string
  readonly lock: string
  readonly owner: string
}

export function findHomeFiles(home: string): HomeFiles {
  return {
    config: join(home, 'node.env'),
    nodeSeed: join(home, 'node.seed'),
    authoritySeed: join(home, 'authority.seed'),
    operatorToken: join(home, 'operator.token'),
    lock: join(home, 'node.lock'),
    owner: join(home, 'node.pid'),
  }
}
