/** Where passphrases come from. */
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readNewPassphrase, readPassphrase } from './passphrase.ts'

const LONG = 'four words make sense'

/** Somebody who types these answers. */
function typing(...answers: readonly string[]): () => Promise<string> {
  const rest = [...answers]
  return () => Promise.resolve(rest.shift() ?? '')
}

async function createFile(text: string) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'sotto-passphrase-'))
  const passphraseFile = join(folder.path, 'passphrase')
  await writeFile(passphraseFile, text)
  return { passphraseFile, [Symbol.asyncDispose]: () => folder.remove() }
}

describe('a new passphrase', () => {
  it('is what was typed twice', async () => {
    expect(await readNewPassphrase({}, typing(LONG, LONG))).toBe(LONG)
  })

  it('is refused when the second differs, because nobody could open what it seals', async () => {
    const typed = readNewPassphrase({}, typing(LONG, `${LONG}.`))
    await expect(typed).rejects.toMatchObject({ code: 'passphrase_missing' })
  })

  it.each(['', 'short', 'eleven char', '👩‍👩‍👧‍👦 \u00E9'])(
    'is refused when it is as short as "%s"',
    async (text) => {
      const typed = readNewPassphrase({}, typing(text, text))
      await expect(typed).rejects.toThrow('at least 12 characters')
    },
  )

  it('comes from a file without the line break at its end, and blanks count', async () => {
    await using file = await createFile(` ${LONG} \r\n`)
    expect(await readNewPassphrase(file)).toBe(` ${LONG} `)
  })

  it('is refused from a file that is empty or not there', async () => {
    await using file = await createFile('\n')
    await expect(readNewPassphrase(file)).rejects.toMatchObject({ code: 'passphrase_missing' })
    const missing = { passphraseFile: `${file.passphraseFile}.old` }
    await expect(readNewPassphrase(missing)).rejects.toThrow('cannot be read')
  })
})

describe('a passphrase that exists', () => {
  it('is asked for once and taken as it is, because a backup decides what it is', async () => {
    expect(await readPassphrase({}, typing('short'))).toBe('short')
    await using file = await createFile(LONG)
    expect(await readPassphrase(file)).toBe(LONG)
  })
})
