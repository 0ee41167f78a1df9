/** Settings from a file and from the environment together. */
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  listFileVariables,
  parseConfigWithFile,
  readConfig,
  readHomeConfig,
} from './read-config.ts'

const WHOLE = `SOTTO_NETWORK_ID=${'0a'.repeat(16)}\nSOTTO_DIRECTORY_KEYS=${'ab'.repeat(32)}\n`

async function write(text: string) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'sotto-config-'))
  const path = join(folder.path, 'node.env')
  await writeFile(path, text)
  return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('parseConfigWithFile', () => {
  it('lets the environment win, and an empty variable not', async () => {
    await using file = await write(`${WHOLE}SOTTO_HTTPS_PORT=1\nSOTTO_WEB_PORT=2\n`)
    const config = parseConfigWithFile(file.path, { SOTTO_HTTPS_PORT: '3', SOTTO_WEB_PORT: '' })
    expect(config).toMatchObject({ ok: true, value: { httpsPort: 3, webPort: 2 } })
  })

  it('keeps the data where the file is, unless the environment names a folder', async () => {
    await using file = await write(WHOLE)
    expect(parseConfigWithFile(file.path, {})).toMatchObject({
      value: { dataDirectory: dirname(file.path) },
    })
    expect(parseConfigWithFile(file.path, { SOTTO_DATA_DIR: '/data' })).toMatchObject({
      value: { dataDirectory: '/data' },
    })
  })

  it('refuses a data folder in the file, which would tear a moved folder apart', async () => {
    await using file = await write(`${WHOLE}SOTTO_DATA_DIR=/elsewhere\n`)
    const config = parseConfigWithFile(file.path, {})
    expect(!config.ok && config.error).toContain('line 3: SOTTO_DATA_DIR is no setting')
    expect(listFileVariables().has('SOTTO_DATA_DIR')).toBe(false)
  })

  it('names file and line of a malformed setting, and only the variable when the environment set it', async () => {
    await using file = await write(`# mine\n${WHOLE}SOTTO_HTTPS_PORT=high\n`)
    const fromFile = parseConfigWithFile(file.path, {})
    expect(!fromFile.ok && fromFile.error).toMatch(
      new RegExp(`^${file.path} line 4: SOTTO_HTTPS_PORT is not valid\\.`, 'u'),
    )
    const fromEnvironment = parseConfigWithFile(file.path, { SOTTO_HTTPS_PORT: 'low' })
    expect(!fromEnvironment.ok && fromEnvironment.error).toMatch(/^SOTTO_HTTPS_PORT is not valid/u)
  })

  it('names the line that was left empty', async () => {
    await using file = await write('SOTTO_NETWORK_ID=\n')
    const config = parseConfigWithFile(file.path, {})
    expect(!config.ok && config.error).toContain('line 1: SOTTO_NETWORK_ID is not set')
  })
})

describe('the settings of a process', () => {
  it('come from the file that SOTTO_CONFIG_FILE names', async () => {
    await using file = await write(WHOLE)
    vi.stubEnv('SOTTO_CONFIG_FILE', file.path)
    expect(readConfig()).toMatchObject({ value: { dataDirectory: dirname(file.path) } })
    vi.stubEnv('SOTTO_CONFIG_FILE', join(file.path, 'nowhere'))
    expect(readConfig().ok).toBe(false)
  })

  it('belong to the folder that was asked for, whatever the environment says of folders', async () => {
    await using file = await write(WHOLE)
    vi.stubEnv('SOTTO_DATA_DIR', '/elsewhere')
    vi.stubEnv('SOTTO_NODE_NAME', 'north')
    expect(readHomeConfig(file.path)).toMatchObject({
      value: { dataDirectory: dirname(file.path), nodeName: 'north' },
    })
  })
})
