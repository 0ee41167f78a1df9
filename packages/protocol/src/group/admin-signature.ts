/**
 * The texts that a group's key signs inside messages, to show that an admin stands behind them (spec 14 §6.1).
 *
 * @module
 */

import { encodeUtf8 } from '@sotto/crypto/bytes'
import type { AccountId } from '@sotto/crypto/identity'
import type { GroupAdmin } from '@sotto/crypto/session'
import { type Ed25519PublicKey, type Signature, sign, verify } from '@sotto/crypto/signing'

/** What is signed; the time is that of the message which carries it. */
export type AdminStatement =
  | { readonly kind: 'invite'; readonly member: AccountId }
  | { readonly kind: 'info_change'; readonly type: number }
  | { readonly kind: 'member_change'; readonly type: number }
  | {
      readonly kind: 'deletion'
      readonly members: readonly string[]
      readonly hashes: readonly string[]
    }

export function signStatement(
  admin: GroupAdmin,
  statement: AdminStatement,
  sentAtMs: number,
): Signature {
  return sign(admin.signing, encodeStatement(statement, sentAtMs))
}

export function isStatementSigned(input: {
  readonly groupKey: Ed25519PublicKey
  readonly statement: AdminStatement
  readonly sentAtMs: number
  readonly signature: Uint8Array
}): boolean {
  const message = encodeStatement(input.statement, input.sentAtMs)
  return verify({ publicKey: input.groupKey, message, signature: input.signature })
}

function encodeStatement(statement: AdminStatement, sentAtMs: number): Uint8Array {
  switch (statement.kind) {
    case 'invite':
      return encodeUtf8(`INVITE${statement.member}${sentAtMs}`)
    case 'info_change':
      return encodeUtf8(`INFO_CHANGE${statement.type}${sentAtMs}`)
    case 'member_change':
      return encodeUtf8(`MEMBER_CHANGE${statement.type}${sentAtMs}`)
    case 'deletion': {
      const { members, hashes } = statement
      return encodeUtf8(`DELETE_CONTENT${sentAtMs}${members.join('')}${hashes.join('')}`)
    }
  }
}
