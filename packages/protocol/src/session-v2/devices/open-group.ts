/**
 * Reads a group message (spec 12 §5.6), in the two steps in which it may be believed: what everybody with the account's
 * seed can say, and what a device of the group says to the others.
 *
 * @module
 */
import { toX25519PublicKey, X25519_KEY_BYTES, type X25519PublicKey } from '@sotto/crypto/agreement'
import { decodeUtf8, equalBytes } from '@sotto/crypto/bytes'
import type { Account } from '@sotto/crypto/identity'
import { err, ok, type Result } from '@sotto/crypto/result'
import { verify } from '@sotto/crypto/signing'
import { openXChaCha, XCHACHA_TAG_BYTES } from '@sotto/crypto/xchacha'
import type { BtDict } from '../../bt/index.ts'
import { readBytes } from '../../bt/read-bt.ts'
import { ProtocolError } from '../../errors.ts'
import type { KeyPairs } from '../keys/key-pairs.ts'
import { decodeDict, readSignedRange } from '../signed-dict.ts'
import type { DeviceId } from './device-id.ts'
import { GROUP_ID_BYTES, hideGroupId } from './group-id.ts'
import { isNoticed, NOTICE_BYTES, payloadNonce, removalNotice } from './group-message.ts'
import { decodeGroupPayload, type GroupPayload } from './group-payload.ts'
import { SLOT_CIPHERTEXT_BYTES, SLOT_KEY_BYTES, splitPacked, unwrapKey } from './group-slots.ts'

/** What a signed group message shows to every device with the account's seed. */
export interface GroupEnvelope {
  /** Absent from groups that are older than ids. */
  readonly groupId?: Uint8Array
  /** What link requests to this group are sealed to. */
  readonly linkKey: X25519PublicKey
  readonly ephemeral: Uint8Array
  readonly ciphertexts: Uint8Array
  readonly slots: readonly Uint8Array[]
  readonly body: Uint8Array
  readonly notices: readonly Uint8Array[]
}

/** Both kinds of message share the namespace; other kinds may come one day and are left alone. */
export function readGroupMessageKind(bytes: Uint8Array): 'group' | 'link' | undefined {
  const kind = decodeDict(bytes)?.get('')
  const text = kind instanceof Uint8Array ? decodeUtf8(kind) : undefined
  if (text === 'G') return 'group'
  return text === 'L' ? 'link' : undefined
}

/** Total. Nothing of a message is looked at before its signature was. */
export function openGroupEnvelope(
  account: Account,
  bytes: Uint8Array,
): Result<GroupEnvelope, ProtocolError> {
  const dict = decodeDict(bytes)
  const signature = dict?.get('~')
  if (dict === undefined || !(signature instanceof Uint8Array)) return malformed('no signed dict')
  const message = readSignedRange(bytes, dict, '~')
  if (!verify({ publicKey: account.signing.publicKey, message, signature })) {
    return err(new ProtocolError('session_v2_signature', 'group message'))
  }
  const envelope = readEnvelope(account, dict)
  return envelope ? ok(envelope) : malformed('group fields')
}

function readEnvelope(account: Account, dict: BtDict): GroupEnvelope | undefined {
  const ephemeral = readBytes(dict.get('A'), X25519_KEY_BYTES)
  const link = readBytes(dict.get('X'), X25519_KEY_BYTES)
  const linkKey = link && toX25519PublicKey(Uint8Array.from(link))
  const [ciphertexts, keys, body] = [dict.get('C'), dict.get('K'), dict.get('d')]
  if (ephemeral === undefined || linkKey === undefined) return undefined
  if (!(ciphertexts instanceof Uint8Array) || !(keys instanceof Uint8Array)) return undefined
  if (!(body instanceof Uint8Array) || body.length <= XCHACHA_TAG_BYTES) return undefined
  if (!arePaired(ciphertexts, keys)) return undefined
  const notices = readNotices(dict)
  const hidden = readBytes(dict.get('@'), GROUP_ID_BYTES)
  if (notices === undefined || (hidden === undefined && dict.has('@'))) return undefined
  return {
    ...(hidden && { groupId: hideGroupId(account, ephemeral, hidden) }),
    linkKey,
    ephemeral,
    ciphertexts,
    slots: splitPacked(keys, SLOT_KEY_BYTES),
    body,
    notices,
  }
}

function arePaired(ciphertexts: Uint8Array, keys: Uint8Array): boolean {
  const count = ciphertexts.length / SLOT_CIPHERTEXT_BYTES
  return Number.isInteger(count) && keys.length === count * SLOT_KEY_BYTES
}

function readNotices(dict: BtDict): readonly Uint8Array[] | undefined {
  const packed = dict.get('k') ?? new Uint8Array()
  if (!(packed instanceof Uint8Array) || packed.length % NOTICE_BYTES !== 0) return undefined
  return splitPacked(packed, NOTICE_BYTES)
}

/** Only where no key opened the message: a removed device has no slot. */
export function isRemovedBy(envelope: GroupEnvelope, account: Account, id: DeviceId): boolean {
  return isNoticed(envelope.notices, removalNotice(account, envelope.ephemeral, id))
}

/**
 * Total. Tries every slot with every key pair that the device has or had. `device_group_unreadable` means that the message
 * is for others, `device_group_malformed` that a device of ours wrote nonsense.
 */
export function openGroupPayload(
  envelope: GroupEnvelope,
  deviceKeys: readonly KeyPairs[],
): Result<GroupPayload, ProtocolError> {
  const padded = openBody(envelope, deviceKeys)
  if (padded === undefined) {
    return err(new ProtocolError('device_group_unreadable', 'no slot is ours'))
  }
  const payload = decodeGroupPayload(padded)
  return payload ? ok(payload) : malformed('group payload')
}

function openBody(
  envelope: GroupEnvelope,
  deviceKeys: readonly KeyPairs[],
): Uint8Array | undefined {
  const { ephemeral, ciphertexts, slots, body } = envelope
  const nonce = payloadNonce(ephemeral, ciphertexts)
  const context = { ephemeral, body }
  const parts = splitPacked(ciphertexts, SLOT_CIPHERTEXT_BYTES)
  for (const [index, slot] of slots.entries()) {
    for (const pairs of deviceKeys) {
      const ciphertext = parts[index] ?? new Uint8Array()
      const key = unwrapKey(pairs, ciphertext, { slot, context })
      const padded = key && openXChaCha({ key, nonce }, body)
      if (padded !== undefined) return padded
    }
  }
  return undefined
}

export function isSameGroup(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && equalBytes(a, b)
}

function malformed(what: string): Result<never, ProtocolError> {
  return err(new ProtocolError('device_group_malformed', what))
}
