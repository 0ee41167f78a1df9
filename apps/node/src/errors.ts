/**
 * Every reason for which a node's folder, or a backup of its keys, is refused. The sentence that an operator reads is the
 * error's message, because only the place that met the reason knows the file and line; no message holds a seed, a
 * passphrase or the value of a setting.
 *
 * @module
 */

/** The one table of codes of this package; `docs/errors.md` has an entry for each. */
export const NODE_ERRORS = {
  node_config: 'a setting of the node is missing or malformed',
  node_home_missing: 'the folder holds no node',
  node_home_exists: 'the folder holds a node already',
  node_home_open: 'others can read the folder of the node, or the node cannot',
  node_seed: 'a seed file is damaged or cannot be read',
  node_running: 'a node runs on this folder',
  operator_token: 'the token of the operator API cannot be used',
  operator_off: 'the node has no operator API',
  node_address: 'the node cannot listen on an address',
  backup_malformed: 'the file is no backup of a node, or is cut off or damaged',
  backup_version: 'a newer version wrote the backup',
  backup_cost: 'the backup asks for more memory or time than any backup needs',
  backup_unopened: 'the passphrase does not open the backup',
} as const

export type NodeErrorCode = keyof typeof NODE_ERRORS

/** Its message is the sentence that the operator reads. */
export class NodeError extends Error {
  override readonly name = 'NodeError'
  readonly code: NodeErrorCode

  constructor(code: NodeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
