/**
 * This package runs in any engine: no file but the native back end names Node, and nodes cannot
 * reach client secrets.
 */
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const SOURCE = import.meta.dirname

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => ({ file, text: readFileSync(path.join(SOURCE, file), 'utf8') }))

/** One specifier ends each import and re-export, as the formatter writes them. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/\bfrom '([^']+)'$/gmu)].map(([, specifier]) => specifier ?? '')
}

/** Every file that a file reaches, the back ends left out. */
function reach(start: string, seen = new Set<string>()): Set<string> {
  if (seen.has(start)) return seen
  seen.add(start)
  const text = files.find(({ file }) => file === start)?.text ?? ''
  for (const specifier of importsOf(text)) {
    if (specifier.startsWith('.')) reach(path.join(path.dirname(start), specifier), seen)
  }
  return seen
}

describe('imports', () => {
  test('it names Node and sodium-native in the native back end only', () => {
    const impure = files
      .filter(({ text }) => importsOf(text).some((name) => /^node:|^sodium-native$/u.test(name)))
      .map(({ file }) => path.basename(file))
    expect(impure.toSorted()).toEqual([
      'native-kem.ts',
      'native-stream.ts',
      'native-text.ts',
      'native.ts',
    ])
  })

  test('it depends on noble’s packages and nothing else outside the native back end', () => {
    const foreign = files
      .filter(({ file }) => !path.basename(file).startsWith('native'))
      .flatMap(({ text }) => importsOf(text))
      .filter((name) => !name.startsWith('.') && name !== '#backend')
    for (const name of foreign)
      expect(name).toMatch(/^@noble\/(ciphers|curves|hashes|post-quantum)\//u)
  })

  test.each([
    'onion/index.ts',
    'signing.ts',
    'agreement.ts',
    'kem.ts',
    'hash.ts',
    'bytes.ts',
    'passphrase.ts',
  ])('it keeps accounts and sealed messages out of reach of %s, which nodes import', (entry) => {
    const reached = [...reach(entry)]
    expect(reached).toContain(entry)
    expect(reached.filter((file) => /^(identity|session)\//u.test(file))).toEqual([])
  })

  test('it finds what a file reaches, so that the test above can fail', () => {
    expect([...reach('session/index.ts')]).toContain('identity/account.ts')
  })
})
