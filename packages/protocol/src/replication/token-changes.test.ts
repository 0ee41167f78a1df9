/** Which tokens are revoked in the end (spec 10 §8.2). */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryDatedChange } from '../../test/change-fixtures.ts'
import { sortChanges } from '../../test/member-model.ts'
import { encodeHex } from '@sotto/crypto/bytes'
import { createToken, NOW_MS } from '../../test/rpc-fixtures.ts'
import type { TimedEffect } from './change-effect.ts'
import { judgeTokens } from './token-changes.ts'

const one = createToken(1)
const two = createToken(2)

function change(kind: 'revoke' | 'unrevoke', ...tokens: readonly Uint8Array[]): TimedEffect {
  return { atMs: NOW_MS, effect: { kind, tokens } }
}

describe('judgeTokens', () => {
  it('knows nothing of tokens that no change names', () => {
    expect(judgeTokens([])).toEqual({ revoked: [], restored: [] })
  })

  it('gives the last change of a token the last word', () => {
    expect(judgeTokens([change('revoke', one, two), change('unrevoke', one)])).toEqual({
      revoked: [two],
      restored: [one],
    })
    expect(judgeTokens([change('unrevoke', one), change('revoke', one)])).toEqual({
      revoked: [one],
      restored: [],
    })
  })

  it('lists tokens in the order of their last words, because nodes keep only the newest', () => {
    const verdict = judgeTokens([change('revoke', one), change('revoke', two, one)])
    expect(verdict.revoked).toEqual([two, one])
  })

  it('counts a token that one change names twice once', () => {
    expect(judgeTokens([change('revoke', one, one)]).revoked).toEqual([one])
  })

  it('passes over changes of messages', () => {
    const effect = { kind: 'delete', hashes: new Set<string>() } as const
    expect(judgeTokens([{ atMs: NOW_MS, effect }])).toEqual({ revoked: [], restored: [] })
  })

  it('says what a list of revoked tokens would hold that follows each change in turn', () => {
    fc.assert(
      fc.property(fc.array(arbitraryDatedChange, { maxLength: 12 }), (changes) => {
        const sorted = sortChanges(changes)
        const revoked = new Set<string>()
        for (const { effect } of sorted) {
          if (effect.kind !== 'revoke' && effect.kind !== 'unrevoke') continue
          for (const token of effect.tokens.map(encodeHex)) {
            if (effect.kind === 'revoke') revoked.add(token)
            else revoked.delete(token)
          }
        }
        const verdict = judgeTokens(sorted)
        expect(new Set(verdict.revoked.map(encodeHex))).toEqual(revoked)
        expect(verdict.restored.filter((token) => revoked.has(encodeHex(token)))).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })
})
