/** Making, restoring and showing an account. */
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createAccount, restoreAccount, showAccount } from './account-actions.ts'

const accountSchema = z.strictObject({
  accountId: z.string(),
  recoveryPhrase: z.string().optional(),
})
const PHRASE =
  'speedy afloat perfect nibs tyrant vain jockey mohawk ticket aptitude fawns hurried jockey'

function createScratch() {
  return mkdtempDisposableSync(join(tmpdir(), 'sotto-account-'))
}

function read({ json }: { readonly json: unknown }): z.infer<typeof accountSchema> {
  return accountSchema.parse(json)
}

describe('making an account', () => {
  it('gives an id and a phrase that bring the same account back', async () => {
    using scratch = createScratch()
    const made = read(createAccount(join(scratch.path, 'a')))
    const restored = await restoreAccount(join(scratch.path, 'b'), made.recoveryPhrase)
    expect(read(restored).accountId).toBe(made.accountId)
    expect(made.recoveryPhrase?.split(' ')).toHaveLength(13)
  })

  it('makes another account each time', () => {
    using scratch = createScratch()
    const ids = ['a', 'b'].map((name) => read(createAccount(join(scratch.path, name))).accountId)
    expect(new Set(ids).size).toBe(2)
  })

  it('never overwrites one, which would be lost', () => {
    using scratch = createScratch()
    const { accountId } = read(createAccount(scratch.path))
    expect(() => createAccount(scratch.path)).toThrow(
      expect.objectContaining({ code: 'account_exists' }),
    )
    expect(read(showAccount(scratch.path, false)).accountId).toBe(accountId)
  })

  it('tells a person what to do next', () => {
    using scratch = createScratch()
    expect(createAccount(scratch.path).text).toMatch(/sotto send --home .* --to/u)
  })
})

describe('restoring an account', () => {
  it.each([
    ['as it was shown', PHRASE],
    ['in upper case', PHRASE.toUpperCase()],
    ['with white space of any kind', `  ${PHRASE.replaceAll(' ', ' \n\t ')}\n`],
  ])('takes the phrase %s', async (_name, phrase) => {
    using scratch = createScratch()
    const { accountId, recoveryPhrase } = read(await restoreAccount(scratch.path, phrase))
    expect(accountId).toMatch(/^05[0-9a-f]{64}$/u)
    expect(recoveryPhrase).toBeUndefined()
    expect(read(showAccount(scratch.path, true)).recoveryPhrase).toBe(PHRASE)
  })

  it('may be repeated with the same phrase', async () => {
    using scratch = createScratch()
    await restoreAccount(scratch.path, PHRASE)
    expect(read(await restoreAccount(scratch.path, PHRASE)).accountId).toMatch(/^05/u)
  })

  it('does not replace another account', async () => {
    using scratch = createScratch()
    createAccount(scratch.path)
    await expect(restoreAccount(scratch.path, PHRASE)).rejects.toMatchObject({
      code: 'account_exists',
    })
  })

  it.each([
    [
      'has twelve words',
      PHRASE.split(' ').slice(0, 12).join(' '),
      'phrase_last_word_missing',
      /last one is missing/u,
    ],
    ['has three words', 'speedy afloat perfect', 'phrase_word_count', /this one has 3/u],
    [
      'has a word that is not in the list',
      PHRASE.replace('perfect', 'xylophone'),
      'phrase_unknown_word',
      /Word 3 .*xylophone/u,
    ],
    [
      'has two words in each other’s place',
      PHRASE.replace('speedy afloat', 'afloat speedy'),
      'phrase_checksum',
      /does not fit/u,
    ],
  ])(
    'is refused, and nothing is made, when the phrase %s',
    async (_name, phrase, code, sentence) => {
      using scratch = createScratch()
      const home = join(scratch.path, 'home')
      const restored = restoreAccount(home, phrase)
      await expect(restored).rejects.toMatchObject({ code })
      await expect(restored).rejects.toThrow(sentence)
      expect(() => showAccount(home, false)).toThrow(
        expect.objectContaining({ code: 'no_account' }),
      )
    },
  )
})

describe('showing an account', () => {
  it('shows the phrase only when it is asked for', () => {
    using scratch = createScratch()
    const { recoveryPhrase = '' } = read(createAccount(scratch.path))
    expect(JSON.stringify(showAccount(scratch.path, false))).not.toContain(recoveryPhrase)
    expect(read(showAccount(scratch.path, true)).recoveryPhrase).toBe(recoveryPhrase)
    expect(showAccount(scratch.path, true).text).toContain(recoveryPhrase)
  })

  it('says how to make one where there is none', () => {
    using scratch = createScratch()
    const show = (): unknown => showAccount(scratch.path, false)
    expect(show).toThrow(expect.objectContaining({ code: 'no_account' }))
    expect(show).toThrow('sotto account create')
  })
})
