/**
 * Every way in which a command fails for a reason of its own. What the engine and the local network report has codes
 * there; `describe-failure.ts` turns all of them into sentences.
 *
 * @module
 */

/** The one table of codes of this program; `docs/errors.md` has an entry for each. */
export const CLI_ERRORS = {
  usage: 'the command line is wrong',
  no_account: 'the home has no account',
  account_exists: 'the home has an account already',
  home_unusable: 'the home cannot be read or written',
  home_newer: 'a newer version wrote the home',
  network_not_found: 'nothing at the network’s address says where its seed is',
  network_unclear: 'nothing that describes a network is where it was said to be',
  phrase_missing: 'no recovery phrase was given',
  passphrase_missing: 'no passphrase was given, or it is too short',
  archive_refused: 'an archive cannot be written or read',
  node_not_asked: 'the node of a folder does not answer its operator',
  unexpected: 'a mistake of this program',
} as const

export type CliErrorCode = keyof typeof CLI_ERRORS

/** Its message is the sentence that the person reads. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: CliErrorCode

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
