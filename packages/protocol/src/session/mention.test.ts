/** Who is named in a text, and what is only like it. */
import { deriveAccount } from '@sotto/crypto/identity'
import { arbitraryText, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listMentions, nameMentions } from './index.ts'

const ALICE = deriveAccount(new Uint8Array(16).fill(1)).accountId
const BOB = deriveAccount(new Uint8Array(16).fill(2)).accountId

describe('mentions', () => {
  it('are listed once each, in the order of the text', () => {
    const text = `@${BOB} and @${ALICE.toUpperCase()}, you too @${BOB}!`
    expect(listMentions(text)).toEqual([BOB, ALICE])
  })

  it.each([
    ['an id without its sign', ALICE],
    ['a longer id', `@${ALICE}0`],
    ['a shorter id', `@${ALICE.slice(0, -1)}`],
    ['a group', `@03${ALICE.slice(2)}`],
    ['an id of no account', `@05${'f'.repeat(64)}`],
    ['an address', 'alice@example.org'],
  ])('are not %s', (_, text) => {
    expect(listMentions(text)).toEqual([])
    expect(nameMentions(text, () => 'name')).toBe(text)
  })

  it('show the name that the reader has, and the id where there is none', () => {
    const names = new Map([[ALICE, 'Alice $& $1']])
    const text = `hello @${ALICE} and @${BOB}`
    const shown = nameMentions(text, (id) => names.get(id) ?? '')
    expect(shown).toBe(`hello @Alice $& $1 and @${BOB}`)
  })

  it('never throw, and leave other texts alone', () => {
    fc.assert(
      fc.property(arbitraryText(), (text) => {
        if (listMentions(text).length === 0) expect(nameMentions(text, () => 'x')).toBe(text)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
