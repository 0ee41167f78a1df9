/**
 * Shows that the import rules hold: plants every violation of `plants.ts` in a copy of the tree and expects
 * the tool that guards the rule to name the file. A rule that nobody has seen fail is a wish.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { readText, repositoryRoot } from '../source-tree.ts'
import { createToolEnvironment } from '../step-runner.ts'
import { findReachBreaches } from './import-reach.ts'
import { type Plant, plants, type Tool } from './plants.ts'

const NOT_COPIED = new Set(['node_modules', 'dist', '.git', '.turbo', '.sotto', 'coverage'])

interface PlantedFile {
  readonly plant: Plant
  readonly path: string
}

function copyTree(target: string): void {
  cpSync(repositoryRoot, target, {
    recursive: true,
    filter: (source) => !NOT_COPIED.has(basename(source)),
  })
  const folders = [
    '.',
    ...['packages', 'apps'].flatMap(listSubfolders),
    'e2e',
    'benchmarks',
    'models',
  ]
  for (const folder of folders) linkModules(folder, target)
}

function listSubfolders(parent: string): readonly string[] {
  return readdirSync(join(repositoryRoot, parent)).map((name) => join(parent, name))
}

/** Libraries are shared with the real tree; our own packages are the copies. */
function linkModules(folder: string, target: string): void {
  const modules = join(repositoryRoot, folder, 'node_modules')
  const copies = join(target, folder, 'node_modules')
  mkdirSync(join(copies, '@sotto'), { recursive: true })
  for (const name of readdirSync(modules)) {
    if (name !== '@sotto') symlinkSync(join(modules, name), join(copies, name))
  }
  for (const parent of ['packages', 'apps']) {
    for (const name of readdirSync(join(repositoryRoot, parent))) {
      symlinkSync(join(target, parent, name), join(copies, '@sotto', name))
    }
  }
}

function plantAll(target: string, accepts: (plant: Plant) => boolean): readonly PlantedFile[] {
  return plants.filter(accepts).map((plant, index) => {
    const path = `${plant.folder}/${plant.appendTo ?? `planted-${plant.caughtBy}-${index}.ts`}`
    mkdirSync(join(target, plant.folder), { recursive: true })
    const text = plant.appendTo === undefined ? '' : readText(target, path)
    const { after = text, code } = plant
    writeFileSync(
      join(target, path),
      text.replace(after, () => `${after}${code}`),
    )
    return { plant, path: plant.place ?? path }
  })
}

function runTool(target: string, command: readonly [string, ...string[]]): string {
  const [program, ...args] = command
  const run = spawnSync(program, args, {
    cwd: target,
    env: createToolEnvironment(),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return `${run.stdout}${run.stderr}`
}

const PURE_PROJECTS = ['packages/crypto', 'packages/protocol', 'packages/client', 'apps/node']

/** The compiler comes first: an import of Node that is planted for lint would bring Node's globals with it. */
function plantAndRun(target: string): readonly PlantedFile[] {
  const forCompiler = plantAll(target, (plant) => plant.caughtBy === 'types')
  const types = runTool(target, ['tsc', '-b', '--pretty', 'false', ...PURE_PROJECTS])
  const forOthers = plantAll(target, (plant) => plant.caughtBy !== 'types')
  const outputs = {
    types,
    lint: runTool(target, ['oxlint', '--format=unix', '.']),
    boundaries: runTool(target, ['turbo', 'boundaries', '--no-color']),
    reach: findReachBreaches(target).join('\n'),
  }
  return [...forCompiler, ...forOthers].filter((file) => !isCaught(file, outputs))
}

function isCaught({ plant, path }: PlantedFile, outputs: Readonly<Record<Tool, string>>): boolean {
  const output = outputs[plant.caughtBy]
  if (plant.caughtBy === 'reach') return output.includes(plant.says)
  // Turbo writes its message on the lines above the place; the others write both on one line.
  const lines = output.split('\n')
  return lines.some((line, index) => {
    const previous =
      plant.caughtBy === 'boundaries' ? lines.slice(Math.max(0, index - 2), index) : []
    return line.includes(path) && [...previous, line].some((text) => text.includes(plant.says))
  })
}

const scratch = mkdtempSync(join(tmpdir(), 'sotto-planted-'))
try {
  copyTree(scratch)
  const missed = plantAndRun(scratch)
  for (const { plant } of missed) {
    console.log(`not caught by ${plant.caughtBy}: ${plant.rule} (${relative('.', plant.folder)})`)
  }
  if (missed.length > 0) process.exitCode = 1
  else console.log(`${plants.length} planted violations, all caught`)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
