import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DevnetError } from './errors.ts'
import { isStateFree, openStateDirectory, readStateOwner, resetState } from './state-directory.ts'

async function createScratch(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'sotto-state-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

async function catchCode(task: Promise<unknown>): Promise<string> {
  const error = await task.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return error instanceof DevnetError ? error.code : 'none'
}

describe('state directory', () => {
  it('has one owner, and the second learns who and where', async () => {
    await using scratch = await createScratch()
    await using first = await openStateDirectory(scratch.path)
    await first.recordAddress('http://127.0.0.1:1234')
    await expect(openStateDirectory(scratch.path)).rejects.toThrow(
      new RegExp(`already runs on .*process ${process.pid}, http://127.0.0.1:1234.*net down`, 'u'),
    )
    expect(await isStateFree(scratch.path)).toBe(false)
  })

  it('is free again after its owner disposed of it', async () => {
    await using scratch = await createScratch()
    await (await openStateDirectory(scratch.path))[Symbol.asyncDispose]()
    expect(await isStateFree(scratch.path)).toBe(true)
    expect(await readStateOwner(scratch.path)).toBeUndefined()
    await using again = await openStateDirectory(scratch.path)
    expect(again.abandoned).toBe(false)
  })

  it('is free again after its owner was killed, and says that it was abandoned', async () => {
    await using scratch = await createScratch()
    const script = `
      const { openStateDirectory } = await import(${JSON.stringify(import.meta.url.replace('.test', ''))})
      await openStateDirectory(${JSON.stringify(scratch.path)})
      process.send('owns')
      setInterval(() => {}, 1000)`
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    await once(owner, 'message')
    expect(await catchCode(openStateDirectory(scratch.path))).toBe('already_running')
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    await using next = await openStateDirectory(scratch.path)
    expect(next.abandoned).toBe(true)
  })

  it('goes with its owner when it was temporary', async () => {
    const state = await openStateDirectory()
    await state[Symbol.asyncDispose]()
    await expect(readdir(state.path)).rejects.toThrow('ENOENT')
  })

  it('cannot be made where nothing can be written, and says so', async () => {
    await using scratch = await createScratch()
    await writeFile(join(scratch.path, 'file'), '')
    expect(await catchCode(openStateDirectory(join(scratch.path, 'file', 'state')))).toBe(
      'state_unusable',
    )
  })
})

describe('reset', () => {
  it('deletes the state of a stopped network', async () => {
    await using scratch = await createScratch()
    const path = join(scratch.path, 'net')
    await (await openStateDirectory(path))[Symbol.asyncDispose]()
    await resetState(path)
    expect(await readdir(scratch.path)).toEqual([])
  })

  it('refuses while a network runs', async () => {
    await using scratch = await createScratch()
    await using _owner = await openStateDirectory(scratch.path)
    expect(await catchCode(resetState(scratch.path))).toBe('already_running')
  })

  it('refuses a directory that it did not make, so that a mistyped path costs nothing', async () => {
    await using scratch = await createScratch()
    await writeFile(join(scratch.path, 'thesis.txt'), 'years of work')
    expect(await catchCode(resetState(scratch.path))).toBe('state_unusable')
    expect(await readdir(scratch.path)).toEqual(['thesis.txt'])
  })

  it('has nothing to do where nothing is', async () => {
    await using scratch = await createScratch()
    await resetState(join(scratch.path, 'absent'))
    await resetState(scratch.path)
  })
})
