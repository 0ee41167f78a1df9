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
    ...(plan.ports.files === undefined ? {} : { SOTTO_FILES_PORT: String(plan.ports.files) }),
    ...(plan.ports.preview === undefined ? {} : { SOTTO_PREVIEW_PORT: String(plan.ports.preview) }),
    SOTTO_DIRECTORY_FILE: plan.directoryFile,
    SOTTO_NETWORK_ID: plan.networkId,
    SOTTO_DIRECTORY_KEYS: plan.directoryKeys,
    SOTTO_NODE_NAME: plan.name,
    SOTTO_NODE_SEED: encodeHex(plan.seed),
    SOTTO_CONDITIONS_FILE: plan.conditionsFile,
    ...(plan.authoritySeed === undefined
      ? {}
      : { SOTTO_AUTHORITY_SEED: encodeHex(plan.authoritySeed) }),
  }
}
