/**
 * Which subaccount tokens an account's changes revoke in the end (spec 10 §8.2): of two changes that name a token, the
 * later has the last word.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import type { TimedEffect } from './change-effect.ts'

export interface TokenVerdict {
  readonly revoked: readonly Uint8Array[]
  readonly restored: readonly Uint8Array[]
}

/** `effects` in ascending order of time. Tokens that no effect names are in neither list. */
export function judgeTokens(effects: readonly TimedEffect[]): TokenVerdict {
  const last = new Map<string, { readonly token: Uint8Array; readonly isRevoked: boolean }>()
  for (const { effect } of effects) {
    if (effect.kind !== 'revoke' && effect.kind !== 'unrevoke') continue
    for (const token of effect.tokens) {
      const key = encodeHex(token)
      // Deleted first, so that the list is in the order of the last words.
      last.delete(key)
      last.set(key, { token, isRevoked: effect.kind === 'revoke' })
    }
  }
  const verdicts = [...last.values()]
  return {
    revoked: verdicts.filter(({ isRevoked }) => isRevoked).map(({ token }) => token),
    restored: verdicts.filter(({ isRevoked }) => !isRevoked).map(({ token }) => token),
  }
}
