import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nameProgram } from '../name-program.ts'
import { findRunner } from './runner.ts'

async function createDirectories(
  ...names: readonly string[]
): Promise<AsyncDisposable & { paths: readonly string[] }> {
  const root = await mkdtemp(join(tmpdir(), 'sotto-runner-'))
  const paths = names.map((name) => join(root, name))
  for (const path of paths) {
    await mkdir(path, { recursive: true })
    await writeFile(join(path, 'pnpm'), '')
    await chmod(join(path, 'pnpm'), 0o755)
  }
  return { paths, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) }
}

describe('runner', () => {
  it('is pnpm where the reader has it', async () => {
    await using made = await createDirectories('bin')
    expect(findRunner(['/nowhere', ...made.paths].join(delimiter))).toBe('pnpm')
  })

  it('is npx where pnpm is only in directories that scripts see', async () => {
    await using made = await createDirectories('node_modules/.bin', '_npx/1/bin')
    expect(findRunner(made.paths.join(delimiter))).toBe('npx --yes pnpm@12')
  })

  it('is npx where there is no pnpm', () => {
    expect(findRunner('')).toBe('npx --yes pnpm@12')
  })
})

describe('the name of this program', () => {
  it('is its own where it is installed, and goes through the runner elsewhere', async () => {
    await using made = await createDirectories('bin', 'node_modules/.bin')
    expect(nameProgram(made.paths.join(delimiter))).toBe('pnpm sotto')
    expect(nameProgram('')).toBe('npx --yes pnpm@12 sotto')
    for (const path of made.paths) await writeFile(join(path, 'sotto'), '')
    expect(nameProgram(made.paths[1] ?? '')).toBe('npx --yes pnpm@12 sotto')
    expect(nameProgram(made.paths.join(delimiter))).toBe('sotto')
  })
})
