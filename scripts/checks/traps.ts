/**
 * Every compatibility trap of `docs/contributing/traps.md` is named by a test, as "(trap 25)" in a title,
 * or belongs to a part that comes later. Code and vectors cite traps by the same numbers, so these must
 * exist too. That the test would fail in the trap is for a reviewer.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isCode, listFiles, readText } from '../source-tree.ts'
import { reportBreaches } from './report-breaches.ts'

const PAGE = 'docs/contributing/traps.md'
/** Number, sentence, and where the rule is. */
const ROW = /^\| (\d+) \|.+\|([^|\n]*)\|$/gm
/** `trap 4`, `traps 13 and 14`, `traps 4, 5 and 7`. */
const CITATION = /\btraps? (\d+(?:(?:,? and |, ?)\d+)*)/gi
const COMMENT_LINE = /^\s*(?:\/?\*|\/\/).*$/gm

interface Trap {
  readonly number: string
  readonly rule: string
}

export function findTrapBreaches(root: string): readonly string[] {
  if (!existsSync(join(root, PAGE))) return [`${PAGE} is missing`]
  const traps = [...readText(root, PAGE).matchAll(ROW)].map(([, number = '', rule = '']): Trap => ({
    number,
    rule: rule.trim(),
  }))
  return [
    ...traps.flatMap(findRowBreach),
    ...findEvidenceBreaches(root, traps),
    ...findUnknownCitations(root, new Set(traps.map(({ number }) => number))),
  ]
}

/** Without a gap, or a row that somebody took out would take its demand along. */
function findRowBreach({ number, rule }: Trap, index: number): readonly string[] {
  if (number !== String(index + 1)) return [`${PAGE}: trap ${number} stands in row ${index + 1}`]
  if (isLater(rule) || /^(?:spec \d\d §\d|\[ADR \d{4}\])/.test(rule)) return []
  return [`${PAGE}: trap ${number} cites no section, nor says which later part it belongs to`]
}

function isLater(rule: string): boolean {
  return /^later: \S/.test(rule)
}

/** A comment is no evidence: only what a run of the tests shows counts. */
function findEvidenceBreaches(root: string, traps: readonly Trap[]): readonly string[] {
  const tests = listFiles(root, (path) => path.endsWith('.test.ts') && isCiting(path))
  const named = new Set(
    tests.flatMap((path) => readCitations(readText(root, path).replaceAll(COMMENT_LINE, ''))),
  )
  return traps.flatMap(({ number, rule }) => {
    if (named.has(number) !== isLater(rule)) return []
    return isLater(rule)
      ? [`${PAGE}: trap ${number} has a test, so it is not for later`]
      : [`${PAGE}: no test names trap ${number}`]
  })
}

function findUnknownCitations(root: string, known: ReadonlySet<string>): readonly string[] {
  return listFiles(root, isCiting).flatMap((path) =>
    readCitations(readText(root, path))
      .filter((number) => !known.has(number))
      .map((number) => `${path}: names trap ${number}, which ${PAGE} does not have`),
  )
}

function isCiting(path: string): boolean {
  if (/^vectors\/.*\.json$/.test(path)) return true
  return /^(apps|packages|e2e|benchmarks)\//.test(path) && isCode(path)
}

function readCitations(text: string): readonly string[] {
  return [...text.matchAll(CITATION)].flatMap(([, numbers = '']) => numbers.match(/\d+/g) ?? [])
}

if (import.meta.main) await reportBreaches(findTrapBreaches)
