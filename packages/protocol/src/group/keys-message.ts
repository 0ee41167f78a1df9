/**
 * The messages by which a group's keys come to its members (spec 14 §4.3): a new key, or older ones for somebody new.
 * Only the group can sign them.
 *
 * @module
 */

import { concatBytes, encodeUtf8 } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import {
  MEMBER_SEAL_NONCE_BYTES,
  type Rekey,
  SEALED_KEY_BYTES,
  SEALED_KEYS_STEP,
  type Supplement,
} from '@sotto/crypto/session'
import {
  type Ed25519PublicKey,
  SIGNATURE_BYTES,
  type SigningKeyPair,
  sign,
  verify,
} from '@sotto/crypto/signing'
import { type BtDict, type BtInput, decodeBt, encodeBt } from '../bt/index.ts'
import { isDict, readBytes, readInteger, readItems, readList } from '../bt/read-bt.ts'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { GENERATION_MAX, GROUP_STORED_BYTES_MAX } from './limits.ts'

export type RekeyMessage = { readonly kind: 'rekey' } & Omit<Rekey, 'key'>
export type SupplementMessage = {
  readonly kind: 'supplement'
  /** The newest of the keys inside. */
  readonly generation: number
} & Supplement
export type KeysMessage = RekeyMessage | SupplementMessage

const KEY = {
  nonce: '#',
  supplement: '+',
  generation: 'G',
  forAdmins: 'K',
  forMembers: 'k',
  signature: '~',
} as const
/** What stands between the signed bytes and the signature, and after it. */
const BEFORE_SIGNATURE: Uint8Array = encodeUtf8(`1:${KEY.signature}64:`)
const AFTER_SIGNATURE: Uint8Array = encodeUtf8('e')
/** Spec 14 §4.3. A dict with one key of generation 0, and what sealing adds. */
const SUPPLEMENT_BYTES_MIN = 68
const DEPTH = 2

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}

export function encodeKeysMessage(message: KeysMessage, signer: SigningKeyPair): Uint8Array {
  const body: readonly (readonly [string, BtInput])[] =
    message.kind === 'rekey'
      ? [
          [KEY.forAdmins, message.sealedForAdmins],
          [KEY.forMembers, message.sealedForMembers],
        ]
      : [[KEY.supplement, message.sealed]]
  const unsigned = encodeBt(
    new Map<string, BtInput>([
      [KEY.nonce, message.nonce],
      [KEY.generation, message.generation],
      ...body,
    ]),
  )
  const signed = unsigned.subarray(0, -AFTER_SIGNATURE.length)
  return concatBytes([signed, BEFORE_SIGNATURE, sign(signer, signed), AFTER_SIGNATURE])
}

/** Reads what any member may have stored. Total. Members of the dict that it does not know are ignored. */
export function decodeKeysMessage(
  bytes: Uint8Array,
  groupKey: Ed25519PublicKey,
): Result<KeysMessage, ProtocolError> {
  if (bytes.length > GROUP_STORED_BYTES_MAX) return refuse('group_limit', `${bytes.length} bytes`)
  const decoded = decodeBt(bytes, { depth: DEPTH })
  if (!decoded.ok || !isDict(decoded.value)) return refuse('group_malformed', 'keys')
  const signature = readBytes(decoded.value.get(KEY.signature), SIGNATURE_BYTES)
  // Behind the signature there must be nothing: it would not be signed.
  if (signature === undefined || [...decoded.value.keys()].at(-1) !== KEY.signature) {
    return refuse('group_malformed', 'signature')
  }
  const frame = BEFORE_SIGNATURE.length + SIGNATURE_BYTES + AFTER_SIGNATURE.length
  const message = bytes.subarray(0, -frame)
  if (!verify({ publicKey: groupKey, message, signature })) return refuse('group_signature', 'keys')
  const keys = readMessage(decoded.value)
  return keys === undefined ? refuse('group_malformed', 'keys') : ok(keys)
}

function readMessage(dict: BtDict): KeysMessage | undefined {
  const nonce = readBytes(dict.get(KEY.nonce), MEMBER_SEAL_NONCE_BYTES)
  const generation = readInteger(dict.get(KEY.generation), { min: 0, max: GENERATION_MAX })
  if (nonce === undefined || generation === undefined) return undefined
  return dict.has(KEY.supplement)
    ? readSupplement(dict, { nonce, generation })
    : readRekey(dict, { nonce, generation })
}

interface Beginning {
  readonly nonce: Uint8Array
  readonly generation: number
}

function readSupplement(dict: BtDict, beginning: Beginning): SupplementMessage | undefined {
  const list = readList(dict.get(KEY.supplement))
  const sealed = list && readItems(list, readSealedKeys)
  return sealed === undefined || sealed.length === 0
    ? undefined
    : { kind: 'supplement', ...beginning, sealed }
}

function readSealedKeys(value: unknown): Uint8Array | undefined {
  return value instanceof Uint8Array && value.length >= SUPPLEMENT_BYTES_MIN ? value : undefined
}

function readRekey(dict: BtDict, beginning: Beginning): RekeyMessage | undefined {
  const sealedForAdmins = readBytes(dict.get(KEY.forAdmins), SEALED_KEY_BYTES)
  const list = readList(dict.get(KEY.forMembers))
  const sealedForMembers = list && readItems(list, (item) => readBytes(item, SEALED_KEY_BYTES))
  if (sealedForAdmins === undefined || sealedForMembers === undefined) return undefined
  if (sealedForMembers.length % SEALED_KEYS_STEP !== 0) return undefined
  return { kind: 'rekey', ...beginning, sealedForAdmins, sealedForMembers }
}
