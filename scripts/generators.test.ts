/**
 * `pnpm gen` writes files that the gate accepts as they are: named, placed and laid out like the rest.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTree, type ScratchTree } from './checks/scratch-tree.ts'
import { listFiles, readText, repositoryRoot } from './source-tree.ts'
import { createToolEnvironment } from './step-runner.ts'

const COPIED = ['turbo', 'turbo.json', 'package.json', 'pnpm-workspace.yaml', '.oxfmtrc.jsonc']

function copyGenerators(): ScratchTree {
  const tree = createTree({ 'docs/adr/0041-an-older-one.md': '# 41. An older one\n' })
  for (const name of COPIED)
    cpSync(join(repositoryRoot, name), join(tree.root, name), { recursive: true })
  symlinkSync(join(repositoryRoot, 'node_modules'), join(tree.root, 'node_modules'))
  return tree
}

function runTool(tree: ScratchTree, program: string, args: readonly string[]): string {
  const run = spawnSync(program, args, {
    cwd: tree.root,
    env: createToolEnvironment(),
    encoding: 'utf8',
  })
  expect(run.status, `${run.stdout}${run.stderr}`).toBe(0)
  return run.stdout
}

function listNewFiles(tree: ScratchTree): readonly string[] {
  return listFiles(tree.root, (path) => /^(docs|packages)\//.test(path) && !path.includes('0041'))
}

test('it writes a package that has a test, a README, boundary tags and both compiler projects', () => {
  using tree = copyGenerators()
  runTool(tree, 'gen', ['run', 'package', '--args', 'wake-up', 'Wakes a device up'])
  expect(listNewFiles(tree)).toEqual([
    'packages/wake-up/README.md',
    'packages/wake-up/package.json',
    'packages/wake-up/src/wake-up.test.ts',
    'packages/wake-up/src/wake-up.ts',
    'packages/wake-up/tsconfig.json',
    'packages/wake-up/tsconfig.test.json',
    'packages/wake-up/turbo.json',
  ])
  runTool(tree, 'oxfmt', ['--check', 'packages'])
})

test('it writes an RPC method whose names on the wire and in code follow from one another', () => {
  using tree = copyGenerators()
  runTool(tree, 'gen', ['run', 'rpc-method', '--args', 'get_wake_ups', '4.9'])
  expect(listNewFiles(tree)).toEqual([
    'packages/protocol/src/rpc/methods/get-wake-ups.test.ts',
    'packages/protocol/src/rpc/methods/get-wake-ups.ts',
  ])
  const method = readText(tree.root, 'packages/protocol/src/rpc/methods/get-wake-ups.ts')
  expect(method).toContain("name: 'get_wake_ups'")
  expect(method).toContain('export const getWakeUpsMethod: Method<GetWakeUpsParams>')
  runTool(tree, 'oxfmt', ['--check', 'packages'])
})

test('it numbers a decision record after the last one', () => {
  using tree = copyGenerators()
  runTool(tree, 'gen', ['run', 'adr', '--args', 'Wake-up tokens'])
  expect(listNewFiles(tree)).toEqual(['docs/adr/0042-wake-up-tokens.md'])
  expect(readText(tree.root, 'docs/adr/0042-wake-up-tokens.md')).toContain('# 42. Wake-up tokens')
})
