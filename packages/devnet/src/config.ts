/**
 * The environment that nodes inherit from whoever starts the network, so that `SOTTO_LOG_LEVEL=debug pnpm start` works.
 *
 * @module
 */

/** The variables of this process, for its children. */
export function readEnvironment(): NodeJS.ProcessEnv {
  return process.env
}

/** Where a node of a local network finds what is wrong with it; empty when nobody will tell it. */
export function readConditionsPath(): string {
  return process.env['SOTTO_CONDITIONS_FILE'] ?? ''
}
