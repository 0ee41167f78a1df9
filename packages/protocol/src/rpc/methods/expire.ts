/**
 * `expire`: changes when messages end (spec 03 §4.8).
 *
 * @module
 */

import { encodeUtf8 } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import { decodeSubaccountToken, isPermitted, SUBACCOUNT_FLAGS } from '../../swarm/index.ts'
import { acceptSigned, subaccountFields, type SubaccountParams } from '../account-params.ts'
import { booleanCodec, type Reading } from '../codec.ts'
import { invalidRequest, type RpcFailure, STATUS } from '../failure.ts'
import { optionalField, requiredField } from '../fields.ts'
import { SIGNATURE_TOLERANCE_MS } from '../limits.ts'
import { createMethod, type Method } from '../method.ts'
import { expiriesCodec, hashesCodec } from '../text-codecs.ts'

export interface ExpireParams extends SubaccountParams {
  readonly messages: readonly string[]
  /** One for all messages, or one for each. */
  readonly expiryMs: number | readonly number[]
  readonly isShorten?: boolean
  readonly isExtend?: boolean
}

/** Which changes take effect: only earlier ends, only later ones, or both. */
export type ExpireMode = 'shorten' | 'extend' | 'set'

const IN_THE_PAST: RpcFailure = {
  status: STATUS.unauthorized,
  text: 'expire: timestamp should be >= current time',
}

function finishExpire(raw: ExpireParams): Reading<ExpireParams> {
  if (raw.isShorten === true && raw.isExtend === true) {
    return err('shorten and extend cannot both be given')
  }
  if (typeof raw.expiryMs !== 'number' && raw.expiryMs.length !== raw.messages.length) {
    return err('expiry must be as long as messages')
  }
  return acceptSigned(raw)
}

function askedMode(params: Pick<ExpireParams, 'isShorten' | 'isExtend'>): ExpireMode {
  if (params.isShorten === true) return 'shorten'
  return params.isExtend === true ? 'extend' : 'set'
}

/** The expiries as they were sent, not as a node clamps them. */
export function encodeExpireText(
  params: Pick<ExpireParams, 'messages' | 'expiryMs' | 'isShorten' | 'isExtend'>,
): Uint8Array {
  const mode = askedMode(params)
  const expiries = typeof params.expiryMs === 'number' ? [params.expiryMs] : params.expiryMs
  return encodeUtf8(
    `expire${mode === 'set' ? '' : mode}${expiries.join('')}${params.messages.join('')}`,
  )
}

/** A subaccount that may not delete can only extend, whatever it left open (trap 24). */
export function resolveExpireMode(params: ExpireParams): Result<ExpireMode, RpcFailure> {
  const mode = askedMode(params)
  const token = params.subaccount && decodeSubaccountToken(params.subaccount)
  if (token === undefined || isPermitted(token, SUBACCOUNT_FLAGS.delete)) return ok(mode)
  if (mode === 'shorten') {
    return err(invalidRequest('this subaccount may not shorten the life of messages'))
  }
  return ok('extend')
}

export const expireMethod: Method<ExpireParams> = createMethod<ExpireParams, ExpireParams>({
  name: 'expire',
  isRecursive: true,
  fields: {
    ...subaccountFields,
    messages: requiredField('messages', hashesCodec),
    expiryMs: requiredField('expiry', expiriesCodec),
    isShorten: optionalField('shorten', booleanCodec),
    isExtend: optionalField('extend', booleanCodec),
  },
  finish: finishExpire,
  signing: {
    text: encodeExpireText,
    permission: () => SUBACCOUNT_FLAGS.write,
    checkClock({ expiryMs }, { nowMs }) {
      const isPast = (each: number): boolean => each < nowMs - SIGNATURE_TOLERANCE_MS
      const isRefused = typeof expiryMs === 'number' ? isPast(expiryMs) : expiryMs.some(isPast)
      return isRefused ? IN_THE_PAST : undefined
    },
    textSummary: '`"expire" ‖ ("shorten" or "extend" or "") ‖ expiry… ‖ messages…`',
    permissionSummary: 'write; delete too, unless extending',
  },
  replySummary: 'swarm entries with `updated`, `expiry`, `unchanged`',
})
