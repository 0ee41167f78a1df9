/** The folder of a new node. */
import { chmod, mkdtempDisposable, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SETTINGS } from '../config.ts'
import { parseConfigWithFile } from '../read-config.ts'
import { createHome, describeHomeKeys } from './create-home.ts'
import { composeConfigFile } from './compose-config-file.ts'

const SETTINGS_OF_NETWORK = new Map([
  ['SOTTO_NETWORK_ID', '0a'.repeat(16)],
  ['SOTTO_DIRECTORY_KEYS', 'ab'.repeat(32)],
  ['SOTTO_CONTACT', 'ops # example = yes'],
])
const NEW_NODE = { settings: SETTINGS_OF_NETWORK, isAuthority: false }

async function createFolder() {
  return mkdtempDisposable(join(tmpdir(), 'sotto-home-'))
}

async function readMode(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777
}

describe('createHome', () => {
  it('makes a folder and files that nobody but their owner can read', async () => {
    await using folder = await createFolder()
    const home = join(folder.path, 'deep', 'node')
    await createHome(home, { ...NEW_NODE, isAuthority: true })
    expect((await readdir(home)).toSorted()).toEqual(['authority.seed', 'node.env', 'node.seed'])
    expect(await readMode(home)).toBe(0o700)
    for (const name of await readdir(home)) expect(await readMode(join(home, name))).toBe(0o600)
  })

  it('closes a folder that was open before', async () => {
    await using folder = await createFolder()
    await chmod(folder.path, 0o755)
    await createHome(folder.path, NEW_NODE)
    expect(await readMode(folder.path)).toBe(0o700)
  })

  it('writes a file that a node can start with', async () => {
    await using folder = await createFolder()
    await createHome(folder.path, NEW_NODE)
    expect(parseConfigWithFile(join(folder.path, 'node.env'), {})).toMatchObject({
      ok: true,
      value: { dataDirectory: folder.path, contact: 'ops # example = yes', httpsPort: 22_021 },
    })
  })

  it('names the keys that follow from the seeds, and two nodes have two', async () => {
    await using folder = await createFolder()
    const one = await createHome(join(folder.path, 'one'), { ...NEW_NODE, isAuthority: true })
    const two = await createHome(join(folder.path, 'two'), NEW_NODE)
    const seed = await readFile(join(folder.path, 'two', 'node.seed'), 'utf8')
    expect(two).toEqual(describeHomeKeys({ nodeSeed: Buffer.from(seed.trim(), 'hex') }))
    expect(one.node).not.toBe(two.node)
    expect(one.authority).toMatch(/^[0-9a-f]{64}$/u)
    expect(one.authority).not.toBe(one.node)
  })

  it.each(['node.env', 'node.seed', 'authority.seed'])(
    'changes nothing in a folder that has a %s',
    async (name) => {
      await using folder = await createFolder()
      await writeFile(join(folder.path, name), 'precious')
      await expect(createHome(folder.path, NEW_NODE)).rejects.toMatchObject({
        code: 'node_home_exists',
      })
      expect(await readdir(folder.path)).toEqual([name])
      expect(await readFile(join(folder.path, name), 'utf8')).toBe('precious')
    },
  )

  it('refuses a setting that the node would refuse, before anything is written', async () => {
    await using folder = await createFolder()
    const settings = new Map([['SOTTO_HTTPS_PORT', '99999']])
    const refused = createHome(join(folder.path, 'node'), { settings, isAuthority: false })
    await expect(refused).rejects.toMatchObject({
      code: 'node_config',
      message: expect.stringMatching(/^SOTTO_HTTPS_PORT is not valid\./u) as unknown,
    })
    expect(await readdir(folder.path)).toEqual([])
  })

  it('says that a folder cannot be written to', async () => {
    await using folder = await createFolder()
    await writeFile(join(folder.path, 'file'), '')
    await expect(createHome(join(folder.path, 'file', 'node'), NEW_NODE)).rejects.toMatchObject({
      code: 'node_home_open',
    })
  })
})

describe('composeConfigFile', () => {
  it('explains every setting but the folder and the secrets', () => {
    const text = composeConfigFile(new Map())
    for (const { variable, description } of Object.values(SETTINGS)) {
      const isLeftOut = [
        'SOTTO_DATA_DIR',
        'SOTTO_NODE_SEED',
        'SOTTO_AUTHORITY_SEED',
        'SOTTO_OPERATOR_TOKEN',
      ].includes(variable)
      expect(text.includes(`#${variable}=`)).toBe(!isLeftOut)
      expect(text.includes(description)).toBe(!isLeftOut)
    }
  })

  it('throws for a value that would become a second line', () => {
    expect(() => composeConfigFile(new Map([['SOTTO_CONTACT', 'a\nSOTTO_HOST=1']]))).toThrow()
    expect(() => composeConfigFile(new Map([['PATH', 'a']]))).toThrow()
  })
})
