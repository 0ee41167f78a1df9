/** What is typed wrong is said in one sentence, before anything is sent. */
import { createAccountSeed, deriveAccount } from '@sotto/crypto/identity'
import { systemRandomness } from '@sotto/crypto/randomness'
import { describe, expect, it } from 'vitest'
import { readAccountId } from './refused-text.ts'

const ID = deriveAccount(createAccountSeed(systemRandomness)).accountId

describe('an account id', () => {
  it('is taken in both cases and with white space around it', () => {
    expect(readAccountId(` ${ID.toUpperCase()}\n`)).toBe(ID)
  })

  it.each([
    ['is too short', ID.slice(0, 65), 'account_id_length', /has 66 characters; this one has 65/u],
    ['is empty', '', 'account_id_length', /this one has 0/u],
    ['has another prefix', `03${ID.slice(2)}`, 'account_id_prefix', /begins with 03/u],
    ['is a blinded id', `15${ID.slice(2)}`, 'account_id_prefix', /begins with 15/u],
    ['is not hexadecimal', `${ID.slice(0, 65)}g`, 'account_id_hex', /digits 0 to 9/u],
    [
      'is a point of low order',
      `05${'00'.repeat(32)}`,
      'account_id_point',
      /cannot belong to anybody/u,
    ],
    ['is no canonical point', `05${'ff'.repeat(31)}7f`, 'account_id_point', /cannot belong/u],
  ])('is refused with the reason when it %s', (_name, text, code, sentence) => {
    const read = (): unknown => readAccountId(text)
    expect(read).toThrow(expect.objectContaining({ code }))
    expect(read).toThrow(sentence)
  })
})
