/**
 * `get_expiries`: when messages end, as this node knows it (spec 03 §4.9).
 *
 * @module
 */

import { encodeUtf8 } from '@sotto/crypto/bytes'
import { SUBACCOUNT_FLAGS } from '../../swarm/index.ts'
import { acceptSigned, subaccountFields, type SubaccountParams } from '../account-params.ts'
import { checkSignatureTime } from '../clock-checks.ts'
import { requiredField } from '../fields.ts'
import { createMethod, type Method } from '../method.ts'
import { hashesCodec, timestampCodec } from '../text-codecs.ts'

export interface GetExpiriesParams extends SubaccountParams {
  readonly messages: readonly string[]
  readonly timestampMs: number
}

export function encodeGetExpiriesText(params: {
  messages: readonly string[]
  timestampMs: number
}): Uint8Array {
  return encodeUtf8(`get_expiries${params.timestampMs}${params.messages.join('')}`)
}

export const getExpiriesMethod: Method<GetExpiriesParams> = createMethod<
  GetExpiriesParams,
  GetExpiriesParams
>({
  name: 'get_expiries',
  fields: {
    ...subaccountFields,
    messages: requiredField('messages', hashesCodec),
    timestampMs: requiredField('timestamp', timestampCodec),
  },
  finish: acceptSigned,
  signing: {
    text: encodeGetExpiriesText,
    permission: () => SUBACCOUNT_FLAGS.read,
    checkClock: ({ timestampMs }, { nowMs }) =>
      checkSignatureTime('get_expiries', timestampMs, { nowMs }),
    textSummary: '`"get_expiries" ‖ timestamp ‖ messages…`',
    permissionSummary: 'read',
  },
  replySummary: '`expiries`; neither `t` nor `hf`',
})
