/** Folders that others can look into. */
import { chmod, mkdtempDisposable, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { assertPrivateHome } from './assert-private.ts'
import { createHome } from './create-home.ts'

async function createNode() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'sotto-private-'))
  await createHome(folder.path, { settings: new Map(), isAuthority: true })
  return folder
}

describe('assertPrivateHome', () => {
  it('accepts a folder as it was made', async () => {
    await using home = await createNode()
    await expect(assertPrivateHome(home.path)).resolves.toBeUndefined()
  })

  it.each([
    ['', 0o750, '700'],
    ['', 0o701, '700'],
    ['node.env', 0o640, '600'],
    ['node.seed', 0o604, '600'],
    ['authority.seed', 0o620, '600'],
  ])(
    'refuses "%s" with mode %o, and gives the command that repairs it',
    async (name, mode, right) => {
      await using home = await createNode()
      const path = join(home.path, name)
      await chmod(path, mode)
      await expect(assertPrivateHome(home.path)).rejects.toMatchObject({ code: 'node_home_open' })
      const command = `chmod ${right} ${path.replace(/\/$/u, '')}`
      await expect(assertPrivateHome(home.path)).rejects.toThrow(command)
    },
  )

  it('refuses what belongs to another user', async () => {
    await using home = await createNode()
    const user = vi.spyOn(process, 'geteuid').mockReturnValue(1_234_567)
    await expect(assertPrivateHome(home.path)).rejects.toThrow('this is user 1234567')
    user.mockRestore()
  })

  it('says how to make a node where there is none', async () => {
    await using home = await createNode()
    await rm(join(home.path, 'node.env'))
    await expect(assertPrivateHome(home.path)).rejects.toThrow(
      `sotto node init --home ${home.path}`,
    )
    await expect(assertPrivateHome(join(home.path, 'nowhere'))).rejects.toMatchObject({
      code: 'node_home_missing',
    })
  })

  it('does without the seeds, which may come from the environment', async () => {
    await using home = await createNode()
    await rm(join(home.path, 'node.seed'))
    await expect(assertPrivateHome(home.path)).resolves.toBeUndefined()
  })
})
