/**
 * `retrieve`: a page of an account's messages from one namespace (spec 03 §4.2).
 *
 * @module
 */

import { encodeUtf8 } from '@sotto/crypto/bytes'
import { err } from '@sotto/crypto/result'
import {
  isUnauthenticatedRetrieve,
  isUnrevocableRetrieve,
  SUBACCOUNT_FLAGS,
} from '../../swarm/index.ts'
import {
  acceptSigned,
  encodeNamespaceText,
  flexibleAccountField,
  subaccountFields,
  type SubaccountParams,
} from '../account-params.ts'
import { checkSignatureTime } from '../clock-checks.ts'
import type { Reading } from '../codec.ts'
import { optionalField } from '../fields.ts'
import { createMethod, type Method } from '../method.ts'
import {
  countCodec,
  lastHashCodec,
  namespaceCodec,
  sizeCodec,
  timestampCodec,
} from '../text-codecs.ts'

export interface RetrieveParams extends SubaccountParams {
  readonly namespace: number
  /** The empty text counts as no hash. */
  readonly lastHash?: string
  /** Zero counts as no limit. */
  readonly maxCount?: number
  readonly maxSize?: number
  /** Present whenever a signature is. */
  readonly timestampMs?: number
}

function finishRetrieve(raw: RetrieveParams): Reading<RetrieveParams> {
  if (raw.signature !== undefined && raw.timestampMs === undefined) {
    return err('missing required parameter timestamp')
  }
  return acceptSigned(raw)
}

export function encodeRetrieveText(params: {
  namespace: number
  timestampMs?: number
}): Uint8Array {
  return encodeUtf8(`retrieve${encodeNamespaceText(params.namespace)}${params.timestampMs ?? ''}`)
}

export const retrieveMethod: Method<RetrieveParams> = createMethod<RetrieveParams, RetrieveParams>({
  name: 'retrieve',
  fields: {
    ...subaccountFields,
    account: flexibleAccountField,
    namespace: optionalField('namespace', namespaceCodec, { fallback: 0 }),
    lastHash: optionalField('last_hash', lastHashCodec, { otherNames: ['lastHash'] }),
    maxCount: optionalField('max_count', countCodec),
    maxSize: optionalField('max_size', sizeCodec),
    timestampMs: optionalField('timestamp', timestampCodec),
  },
  finish: finishRetrieve,
  signing: {
    text: encodeRetrieveText,
    isNeeded: ({ namespace }) => !isUnauthenticatedRetrieve(namespace),
    permission: () => SUBACCOUNT_FLAGS.read,
    isUnrevocable: ({ namespace }) => isUnrevocableRetrieve(namespace),
    checkClock: ({ timestampMs = 0 }, { nowMs }) =>
      checkSignatureTime('retrieve', timestampMs, { nowMs }),
    textSummary: '`"retrieve" ‖ ns ‖ timestamp`; not needed where anybody may read',
    permissionSummary: 'read',
  },
  replySummary: '`messages`, `more`',
})
