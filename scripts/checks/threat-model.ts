/**
 * Every *cannot* of the threat model names evidence that exists: a link to a test, a rule or a vector, or
 * "as TM-G2" for an entry that has one. Tests cite entries by the same names, so these must exist too.
 * That a linked folder holds a test is checked; that the test shows the claim is for a reviewer.
 *
 * @module
 */
import { existsSync, statSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { isCode, listFiles, readText } from '../source-tree.ts'
import { reportBreaches } from './report-breaches.ts'

const PAGE = 'docs/threat-model.md'
const ENTRY = /^- \*\*(TM-[A-Z]+\d+)[\s\S]*?(?=\n- \*\*|\n\n|\n#|(?![\s\S]))/gm
const NAME = /\bTM-[A-Z]+\d+\b/g

export function findThreatModelBreaches(root: string): readonly string[] {
  if (!existsSync(join(root, PAGE))) return [`${PAGE} is missing`]
  const entries = new Map(
    [...readText(root, PAGE).matchAll(ENTRY)].map(([text, name = '']) => [name, text]),
  )
  const unproven = [...entries].filter(([, text]) => /\*{0,2}cannot\*{0,2}/i.test(text))
  return [
    ...unproven.flatMap(([name, text]) => findEvidenceBreach(root, { name, text, entries })),
    ...findUnknownCitations(root, entries),
  ]
}

function findEvidenceBreach(
  root: string,
  claim: { name: string; text: string; entries: ReadonlyMap<string, string> },
): readonly string[] {
  const references = (claim.text.match(NAME) ?? []).filter((name) => name !== claim.name)
  const texts = [claim.text, ...references.map((name) => claim.entries.get(name) ?? '')]
  const links = [...texts.join('\n').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
  const evidence = links.map(([, target = '']) => normalize(join('docs', target)))
  if (evidence.some((path) => isEvidence(root, path))) return []
  return [`${PAGE}: ${claim.name} says "cannot" without a link to a test, a rule or a vector`]
}

function isEvidence(root: string, path: string): boolean {
  const place = join(root, path)
  if (path.startsWith('docs/') || !existsSync(place)) return false
  if (statSync(place).isFile()) return true
  return listFiles(place, (name) => /\.test\.ts$|\.json$/.test(name)).length > 0
}

function findUnknownCitations(
  root: string,
  entries: ReadonlyMap<string, string>,
): readonly string[] {
  const citing = listFiles(root, (path) => isCode(path) && !path.startsWith('scripts/checks/'))
  return citing.flatMap((path) =>
    (readText(root, path).match(NAME) ?? [])
      .filter((name) => !entries.has(name))
      .map((name) => `${path}: cites ${name}, which ${PAGE} does not have`),
  )
}

if (import.meta.main) await reportBreaches(findThreatModelBreaches)
