/** Nobody is weakened without a word. */
import { deriveAccount } from '@sotto/crypto/identity'
import { expect, it } from 'vitest'
import { listWarnings } from './warn-of-downgrade.ts'

const { accountId } = deriveAccount(new Uint8Array(16).fill(1))

it('says what was less protected, and in which direction', () => {
  const base = { kind: 'downgraded', conversation: accountId, form: 'first-version' } as const
  const [sent, received] = listWarnings([
    { ...base, direction: 'sent' },
    { ...base, direction: 'received' },
  ])
  expect(sent).toContain(`What you wrote to ${accountId.slice(0, 10)}…`)
  expect(received).toContain(`What ${accountId.slice(0, 10)}… wrote`)
})

it('says that somebody else has the recovery phrase, and nothing of what is ordinary', () => {
  expect(listWarnings([{ kind: 'foreign_key' }])[0]).toContain('thief')
  expect(listWarnings([{ kind: 'gap', fromMs: 1, toMs: 2 }])).toEqual([])
})
