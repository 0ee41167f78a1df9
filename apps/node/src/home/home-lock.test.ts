/** One node for one folder, however the last one ended. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtempDisposable, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { NodeError } from '../errors.ts'
import { lockHome } from './home-lock.ts'

const LOCK_MODULE = fileURLToPath(new URL('./home-lock.ts', import.meta.url))

async function createFolder() {
  return mkdtempDisposable(join(tmpdir(), 'sotto-lock-'))
}

/** Another process that has the lock and keeps it. */
async function startOwner(home: string) {
  const program = `
    const { lockHome } = await import(process.argv[1])
    globalThis.lock = lockHome(process.argv[2])
    process.stdout.write('locked')
    setInterval(() => undefined, 60_000)`
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', program, LOCK_MODULE, home],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await once(child.stdout, 'data')
  return child
}

function findRefusal(home: string): unknown {
  try {
    using _lock = lockHome(home)
    return undefined
  } catch (error) {
    return error
  }
}

describe('lockHome', () => {
  it('refuses a second node in this process, until the first gives the folder back', async () => {
    await using folder = await createFolder()
    {
      using _lock = lockHome(folder.path)
      expect(findRefusal(folder.path)).toMatchObject({ code: 'node_running' })
    }
    expect(findRefusal(folder.path)).toBeUndefined()
    await expect(access(join(folder.path, 'node.pid'))).rejects.toThrow()
  })

  it('names the process that has it, and takes over after that one was killed', async () => {
    await using folder = await createFolder()
    const owner = await startOwner(folder.path)
    const refusal = findRefusal(folder.path)
    expect(refusal).toBeInstanceOf(NodeError)
    expect(String(refusal)).toContain(`with process id ${owner.pid}`)
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    await access(join(folder.path, 'node.pid'))
    expect(findRefusal(folder.path)).toBeUndefined()
  })

  it('trusts the kernel and not the number in the file, which another process may have by now', async () => {
    await using folder = await createFolder()
    await writeFile(join(folder.path, 'node.pid'), `${process.pid}\n`)
    expect(findRefusal(folder.path)).toBeUndefined()
  })

  it('leaves files that are their owner’s alone', async () => {
    await using folder = await createFolder()
    using _lock = lockHome(folder.path)
    for (const name of ['node.lock', 'node.pid']) {
      expect((await stat(join(folder.path, name))).mode & 0o777).toBe(0o600)
    }
  })

  it('makes the folder, and says when it cannot', async () => {
    await using folder = await createFolder()
    expect(findRefusal(join(folder.path, 'new'))).toBeUndefined()
    expect((await stat(join(folder.path, 'new'))).mode & 0o777).toBe(0o700)
    await writeFile(join(folder.path, 'file'), '')
    expect(findRefusal(join(folder.path, 'file'))).toMatchObject({ code: 'node_home_open' })
  })
})
