/**
 * `delete_all`: empties one namespace of an account, or all of them (spec 03 §4.5).
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
import { checkSignatureTime } from '../clock-checks.ts'
import { optionalField, requiredField } from '../fields.ts'
import { FORWARDED_SIGNATURE_TOLERANCE_MS, SIGNATURE_TOLERANCE_MS } from '../limits.ts'
import { createMethod, type Method } from '../method.ts'
import { type NamespaceSelection, namespaceSelectionCodec, timestampCodec } from '../text-codecs.ts'

export interface DeleteAllParams extends SubaccountParams {
  readonly namespace: NamespaceSelection
  readonly timestampMs: number
}

export function encodeDeleteAllText(params: {
  namespace: NamespaceSelection
  timestampMs: number
}): Uint8Array {
  return encodeUtf8(`delete_all${encodeNamespaceText(params.namespace)}${params.timestampMs}`)
}

export const deleteAllMethod: Method<DeleteAllParams> = createMethod<
  DeleteAllParams,
  DeleteAllParams
>({
  name: 'delete_all',
  isRecursive: true,
  fields: {
    ...subaccountFields,
    namespace: optionalField('namespace', namespaceSelectionCodec, { fallback: 0 }),
    timestampMs: requiredField('timestamp', timestampCodec),
  },
  finish: acceptSigned,
  signing: {
    text: encodeDeleteAllText,
    permission: () => SUBACCOUNT_FLAGS.delete,
    checkClock: ({ timestampMs }, { nowMs, isForwarded }) =>
      checkSignatureTime('delete_all', timestampMs, {
        nowMs,
        toleranceMs: isForwarded ? FORWARDED_SIGNATURE_TOLERANCE_MS : SIGNATURE_TOLERANCE_MS,
      }),
    textSummary: '`"delete_all" ‖ ns ‖ timestamp`',
    permissionSummary: 'delete',
  },
  replySummary: 'swarm entries with `deleted`',
})
