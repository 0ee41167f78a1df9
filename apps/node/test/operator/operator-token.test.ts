/** Where the token of the operator API comes from (TM-N4). */

import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { openOperatorToken, readOperatorToken } from '../../src/operator/operator-token.ts'
import { createTestEnvironment, createTestFolder } from '../network/test-nodes.ts'
import { TOKEN } from './operator-fixture.ts'

const randomness = createSeededRandomness('operator token')

describe('openOperatorToken', () => {
  it('makes a token that nobody else can read, and keeps it', async () => {
    await using folder = await createTestFolder()
    const config = { dataDirectory: folder.path }
    expect(await readOperatorToken(config)).toBeUndefined()
    const token = await openOperatorToken(config, randomness)
    expect(token).toMatch(/^[0-9a-f]{64}$/u)
    const path = join(folder.path, 'operator.token')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readFile(path, 'utf8')).toBe(`${token}\n`)
    expect(await openOperatorToken(config, randomness)).toBe(token)
  })

  it('takes the one of the environment before the one of a file', async () => {
    await using folder = await createTestFolder()
    const file = join(folder.path, 'secret')
    await writeFile(file, `  ${'f'.repeat(32)}\n`)
    const config = { dataDirectory: folder.path, operatorTokenFile: file }
    expect(await openOperatorToken(config, randomness)).toBe('f'.repeat(32))
    const both = { ...config, operatorToken: TOKEN }
    expect(await openOperatorToken(both, randomness)).toBe(TOKEN)
  })

  it.each(['', 'short', 'f'.repeat(31), `${'f'.repeat(32)}\nsecond line`, 'f'.repeat(257)])(
    'takes no file with %j, and does not repeat it',
    async (text) => {
      await using folder = await createTestFolder()
      await writeFile(join(folder.path, 'operator.token'), text)
      const failure = openOperatorToken({ dataDirectory: folder.path }, randomness)
      await expect(failure).rejects.toMatchObject({ code: 'operator_token' })
      await expect(failure).rejects.not.toThrow('ffff')
    },
  )

  it('makes none for a file that was named and is not there', async () => {
    await using folder = await createTestFolder()
    const operatorTokenFile = join(folder.path, 'none')
    const config = { dataDirectory: folder.path, operatorTokenFile }
    await expect(openOperatorToken(config, randomness)).rejects.toMatchObject({
      code: 'operator_token',
    })
  })
})

describe('the settings of the operator API', () => {
  const settings = { SOTTO_OPERATOR_PORT: '22024', SOTTO_OPERATOR_HOST: '192.0.2.7' }

  it('need a token for others than this machine', () => {
    const refused = parseConfig(createTestEnvironment('folder', settings))
    expect(refused).toMatchObject({ ok: false })
    if (!refused.ok) expect(refused.error).toContain('SOTTO_OPERATOR_HOST is not loopback')
    const open = { ...settings, SOTTO_OPERATOR_HOST: '0.0.0.0' }
    expect(parseConfig(createTestEnvironment('folder', open)).ok).toBe(false)
  })

  it('take a token or a file for them', () => {
    for (const [name, value] of [
      ['SOTTO_OPERATOR_TOKEN', TOKEN],
      ['SOTTO_OPERATOR_TOKEN_FILE', 'operator-secret'],
    ] as const) {
      const given = createTestEnvironment('folder', { ...settings, [name]: value })
      expect(parseConfig(given).ok).toBe(true)
    }
  })

  it.each(['short', 'f'.repeat(31), `${'f'.repeat(32)} `, 'f'.repeat(257)])(
    'refuse the token %j without repeating it',
    (token) => {
      const environment = createTestEnvironment('folder', { SOTTO_OPERATOR_TOKEN: token })
      const refused = parseConfig(environment)
      expect(refused.ok).toBe(false)
      if (!refused.ok) expect(refused.error).not.toContain(token)
    },
  )
})
