/**
 * `store`: puts one message into an account's swarm (spec 03 §4.1).
 *
 * @module
 */

import { encodeUtf8 } from '@sotto/crypto/bytes'
import { err } from '@sotto/crypto/result'
import { isPublicInbox, isPublicOutbox, SUBACCOUNT_FLAGS } from '../../swarm/index.ts'
import {
  acceptSigned,
  encodeNamespaceText,
  flexibleAccountField,
  subaccountFields,
  type SubaccountParams,
} from '../account-params.ts'
import { dataCodec } from '../byte-codecs.ts'
import { checkSignatureTime } from '../clock-checks.ts'
import type { Reading } from '../codec.ts'
import { optionalField, requiredField } from '../fields.ts'
import { createMethod, type Method } from '../method.ts'
import {
  namespaceCodec,
  storeTimestampCodec,
  storeTtlCodec,
  timestampCodec,
} from '../text-codecs.ts'

export interface StoreParams extends SubaccountParams {
  readonly namespace: number
  readonly timestampMs: number
  readonly expiryMs: number
  readonly sigTimestampMs: number
  readonly data: Uint8Array
}

interface StoreWire extends SubaccountParams {
  readonly namespace: number
  readonly timestampMs: number
  readonly ttlMs?: number
  readonly expiryMs?: number
  readonly sigTimestampMs?: number
  readonly data: Uint8Array
}

/** Clients send a lifetime or an end; nodes only ever see and forward the end. */
function finishStore({ ttlMs, ...raw }: StoreWire): Reading<StoreParams> {
  if ((ttlMs === undefined) === (raw.expiryMs === undefined)) {
    return err('exactly one of ttl and expiry must be given')
  }
  const expiryMs = raw.expiryMs ?? raw.timestampMs + (ttlMs ?? 0)
  if (!Number.isSafeInteger(expiryMs)) return err('ttl is out of range')
  return acceptSigned({ ...raw, expiryMs, sigTimestampMs: raw.sigTimestampMs ?? raw.timestampMs })
}

export function encodeStoreText(params: { namespace: number; sigTimestampMs: number }): Uint8Array {
  return encodeUtf8(`store${encodeNamespaceText(params.namespace)}${params.sigTimestampMs}`)
}

export const storeMethod: Method<StoreParams> = createMethod<StoreParams, StoreWire>({
  name: 'store',
  isRecursive: true,
  fields: {
    ...subaccountFields,
    account: flexibleAccountField,
    namespace: optionalField('namespace', namespaceCodec, { fallback: 0 }),
    timestampMs: requiredField('timestamp', storeTimestampCodec),
    ttlMs: optionalField('ttl', storeTtlCodec),
    expiryMs: optionalField('expiry', timestampCodec),
    sigTimestampMs: optionalField('sig_timestamp', timestampCodec),
    data: requiredField('data', dataCodec),
  },
  finish: finishStore,
  signing: {
    text: encodeStoreText,
    isNeeded: ({ namespace }) => !isPublicInbox(namespace),
    permission: ({ namespace }) =>
      SUBACCOUNT_FLAGS.write | (isPublicOutbox(namespace) ? SUBACCOUNT_FLAGS.delete : 0),
    missingText: ({ namespace }) => `store: signature required to store to namespace ${namespace}`,
    checkClock: ({ sigTimestampMs }, { nowMs }) =>
      checkSignatureTime('store signature', sigTimestampMs, { nowMs }),
    textSummary: '`"store" ‖ ns ‖ sig_timestamp`; not needed in public inboxes',
    permissionSummary: 'write; also delete in public outboxes',
  },
  replySummary: 'swarm entries, `hash`',
})
