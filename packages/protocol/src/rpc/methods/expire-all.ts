/**
 * `expire_all`: shortens the life of everything in a namespace (spec 03 §4.7).
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
import { FORWARDED_SIGNATURE_TOLERANCE_MS, SIGNATURE_TOLERANCE_MS } from '../limits.ts'
import { createMethod, type Method } from '../method.ts'
import { type NamespaceSelection, namespaceSelectionCodec, timestampCodec } from '../text-codecs.ts'

export interface ExpireAllParams extends SubaccountParams {
  readonly namespace: NamespaceSelection
  readonly expiryMs: number
}

const IN_THE_PAST: RpcFailure = {
  status: STATUS.clock,
  text: 'expire_all: timestamp should be >= current time',
}

export function encodeExpireAllText(params: {
  namespace: NamespaceSelection
  expiryMs: number
}): Uint8Array {
  return encodeUtf8(`expire_all${encodeNamespaceText(params.namespace)}${params.expiryMs}`)
}

export const expireAllMethod: Method<ExpireAllParams> = createMethod<
  ExpireAllParams,
  ExpireAllParams
>({
  name: 'expire_all',
  isRecursive: true,
  fields: {
    ...subaccountFields,
    namespace: optionalField('namespace', namespaceSelectionCodec, { fallback: 0 }),
    expiryMs: requiredField('expiry', timestampCodec),
  },
  finish: acceptSigned,
  signing: {
    text: encodeExpireAllText,
    permission: () => SUBACCOUNT_FLAGS.delete,
    checkClock({ expiryMs }, { nowMs, isForwarded }) {
      const toleranceMs = isForwarded ? FORWARDED_SIGNATURE_TOLERANCE_MS : SIGNATURE_TOLERANCE_MS
      return expiryMs < nowMs - toleranceMs ? IN_THE_PAST : undefined
    },
    textSummary: '`"expire_all" ‖ ns ‖ expiry`',
    permissionSummary: 'delete',
  },
  replySummary: 'swarm entries with `updated`',
})
