/**
 * What the gate consists of, cheapest and most telling first. A rule that a machine can hold belongs here
 * with a one-line name; `docs/contributing/style.md` has only the rest.
 *
 * @module
 */
import type { Step } from './step-runner.ts'

export const checkSteps: readonly Step[] = [
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  { name: 'workspace', command: ['sherif'] },
  runOwnCheck('catalog-versions'),
  { name: 'boundaries', command: ['turbo', 'boundaries', '--no-color'] },
  runOwnCheck('import-reach'),
  { name: 'types', command: ['tsc', '-b', '--pretty', 'false'] },
  { name: 'lint', command: ['oxlint'] },
  { name: 'unused', command: ['knip', '--treat-config-hints-as-errors', '--no-progress'] },
  runOwnCheck('generated-files'),
  runOwnCheck('spec-versions'),
  runOwnCheck('spec-citations'),
  runOwnCheck('error-pages'),
  runOwnCheck('document-links'),
  runOwnCheck('threat-model'),
  runOwnCheck('traps'),
  runOwnCheck('module-comments'),
  runOwnCheck('file-names'),
  runOwnCheck('words'),
  runOwnCheck('measured-bar'),
  { name: 'model', command: ['node', 'models/src/main.ts'] },
]

function runOwnCheck(name: string): Step {
  return { name, command: ['node', `scripts/checks/${name}.ts`] }
}
