/** The configuration file: what stands in it, and what is refused with which words. */
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONFIG_FILE_BYTES_MAX, parseConfigFile, readConfigFile } from './config-file.ts'

const KNOWN = new Set(['SOTTO_HOST', 'SOTTO_CONTACT', 'SOTTO_NODE_NAME'])

function parse(text: string) {
  return parseConfigFile(encodeUtf8(text), KNOWN)
}

function refuse(text: string): string {
  const file = parse(text)
  return file.ok ? 'accepted' : file.error
}

describe('parseConfigFile', () => {
  it('reads values, and where they stand', () => {
    const file = parse('# a node\n\nSOTTO_HOST=10.0.0.1\r\n  SOTTO_NODE_NAME = north \n')
    expect(file.ok && file.value.values).toEqual({
      SOTTO_HOST: '10.0.0.1',
      SOTTO_NODE_NAME: 'north',
    })
    expect(file.ok && [...file.value.lines]).toEqual([
      ['SOTTO_HOST', 3],
      ['SOTTO_NODE_NAME', 4],
    ])
  })

  it('takes everything behind the first = as it is, because a contact may hold anything', () => {
    const file = parse('SOTTO_CONTACT=a=b # "c" \\ $HOME')
    expect(file.ok && file.value.values['SOTTO_CONTACT']).toBe('a=b # "c" \\ $HOME')
  })

  it('takes an empty file, and one without a line break at its end', () => {
    expect(parse('').ok).toBe(true)
    expect(parse('SOTTO_HOST=').ok && parse('#').ok).toBe(true)
  })

  it.each([
    ['a word', 'hello', 'line 1: this is no VARIABLE=value.'],
    ['a value without its variable', '\n=10.0.0.1', 'line 2: this is no VARIABLE=value.'],
    ['a shell’s export', 'export SOTTO_HOST=1', 'line 1: this is no VARIABLE=value.'],
    ['a misspelt setting', 'SOTTO_HOTS=1', 'line 1: SOTTO_HOTS is no setting that can stand here.'],
    ['a prototype’s name', '__proto__=1', 'line 1: __proto__ is no setting that can stand here.'],
    [
      'a setting twice',
      'SOTTO_HOST=1\n\nSOTTO_HOST=1',
      'line 3: SOTTO_HOST is set on line 1 already.',
    ],
    ['a control character', 'SOTTO_CONTACT=a\u001Bb', 'line 1: this is no VARIABLE=value.'],
    [
      'a line that only looks like a break',
      'SOTTO_CONTACT=a\rSOTTO_HOST=1',
      'line 1: this is no VARIABLE=value.',
    ],
  ])('refuses %s, and says where', (_name, text, sentence) => {
    expect(refuse(text)).toBe(sentence)
  })

  it('refuses what is larger than every setting together, and what is no text', () => {
    const full = new Uint8Array(CONFIG_FILE_BYTES_MAX).fill(0x23)
    expect(parseConfigFile(full, KNOWN).ok).toBe(true)
    expect(parseConfigFile(new Uint8Array(CONFIG_FILE_BYTES_MAX + 1).fill(0x23), KNOWN).ok).toBe(
      false,
    )
    expect(parseConfigFile(Uint8Array.of(0xff, 0xfe), KNOWN)).toMatchObject({
      ok: false,
      error: 'is not UTF-8 text.',
    })
  })

  it('never throws, and accepts known variables only, whatever the bytes are', () => {
    const whole = encodeUtf8('# node\nSOTTO_HOST=10.0.0.1\nSOTTO_CONTACT=me@example.org\n')
    const inputs = fc.oneof(arbitraryBytes(300), arbitraryMutation(whole))
    fc.assert(
      fc.property(inputs, (bytes) => {
        const file = parseConfigFile(bytes, KNOWN)
        if (!file.ok) return
        for (const [name, value] of Object.entries(file.value.values)) {
          expect(KNOWN.has(name)).toBe(true)
          expect(value).toBe(value.trim())
        }
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('never repeats a value in a refusal, which may be a secret', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.constantFrom('=', ' ', ':'), (secret, separator) => {
        expect(refuse(`SOTTO_NODE_SEED${separator}${secret}`)).not.toContain(secret)
      }),
    )
  })
})

describe('readConfigFile', () => {
  it('names the file that is wrong or not there', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'sotto-config-'))
    const path = join(folder.path, 'node.env')
    expect(readConfigFile(path, KNOWN)).toMatchObject({ error: `${path} cannot be read (ENOENT).` })
    await writeFile(path, 'hello')
    expect(readConfigFile(path, KNOWN)).toMatchObject({
      error: `${path} line 1: this is no VARIABLE=value.`,
    })
  })
})
