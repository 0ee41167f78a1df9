/**
 * Every vector file that this package answers for.
 *
 * @module
 */
import { ARCHIVE_EVALUATORS } from './archive-evaluators.ts'
import { ATTACHMENT_EVALUATORS } from './attachment-evaluators.ts'
import { AUTHORITY_EVALUATORS } from './authority-evaluators.ts'
import { BT_EVALUATORS, LINK_EVALUATORS } from './bt-evaluators.ts'
import { CHANGE_EVALUATORS } from './change-evaluators.ts'
import { CONFIG_EVALUATORS } from './config-evaluators.ts'
import { DEVICE_GROUP_EVALUATORS } from './device-group-evaluators.ts'
import { DIRECTORY_EVALUATORS } from './directory-evaluators.ts'
import { EPOCH_EVALUATORS } from './epoch-evaluators.ts'
import { FILES_EVALUATORS } from './files-evaluators.ts'
import { GROUP_EVALUATORS } from './group-evaluators.ts'
import { HEALTH_EVALUATORS } from './health-evaluators.ts'
import { ONION_EVALUATORS } from './onion-evaluators.ts'
import { PREVIEW_EVALUATORS } from './preview-evaluators.ts'
import { REPLICATION_EVALUATORS } from './replication-evaluators.ts'
import { RPC_EVALUATORS } from './rpc-evaluators.ts'
import { SESSION_EVALUATORS } from './session-evaluators.ts'
import { SESSION_V2_EVALUATORS } from './session-v2-evaluators.ts'
import { SWARM_EVALUATORS } from './swarm-evaluators.ts'
import type { VectorEvaluator } from './vector-evaluator.ts'

export const PROTOCOL_EVALUATORS: readonly VectorEvaluator[] = [
  ...BT_EVALUATORS,
  ...SWARM_EVALUATORS,
  ...RPC_EVALUATORS,
  ...SESSION_EVALUATORS,
  ...ONION_EVALUATORS,
  ...LINK_EVALUATORS,
  ...DIRECTORY_EVALUATORS,
  ...EPOCH_EVALUATORS,
  ...AUTHORITY_EVALUATORS,
  ...HEALTH_EVALUATORS,
  ...REPLICATION_EVALUATORS,
  ...CHANGE_EVALUATORS,
  ...CONFIG_EVALUATORS,
  ...SESSION_V2_EVALUATORS,
  ...DEVICE_GROUP_EVALUATORS,
  ...ATTACHMENT_EVALUATORS,
  ...GROUP_EVALUATORS,
  ...ARCHIVE_EVALUATORS,
  ...FILES_EVALUATORS,
  ...PREVIEW_EVALUATORS,
]
