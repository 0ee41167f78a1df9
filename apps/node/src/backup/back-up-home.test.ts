/** From a folder to a file and back. */
import {
  chmod,
  mkdtempDisposable,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createHome } from '../home/create-home.ts'
import { backUpHome, restoreHome } from './back-up-home.ts'

const passphrase = 'four words make sense'
const cost = { passes: 1, memoryKibibytes: 8 }

async function createNode(isAuthority = false) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'sotto-backup-'))
  const home = join(folder.path, 'node')
  const settings = new Map([['SOTTO_NODE_NAME', 'north']])
  const keys = await createHome(home, { settings, isAuthority })
  return {
    keys,
    home,
    path: join(folder.path, 'keys.backup'),
    elsewhere: join(folder.path, 'elsewhere', 'node'),
    [Symbol.asyncDispose]: () => folder.remove(),
  }
}

async function readFiles(home: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(home)).toSorted()
  const texts = await Promise.all(names.map((name) => readFile(join(home, name), 'utf8')))
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']))
}

describe('backUpHome and restoreHome', () => {
  it.each([false, true])(
    'brings every file back as it was (authority: %s)',
    async (isAuthority) => {
      await using node = await createNode(isAuthority)
      const { home, path, keys, elsewhere } = node
      expect(await backUpHome({ home, path, passphrase, cost })).toEqual(keys)
      expect(await restoreHome({ home: elsewhere, path, passphrase })).toEqual(keys)
      expect(await readFiles(elsewhere)).toEqual(await readFiles(home))
      expect((await stat(elsewhere)).mode & 0o777).toBe(0o700)
      for (const name of await readdir(elsewhere)) {
        expect((await stat(join(elsewhere, name))).mode & 0o777).toBe(0o600)
      }
    },
  )

  it('writes a file that is its owner’s alone, and never over another', async () => {
    await using node = await createNode()
    const { home, path } = node
    await backUpHome({ home, path, passphrase, cost })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const before = await readFile(path)
    await expect(backUpHome({ home, path, passphrase, cost })).rejects.toThrow('is there already')
    expect(await readFile(path)).toEqual(before)
  })

  it('says that a file cannot be written, and leaves no piece of one', async () => {
    await using node = await createNode()
    const path = join(node.home, 'node.env', 'keys.backup')
    const refused = backUpHome({ home: node.home, path, passphrase, cost })
    await expect(refused).rejects.toThrow(`${path} cannot be written (ENOTDIR).`)
  })

  it('leaves messages and votes out, which would be old when they come back', async () => {
    await using node = await createNode()
    const { home, path, elsewhere } = node
    await writeFile(join(home, 'messages.sqlite'), 'messages')
    await writeFile(join(home, 'authority-0a.json'), '{}')
    await backUpHome({ home, path, passphrase, cost })
    await restoreHome({ home: elsewhere, path, passphrase })
    expect((await readdir(elsewhere)).toSorted()).toEqual(['node.env', 'node.seed'])
  })

  it.each([
    ['another passphrase', 'backup_unopened', async () => undefined],
    ['half of a file', 'backup_malformed', (path: string) => truncate(path, 90)],
    ['an empty file', 'backup_malformed', (path: string) => truncate(path, 0)],
    ['no file', 'node_home_open', (path: string) => rm(path)],
    ['a file larger than any backup', 'backup_malformed', (path: string) => truncate(path, 1e9)],
  ])('writes nothing when there is %s', async (name, code, spoil) => {
    await using node = await createNode()
    const { home, path, elsewhere } = node
    await backUpHome({ home, path, passphrase, cost })
    await spoil(path)
    const typed = name === 'another passphrase' ? 'four words make none' : passphrase
    await expect(restoreHome({ home: elsewhere, path, passphrase: typed })).rejects.toMatchObject({
      code,
    })
    await expect(readdir(elsewhere)).rejects.toThrow('ENOENT')
  })

  it('never replaces a node that is there', async () => {
    await using node = await createNode()
    const { home, path } = node
    await backUpHome({ home, path, passphrase, cost })
    const before = await readFiles(home)
    await expect(restoreHome({ home, path, passphrase })).rejects.toMatchObject({
      code: 'node_home_exists',
    })
    expect(await readFiles(home)).toEqual(before)
  })

  it('refuses a folder without a seed, with a damaged one, open to others, or with a wrong setting', async () => {
    await using node = await createNode()
    const { home, path } = node
    const seed = join(home, 'node.seed')
    const text = await readFile(seed, 'utf8')
    const attempt = (): Promise<unknown> => backUpHome({ home, path, passphrase, cost })
    await rm(seed)
    await expect(attempt()).rejects.toMatchObject({ code: 'node_seed' })
    await writeFile(seed, 'damaged', { mode: 0o600 })
    await expect(attempt()).rejects.toMatchObject({ code: 'node_seed' })
    await writeFile(seed, text)
    await chmod(seed, 0o644)
    await expect(attempt()).rejects.toMatchObject({ code: 'node_home_open' })
    await chmod(seed, 0o600)
    await writeFile(join(home, 'node.env'), 'SOTTO_HOTS=1')
    await expect(attempt()).rejects.toMatchObject({ code: 'node_config' })
    await expect(stat(path)).rejects.toThrow('ENOENT')
  })
})
