/**
 * The group message: a snapshot of the group for all of its devices, in the account's private namespace (spec 12 §5.5 and §5.6).
 * Whoever has the account's seed can sign one, so a signature alone makes nobody believe its content.
 *
 * @module
 */
import { createAgreementKeyPair } from '@sotto/crypto/agreement'
import { concatBytes, encodeUtf8, equalBytes, wipeBytes } from '@sotto/crypto/bytes'
import type { Account } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import { sign } from '@sotto/crypto/signing'
import { sealXChaCha, XCHACHA_KEY_BYTES, XCHACHA_NONCE_BYTES } from '@sotto/crypto/xchacha'
import type { BtInput } from '../../bt/index.ts'
import { hashInDomain, PERSONALISATION } from '../domains.ts'
import { type AccountKey, findActiveKey } from '../keys/account-key.ts'
import type { PublicKeys } from '../keys/key-pairs.ts'
import { appendToRange, encodeSignedRange } from '../signed-dict.ts'
import { type DeviceId, deviceIdBytes } from './device-id.ts'
import { hideGroupId } from './group-id.ts'
import { encodeGroupPayload, type GroupPayload } from './group-payload.ts'
import {
  drawOrder,
  encapsulateTo,
  SLOT_CIPHERTEXT_BYTES,
  SLOT_GROUP,
  SLOT_KEY_BYTES,
  wrapKey,
} from './group-slots.ts'

/** Spec 12 §5.1. Private: every request for it is signed. */
export const GROUP_NAMESPACE = 21
/** Spec 12 §5.5. */
export const GROUP_TTL_MS: number = 30 * 24 * 3_600_000
/** Spec 12 §5.5. */
export const NOTICE_BYTES = 16

export interface GroupDraft {
  readonly account: Account
  readonly groupId: Uint8Array
  readonly payload: GroupPayload
  readonly accountKeys: readonly AccountKey[]
}

/** Throws without an active account key. */
export function sealGroupMessage(draft: GroupDraft, randomness: Randomness): Uint8Array {
  const { account, groupId, payload, accountKeys } = draft
  const active = findActiveKey(accountKeys)
  if (active === undefined) throw new TypeError('a group without an active key')
  const own = createAgreementKeyPair(randomness)
  const slotCount = SLOT_GROUP * Math.max(1, Math.ceil(payload.records.size / SLOT_GROUP))
  const order = drawOrder(slotCount, randomness)
  const slots = usableKeys(payload).map((keys) => encapsulateTo(keys, randomness))
  const ciphertexts = place(
    order,
    slots.map(({ ciphertext }) => ciphertext),
    () => randomness.bytes(SLOT_CIPHERTEXT_BYTES),
  )
  const messageKey = randomness.bytes(XCHACHA_KEY_BYTES)
  const nonce = payloadNonce(own.publicKey, ciphertexts)
  const body = sealXChaCha({ key: messageKey, nonce }, encodeGroupPayload(payload))
  const context = { ephemeral: own.publicKey, body, messageKey }
  const wrapped = slots.map((slot) => wrapKey(slot, own, context))
  const keys = place(order, wrapped, () => randomness.bytes(SLOT_KEY_BYTES))
  wipeBytes(messageKey, own.secretKey, ...slots.map(({ kemSecret }) => kemSecret))
  const notices = sealNotices(draft, own.publicKey, randomness)
  const fields = new Map<string, BtInput>([
    ['', encodeUtf8('G')],
    ['@', hideGroupId(account, own.publicKey, groupId)],
    ['A', own.publicKey],
    ['C', ciphertexts],
    ['K', keys],
    ['X', active.pairs.agreement.publicKey],
    ['d', body],
  ])
  if (notices.length > 0) fields.set('k', notices)
  const range = encodeSignedRange(fields)
  return appendToRange(range, new Map([['~', sign(account.signing, range)]]))
}

function usableKeys({ records }: GroupPayload): readonly PublicKeys[] {
  return [...records.values()].flatMap(({ keys }) => (keys === undefined ? [] : [keys]))
}

/** Each part at its place in the order, and noise wherever there is none. */
function place(
  order: readonly number[],
  parts: readonly (Uint8Array | undefined)[],
  drawNoise: () => Uint8Array,
): Uint8Array {
  const placed: Uint8Array[] = []
  for (const [index, position] of order.entries()) placed[position] = parts[index] ?? drawNoise()
  return concatBytes(placed)
}

/** Hashes all ciphertexts, noise too: altering any of them makes the body unreadable for every device. */
export function payloadNonce(ephemeral: Uint8Array, ciphertexts: Uint8Array): Uint8Array {
  return hashInDomain({
    domain: PERSONALISATION.payloadNonce,
    length: XCHACHA_NONCE_BYTES,
    key: ephemeral,
    parts: [ciphertexts],
  })
}

/** What tells a device that it was removed, and no other that it was. */
export function removalNotice(account: Account, ephemeral: Uint8Array, id: DeviceId): Uint8Array {
  return hashInDomain({
    domain: PERSONALISATION.removalNotice,
    length: NOTICE_BYTES,
    key: ephemeral,
    parts: [account.signing.seed, deviceIdBytes(id)],
  })
}

/** A device that left needs no notice. Noise up to a multiple of four hides how many were removed. */
function sealNotices(
  { account, payload }: GroupDraft,
  ephemeral: Uint8Array,
  randomness: Randomness,
): Uint8Array {
  const kicked = [...payload.tombstones].filter(([, { kind }]) => kind === 'kicked')
  const notices = kicked.map(([id]) => removalNotice(account, ephemeral, id))
  const count = SLOT_GROUP * Math.ceil(notices.length / SLOT_GROUP)
  return place(drawOrder(count, randomness), notices, () => randomness.bytes(NOTICE_BYTES))
}

/** Looks at every notice, so that the time says nothing of which one it was. */
export function isNoticed(notices: readonly Uint8Array[], notice: Uint8Array): boolean {
  let isFound = false
  for (const candidate of notices) isFound = equalBytes(candidate, notice) || isFound
  return isFound
}
