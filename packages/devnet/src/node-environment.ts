/**
 * A node's plan as the environment variables that its program reads.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import type { NodePlan } from './node-driver.ts'

/** All drivers configure nodes this way, so that they cannot differ in what they set. */
export function writeNodeEnvironment(plan: NodePlan): Record<string, string> {
  return {
    ...plan.settings,
    SOTTO_DATA_DIR: plan.dataDirectory,
    SOTTO_HOST: plan.host,
    SOTTO_HTTPS_PORT: String(plan.ports.https),
    SOTTO_WEB_PORT: String(plan.ports.web),
    SOTTO_PEER_PORT: String(plan.ports.peer),
    SOTTO_DIRECTORY_FILE: plan.directoryFile,
    SOTTO_DIRECTORY_KEY: plan.directoryKey,
    SOTTO_NODE_SEED: encodeHex(plan.seed),
  }
}
