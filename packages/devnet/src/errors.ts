/**
 * Every way the local network can refuse or fail, with the sentence a person reads.
 *
 * These are outcomes of an operator's command, not of bytes from outside; the command line prints the
 * message as it is. Programming mistakes stay plain `Error`s.
 *
 * @module
 */

/** One line a code: what happened. The message of each error adds what to type next. */
export const DEVNET_ERRORS = {
  already_running: 'a network already runs on this state',
  not_running: 'no network runs on this state',
  port_taken: 'a port of the plan is in use',
  state_unusable: 'the state directory cannot be used',
  node_failed: 'a node ended or stayed silent',
  unknown_node: 'no node has that name',
  invalid_options: 'the network cannot be planned',
  invalid_order: 'an order to a network cannot be understood or obeyed',
  invalid_scenario: 'a scenario file cannot be read',
} as const

export type DevnetErrorCode = keyof typeof DEVNET_ERRORS

/** Whether a code that another process reported is one of ours. */
export function isDevnetErrorCode(code: string): code is DevnetErrorCode {
  return Object.hasOwn(DEVNET_ERRORS, code)
}

export class DevnetError extends Error {
  readonly code: DevnetErrorCode

  constructor(code: DevnetErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DevnetError'
    this.code = code
  }
}
