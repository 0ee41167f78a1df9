/**
 * What tells removed members that they are out (spec 14 §6.4). They can fetch it although their access is revoked, and
 * only they and the group's admins can have written what opens for them.
 *
 * @module
 */

import { concatBytes, decodeUtf8, encodeUtf8, equalBytes } from '@sotto/crypto/bytes'
import { type Account, type AccountId, accountIdPublicKey } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import {
  deriveGroupAgreementKey,
  type GroupAdmin,
  MEMBER_SEAL_NONCE_BYTES,
  openAsMember,
  sealToMember,
} from '@sotto/crypto/session'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import { type BtInput, decodeBt, encodeBt } from '../bt/index.ts'
import { isDict, readBytes, readItems, readList } from '../bt/read-bt.ts'
import { GENERATION_MAX, GROUP_STORED_BYTES_MAX } from './limits.ts'

const DOMAIN = 'SessionGroupKickedMessage'
const ID_BYTES = 32
const DEPTH = 2
const GENERATION = /^(?:0|[1-9][0-9]{0,9})$/

/** For namespace −11. `generation` is the newest before the members were removed. */
export function createKickNotice(
  admin: GroupAdmin,
  kicked: { readonly members: readonly AccountId[]; readonly generation: number },
  randomness: Randomness,
): Uint8Array {
  const nonce = randomness.bytes(MEMBER_SEAL_NONCE_BYTES)
  const sealed = kicked.members.map((id) => {
    const member = accountIdPublicKey(id)
    const plaintext = concatBytes([member, encodeUtf8(kicked.generation.toString())])
    return sealToMember({ domain: DOMAIN, nonce, group: admin.agreement, member, plaintext })
  })
  return encodeBt(
    new Map<string, BtInput>([
      ['#', nonce],
      ['e', sealed],
    ]),
  )
}

/** The generation as of which the account is out, or nothing: for others, or no notice. Total. */
export function openKickNotice(input: {
  readonly account: Account
  readonly groupKey: Ed25519PublicKey
  readonly bytes: Uint8Array
}): number | undefined {
  const { account, bytes } = input
  if (bytes.length > GROUP_STORED_BYTES_MAX) return undefined
  const decoded = decodeBt(bytes, { depth: DEPTH })
  if (!decoded.ok || !isDict(decoded.value)) return undefined
  const nonce = readBytes(decoded.value.get('#'), MEMBER_SEAL_NONCE_BYTES)
  const list = readList(decoded.value.get('e'))
  const sealed = list && readItems(list, (item) => (item instanceof Uint8Array ? item : undefined))
  if (nonce === undefined || sealed === undefined) return undefined
  const groupKey = deriveGroupAgreementKey(input.groupKey)
  if (groupKey === undefined) return undefined
  const plaintext = openAsMember({
    domain: DOMAIN,
    nonce,
    groupKey,
    own: account.agreement,
    sealed,
  })
  return plaintext && readGeneration(plaintext, account)
}

function readGeneration(plaintext: Uint8Array, { agreement }: Account): number | undefined {
  if (!equalBytes(plaintext.subarray(0, ID_BYTES), agreement.publicKey)) return undefined
  const text = decodeUtf8(plaintext.subarray(ID_BYTES)) ?? ''
  const generation = GENERATION.test(text) ? Number(text) : Number.NaN
  return generation <= GENERATION_MAX ? generation : undefined
}

/** A notice from before the member was invited again says nothing any more. */
export function isKicked(noticeGeneration: number, ownGeneration: number): boolean {
  return noticeGeneration >= ownGeneration
}
