/**
 * The parameters that methods share: the account, and who signs for it (spec 03 §5).
 *
 * @module
 */

import { err, ok } from '@sotto/crypto/result'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import type { AccountBytes } from '../swarm/index.ts'
import { accountCodec, publicKeyCodec, signatureCodec, tokenCodec } from './byte-codecs.ts'
import type { Reading } from './codec.ts'
import { type Field, type FieldTable, optionalField, requiredField } from './fields.ts'

/** Parameters of every method that the owner of an account may sign. */
export interface SignedParams {
  readonly account: AccountBytes
  readonly publicKey?: Ed25519PublicKey
  readonly signature?: Uint8Array
}

/** Parameters of every method that a subaccount may sign too. */
export interface SubaccountParams extends SignedParams {
  readonly subaccount?: Uint8Array
  readonly subaccountSignature?: Uint8Array
}

const accountField: Field<AccountBytes> = requiredField('pubkey', accountCodec)

/** Old clients spell it `pubKey` in `store`, `retrieve` and `get_swarm`. */
export const flexibleAccountField: Field<AccountBytes> = requiredField('pubkey', accountCodec, {
  otherNames: ['pubKey'],
})

export const signedFields: FieldTable<SignedParams> = {
  account: accountField,
  publicKey: optionalField('pubkey_ed25519', publicKeyCodec),
  signature: optionalField('signature', signatureCodec),
}

export const subaccountFields: FieldTable<SubaccountParams> = {
  ...signedFields,
  subaccount: optionalField('subaccount', tokenCodec),
  subaccountSignature: optionalField('subaccount_sig', signatureCodec),
}

/** Spec 01 §2: the prefix of accounts whose own key is an X25519 key. */
export const SESSION_ACCOUNT_PREFIX = 0x05

/** The rules of spec 03 §5.1 that need no key. */
export function acceptSigned<P extends SubaccountParams>(params: P): Reading<P> {
  if (params.publicKey !== undefined && params.account[0] !== SESSION_ACCOUNT_PREFIX) {
    return err('pubkey_ed25519 is only permitted with 05 accounts')
  }
  if ((params.subaccount === undefined) !== (params.subaccountSignature === undefined)) {
    return err('subaccount and subaccount_sig must be given together')
  }
  return ok(params)
}

/** The base-10 text that signatures cover: namespace 0 is left out (spec 03 §5.4). */
export function encodeNamespaceText(namespace: number | 'all'): string {
  return namespace === 0 ? '' : String(namespace)
}
