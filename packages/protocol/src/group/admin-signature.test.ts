import { verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { accountsOf, adminOf, at, GROUP_SEED } from '../../test/group-fixtures.ts'
import { importPublic } from '../../test/reference-keys.ts'
import { type AdminStatement, isStatementSigned, signStatement } from './admin-signature.ts'

const admin = adminOf(GROUP_SEED)
const groupKey = admin.signing.publicKey
const sentAtMs = 1_767_225_600_000
const [one, two] = accountsOf(2).map(({ accountId }) => accountId)
if (one === undefined || two === undefined) throw new TypeError('two accounts')

/** The texts of spec 14 §6.1, written out. */
const STATEMENTS: readonly (readonly [AdminStatement, string])[] = [
  [{ kind: 'invite', member: one }, `INVITE${one}1767225600000`],
  [{ kind: 'info_change', type: 3 }, 'INFO_CHANGE31767225600000'],
  [{ kind: 'member_change', type: 2 }, 'MEMBER_CHANGE21767225600000'],
  [
    { kind: 'deletion', members: [one, two], hashes: ['abc', 'def'] },
    `DELETE_CONTENT1767225600000${one}${two}abcdef`,
  ],
  [{ kind: 'deletion', members: [], hashes: [] }, 'DELETE_CONTENT1767225600000'],
]

describe('an admin’s signature', () => {
  it.each(STATEMENTS)('is over the text that other clients sign: %o', (statement, text) => {
    const signature = signStatement(admin, statement, sentAtMs)
    const key = importPublic('ed25519', groupKey)
    expect(verify(null, Buffer.from(text), key, signature)).toBe(true)
    expect(isStatementSigned({ groupKey, statement, sentAtMs, signature })).toBe(true)
  })

  it('is for one statement only', () => {
    for (const [statement] of STATEMENTS) {
      const signature = signStatement(admin, statement, sentAtMs)
      const held = STATEMENTS.filter(([other]) =>
        isStatementSigned({ groupKey, statement: other, sentAtMs, signature }),
      )
      expect(held).toHaveLength(1)
    }
  })

  it('does not hold when it is altered or cut', () => {
    const [statement] = at(STATEMENTS, 0)
    const signature = signStatement(admin, statement, sentAtMs)
    for (const broken of [signature.subarray(1), new Uint8Array(64), new Uint8Array()]) {
      expect(isStatementSigned({ groupKey, statement, sentAtMs, signature: broken })).toBe(false)
    }
  })
})
