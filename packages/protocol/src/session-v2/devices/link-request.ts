/**
 * A link request: a new device asks a group to take it in (spec 12 §6.1). Sealed to the group's active account key, so
 * that devices of another group on the same account cannot even see that somebody asked.
 *
 * @module
 */
import {
  agree,
  createAgreementKeyPair,
  toX25519PublicKey,
  X25519_KEY_BYTES,
  type X25519PublicKey,
} from '@sotto/crypto/agreement'
import { concatBytes, encodeUtf8, equalBytes, wipeBytes } from '@sotto/crypto/bytes'
import type { Account } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import { err, ok, type Result } from '@sotto/crypto/result'
import { sign, verify } from '@sotto/crypto/signing'
import {
  openXChaCha,
  sealXChaCha,
  XCHACHA_KEY_BYTES,
  XCHACHA_NONCE_BYTES,
  type XChaChaKey,
} from '@sotto/crypto/xchacha'
import { type BtInput, encodeBt } from '../../bt/index.ts'
import { isDict, readBytes } from '../../bt/read-bt.ts'
import { ProtocolError } from '../../errors.ts'
import { hashInDomain, PERSONALISATION } from '../domains.ts'
import type { AccountKey } from '../keys/account-key.ts'
import { INDICATOR_BYTES } from '../limits.ts'
import { appendToRange, decodeDict, encodeSignedRange, readSignedRange } from '../signed-dict.ts'
import { DEVICE_ID_BYTES, type DeviceId, deviceIdBytes, toDeviceId } from './device-id.ts'
import { type DeviceRecord, readDeviceRecord, RECORD_BYTES_MAX } from './device-record.ts'

/** Spec 12 §6.1. Long enough to compare emoji, too short to search for a request that shows the same. */
export const LINK_REQUEST_TTL_MS: number = 10 * 60_000

export interface LinkRequest {
  readonly deviceId: DeviceId
  readonly record: DeviceRecord
  /** What was signed with its signature, to the byte: both sides compute their emoji from it. */
  readonly signed: Uint8Array
}

/** `linkKey` is what the newest message of the chosen group shows. */
export function sealLinkRequest(
  input: {
    readonly account: Account
    readonly deviceId: DeviceId
    readonly record: DeviceRecord
    readonly linkKey: X25519PublicKey
  },
  randomness: Randomness,
): Result<{ readonly bytes: Uint8Array; readonly signed: Uint8Array }, ProtocolError> {
  const { account, linkKey } = input
  const signed = encodeSignedRequest(input)
  const own = createAgreementKeyPair(randomness)
  const maskSecret = agree(own.secretKey, account.agreement.publicKey)
  const sharedSecret = agree(own.secretKey, linkKey)
  if (maskSecret === undefined || sharedSecret === undefined) return malformed('link key')
  const indicator = linkKey.subarray(0, INDICATOR_BYTES)
  const masked = maskLinkIndicator(account, { indicator, maskSecret, ephemeral: own.publicKey })
  const key = deriveLinkKey(sharedSecret, own.publicKey, linkKey)
  wipeBytes(own.secretKey, maskSecret, sharedSecret)
  const bytes = encodeBt(
    new Map<string, BtInput>([
      ['', encodeUtf8('L')],
      ['E', own.publicKey],
      ['L', sealXChaCha(key, signed)],
      ['i', masked],
    ]),
  )
  return ok({ bytes, signed })
}

function encodeSignedRequest(input: {
  readonly account: Account
  readonly deviceId: DeviceId
  readonly record: DeviceRecord
}): Uint8Array {
  const range = encodeSignedRange(
    new Map<string, BtInput>([
      ['I', deviceIdBytes(input.deviceId)],
      ['i', input.record.dict],
    ]),
  )
  return appendToRange(range, new Map([['~', sign(input.account.signing, range)]]))
}

/** Total. Not being able to open one is ordinary: it may be for another group of the account. */
export function openLinkRequest(
  account: Account,
  accountKeys: readonly AccountKey[],
  bytes: Uint8Array,
): Result<LinkRequest, ProtocolError> {
  const dict = decodeDict(bytes)
  const key = readBytes(dict?.get('E'), X25519_KEY_BYTES)
  const ephemeral = key && toX25519PublicKey(key)
  const indicator = readBytes(dict?.get('i'), INDICATOR_BYTES)
  const sealed = dict?.get('L')
  if (ephemeral === undefined || indicator === undefined || !(sealed instanceof Uint8Array)) {
    return malformed('link fields')
  }
  const maskSecret = agree(account.agreement.secretKey, ephemeral)
  if (maskSecret === undefined) return malformed('ephemeral key')
  const start = maskLinkIndicator(account, { indicator, maskSecret, ephemeral })
  for (const { pairs } of accountKeys) {
    const own = pairs.agreement
    const isMeant = equalBytes(own.publicKey.subarray(0, INDICATOR_BYTES), start)
    const sharedSecret = isMeant ? agree(own.secretKey, ephemeral) : undefined
    const signed =
      sharedSecret && openXChaCha(deriveLinkKey(sharedSecret, ephemeral, own.publicKey), sealed)
    if (signed !== undefined) return readSignedRequest(account, signed)
  }
  return err(new ProtocolError('link_request_unreadable', 'no account key opens it'))
}

function readSignedRequest(
  account: Account,
  signed: Uint8Array,
): Result<LinkRequest, ProtocolError> {
  const dict = decodeDict(signed)
  const id = readBytes(dict?.get('I'), DEVICE_ID_BYTES)
  const fields = dict?.get('i')
  const signature = dict?.get('~')
  if (dict === undefined || id === undefined || fields === undefined) return malformed('request')
  if (!(signature instanceof Uint8Array)) return malformed('request signature')
  const message = readSignedRange(signed, dict, '~')
  if (!verify({ publicKey: account.signing.publicKey, message, signature })) {
    return err(new ProtocolError('session_v2_signature', 'link request'))
  }
  const isSmall = isDict(fields) && encodeBt(fields).length <= RECORD_BYTES_MAX
  const record = isSmall ? readDeviceRecord(fields) : undefined
  const deviceId = toDeviceId(id)
  if (record?.keys === undefined || deviceId === undefined) return malformed('requested record')
  return ok({ deviceId, record, signed })
}

/** Hides which account key was used from all but the account. It shows the X25519 key here, not that of ML-KEM. */
function maskLinkIndicator(
  { agreement }: Account,
  input: {
    readonly indicator: Uint8Array
    readonly maskSecret: Uint8Array
    readonly ephemeral: Uint8Array
  },
): Uint8Array {
  const mask = hashInDomain({
    domain: PERSONALISATION.linkIndicator,
    length: INDICATOR_BYTES,
    key: input.maskSecret,
    parts: [input.ephemeral, agreement.publicKey],
  })
  return mask.map((byte, index) => byte ^ (input.indicator[index] ?? 0))
}

function deriveLinkKey(
  sharedSecret: Uint8Array,
  ephemeral: Uint8Array,
  linkKey: X25519PublicKey,
): XChaChaKey {
  const output = hashInDomain({
    domain: PERSONALISATION.linkKey,
    length: XCHACHA_KEY_BYTES + XCHACHA_NONCE_BYTES,
    parts: [concatBytes([sharedSecret, ephemeral, linkKey])],
  })
  return {
    key: output.subarray(0, XCHACHA_KEY_BYTES),
    nonce: output.subarray(XCHACHA_KEY_BYTES),
  }
}

function malformed(what: string): Result<never, ProtocolError> {
  return err(new ProtocolError('device_group_malformed', what))
}
