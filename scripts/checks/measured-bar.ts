/**
 * The numbers that keep the code readable: sizes over the whole tree, how much test there is for each line
 * of source, and how often somebody left the type system. Limits for a single file and function are lint
 * rules; these are the ones that only the whole tree can break.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isCode, isSourceCode, isTestCode, listFiles, readText } from '../source-tree.ts'
import { reportBreaches } from './report-breaches.ts'

const MEDIAN_LINES_MAX = 90
const LARGE_FILE_PERCENTILE = 0.95
const LARGE_FILE_LINES_MAX = 260

const TEST_RATIOS = [
  { name: 'crypto and protocol', folders: /^packages\/(crypto|protocol)\//, min: 1.5 },
  { name: 'node', folders: /^apps\/node\//, min: 1 },
  { name: 'client', folders: /^packages\/client\//, min: 1.2 },
] as const

const ESCAPES = [
  { name: 'compiler suppressions', pattern: /@ts-(ignore|expect-error|nocheck)/g, max: 0 },
  { name: '"as unknown as"', pattern: /\bas unknown as\b/g, max: 3 },
  { name: 'lint suppressions', pattern: /(oxlint|eslint)-disable/g, max: 5 },
] as const

const UNREASONED = /(oxlint|eslint)-disable(?![^\n]*\s--\s)/
const SKIPPED_TEST = /\b(it|test|describe)\.(skip|only|todo)\b/

export function findBarBreaches(root: string): readonly string[] {
  return [
    ...findSizes(root),
    ...findRatios(root),
    ...findEscapes(root),
    ...findSilentPackages(root),
  ]
}

function findSizes(root: string): readonly string[] {
  const sizes = listFiles(root, isSourceCode)
    .map((path) => countLines(root, path))
    .toSorted((a, b) => a - b)
  const median = sizes[Math.floor(sizes.length / 2)] ?? 0
  const large = sizes[Math.floor(sizes.length * LARGE_FILE_PERCENTILE)] ?? 0
  return [
    ...(median > MEDIAN_LINES_MAX ? [`median file has ${median} lines; ${MEDIAN_LINES_MAX}`] : []),
    ...(large > LARGE_FILE_LINES_MAX
      ? [`one file in twenty has over ${large} lines; the bar is ${LARGE_FILE_LINES_MAX}`]
      : []),
  ]
}

function findRatios(root: string): readonly string[] {
  return TEST_RATIOS.flatMap(({ name, folders, min }) => {
    const source = sumLines(root, (path) => folders.test(path) && isSourceCode(path))
    const tests = sumLines(root, (path) => folders.test(path) && isTestCode(path))
    if (source === 0 || tests / source >= min) return []
    return [
      `${name}: ${(tests / source).toFixed(2)} lines of test for one of source; at least ${min}`,
    ]
  })
}

/** These write the escapes down in order to find them. */
const LOOKS_FOR_ESCAPES = /^scripts\/(checks\/|lint-rules\.test)/

function isMeasured(path: string): boolean {
  return isCode(path) && !LOOKS_FOR_ESCAPES.test(path)
}

function findEscapes(root: string): readonly string[] {
  const files = listFiles(root, isMeasured).map((path) => ({ path, text: readText(root, path) }))
  const counted = ESCAPES.flatMap(({ name, pattern, max }) => {
    const places = files.flatMap(({ path, text }) => (text.match(pattern) ?? []).map(() => path))
    return places.length > max
      ? [`${name}: ${places.length}, at most ${max}: ${places.join(' ')}`]
      : []
  })
  return [
    ...counted,
    ...files
      .filter(({ text }) => UNREASONED.test(text))
      .map(({ path }) => `${path}: a lint suppression needs its reason after " -- "`),
    ...files
      .filter(({ text }) => SKIPPED_TEST.test(text))
      .map(({ path }) => `${path}: a test is skipped or focused`),
  ]
}

function findSilentPackages(root: string): readonly string[] {
  return listFiles(root, (path) => /^(apps|packages)\/[^/]+\/package\.json$/.test(path))
    .map((path) => dirname(path))
    .filter((folder) => !existsSync(join(root, folder, 'README.md')))
    .map((folder) => `${folder}: has no README.md`)
}

function sumLines(root: string, accepts: (path: string) => boolean): number {
  return listFiles(root, accepts).reduce((sum, path) => sum + countLines(root, path), 0)
}

function countLines(root: string, path: string): number {
  return readText(root, path).split('\n').length
}

if (import.meta.main) await reportBreaches(findBarBreaches)
