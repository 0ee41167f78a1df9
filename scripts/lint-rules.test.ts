/**
 * Each rule of the lint floor exists in the linter that is installed, and fires: a renamed rule or a wrong
 * option would otherwise pass in silence. Import rules have their own plants (`checks/plants.ts`).
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTree } from './checks/scratch-tree.ts'
import { asList, asRecord, parseRecord } from './json.ts'
import { readText, repositoryRoot } from './source-tree.ts'
import { createToolEnvironment } from './step-runner.ts'

const LONG_BODY = 'x += 1\n  '.repeat(71)

const VIOLATIONS: Readonly<Record<string, string>> = {
  'eslint(eqeqeq)': 'export const a = (b: number): boolean => b == 1',
  'eslint(max-depth)':
    'export function a(b: boolean): void { if (b) { if (b) { if (b) { if (b) { if (b) { a(b) } } } } } }',
  'eslint(max-lines)': `export const a = 1\n${'// line\n'.repeat(400)}`,
  'eslint(max-lines-per-function)': `export function a(): number {\n  let x = 0\n  ${LONG_BODY}\n  return x\n}`,
  'eslint(max-params)':
    'export const a = (b: number, c: number, d: number, e: number, f: number): number => b + c + d + e + f',
  'eslint(no-console)': "console.log('a')",
  'eslint(no-restricted-properties)': 'export const a = Date.now()',
  'import(no-default-export)': 'export default 1',
  'oxc(no-barrel-file)': "export * from './leaf.ts'\nexport * from './leaf-two.ts'",
  'typescript(ban-ts-comment)': '// @ts-ignore\nexport const a = 1',
  'typescript(consistent-type-imports)':
    "import { Leaf } from './leaf.ts'\nexport const a: Leaf = { leaf: 1 }",
  'typescript(explicit-module-boundary-types)': 'export function a() { return 1 }',
  'typescript(no-explicit-any)': 'export const a: any = 1',
  'typescript(no-floating-promises)': 'export function a(b: () => Promise<void>): void { b() }',
  'typescript(no-misused-promises)':
    'export function a(b: Promise<boolean>): number { if (b) { return 1 } return 2 }',
  'typescript(no-non-null-assertion)': 'export const a = (b?: number): number => b!',
  'typescript(no-unsafe-argument)':
    "export const a = (b: (c: number) => void): void => b(JSON.parse('1'))",
  'typescript(no-unsafe-assignment)': "export const a: number = JSON.parse('1')",
  'typescript(no-unsafe-call)': "export const a: unknown = JSON.parse('1')()",
  'typescript(no-unsafe-member-access)': "export const a: unknown = JSON.parse('1').b",
  'typescript(no-unsafe-return)': "export function a(): number { return JSON.parse('1') }",
  'typescript(no-unsafe-type-assertion)': 'export const a = (b: unknown): number => b as number',
  'typescript(only-throw-error)': "export function a(): void { throw 'b' }",
  'typescript(switch-exhaustiveness-check)':
    "export function a(b: 'c' | 'd'): void { switch (b) { case 'c': { a('d') } } }",
  'unicorn(no-process-exit)': 'export function a(): void { process.exit(1) }',
  'unicorn(prefer-node-protocol)': "import * as b from 'fs'\nexport const a: unknown = b",
}

const SUPPRESSION = '// oxlint-disable-next-line no-console\nexport const a = 1'

function runLint(files: Readonly<Record<string, string>>): {
  codes: ReadonlyMap<string, string[]>
  output: string
} {
  using tree = createTree({
    ...files,
    'apps/other/src/leaf.ts': 'export interface Leaf { readonly leaf: number }\n',
    'apps/other/src/leaf-two.ts': 'export const leafTwo = 1\n',
    'apps/other/tsconfig.json':
      '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2024", "noEmit": true, "allowImportingTsExtensions": true, "types": [] }, "include": ["src"] }',
    '.oxlintrc.jsonc': readText(repositoryRoot, '.oxlintrc.jsonc'),
  })
  const run = spawnSync(
    join(repositoryRoot, 'node_modules', '.bin', 'oxlint'),
    ['--format=json', '.'],
    {
      cwd: tree.root,
      env: createToolEnvironment(),
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
    },
  )
  const codes = new Map<string, string[]>()
  for (const entry of asList(parseRecord(run.stdout)['diagnostics'])) {
    const { code, filename } = asRecord(entry)
    const file = String(filename)
    codes.set(file, [...(codes.get(file) ?? []), String(code)])
  }
  return { codes, output: run.stdout }
}

test('it refuses a violation of each rule of the floor, by the name of the rule', () => {
  const rules = Object.keys(VIOLATIONS)
  const files = Object.fromEntries(
    rules.map((rule, index) => [`apps/other/src/violation-${index}.ts`, `${VIOLATIONS[rule]}\n`]),
  )
  const { codes } = runLint(files)
  const silent = rules.filter(
    (rule, index) => codes.get(`apps/other/src/violation-${index}.ts`)?.includes(rule) !== true,
  )
  expect(silent).toEqual([])
})

test('it refuses a cycle of imports, a file that is not in kebab-case, and a suppression that suppresses nothing', () => {
  const { codes, output } = runLint({
    'apps/other/src/one.ts':
      "import { two } from './two.ts'\nexport const one: () => unknown = () => two\n",
    'apps/other/src/two.ts':
      "import { one } from './one.ts'\nexport const two: () => unknown = () => one\n",
    'apps/other/src/badName.ts': 'export const a = 1\n',
    'apps/other/src/suppression.ts': `${SUPPRESSION}\n`,
  })
  expect(codes.get('apps/other/src/one.ts')).toContain('import(no-cycle)')
  expect(codes.get('apps/other/src/badName.ts')).toContain('unicorn(filename-case)')
  expect(output).toContain('suppression.ts')
})
