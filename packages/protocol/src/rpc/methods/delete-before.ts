/**
 * `delete_before`: removes messages up to a time (spec 03 §4.6).
 *
 * @module
 */

import { encodeUtf8 } from '@sotto/crypto/bytes'
import { SUBACCOUNT_FLAGS } from '../../swarm/index.ts'
import {
  acceptSigned,
  encodeNamespaceText,
  subaccountFields,
  type SubaccountParams,
} from '../account-params.ts'
import { type RpcFailure, STATUS } from '../failure.ts'
import { optionalField, requiredField } from '../fields.ts'
import { SIGNATURE_TOLERANCE_MS } from '../limits.ts'
import { createMethod, type Method } from '../method.ts'
import { type NamespaceSelection, namespaceSelectionCodec, timestampCodec } from '../text-codecs.ts'

export interface DeleteBeforeParams extends SubaccountParams {
  readonly namespace: NamespaceSelection
  readonly beforeMs: number
}

const TOO_FAR: RpcFailure = {
  status: STATUS.unauthorized,
  text: 'delete_before timestamp too far in the future',
}

export function encodeDeleteBeforeText(params: {
  namespace: NamespaceSelection
  beforeMs: number
}): Uint8Array {
  return encodeUtf8(`delete_before${encodeNamespaceText(params.namespace)}${params.beforeMs}`)
}

export const deleteBeforeMethod: Method<DeleteBeforeParams> = createMethod<
  DeleteBeforeParams,
  DeleteBeforeParams
>({
  name: 'delete_before',
  isRecursive: true,
  fields: {
    ...subaccountFields,
    namespace: optionalField('namespace', namespaceSelectionCodec, { fallback: 0 }),
    beforeMs: requiredField('before', timestampCodec),
  },
  finish: acceptSigned,
  signing: {
    text: encodeDeleteBeforeText,
    permission: () => SUBACCOUNT_FLAGS.delete,
    checkClock: ({ beforeMs }, { nowMs }) =>
      beforeMs > nowMs + SIGNATURE_TOLERANCE_MS ? TOO_FAR : undefined,
    textSummary: '`"delete_before" ‖ ns ‖ before`',
    permissionSummary: 'delete',
  },
  replySummary: 'swarm entries with `deleted`',
})
