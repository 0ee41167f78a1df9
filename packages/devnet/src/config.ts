/**
 * The environment that nodes inherit from whoever starts the network, so that `SOTTO_LOG_LEVEL=debug pnpm start` works.
 *
 * @module
 */

/** The variables of this process, for its children. */
export function readEnvironment(): NodeJS.ProcessEnv {
  return process.env
}
