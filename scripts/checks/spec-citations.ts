/**
 * Every `spec 04 §3.1` in code, vectors and documents names a section that exists. Whether the section
 * says what the code does is for a reader; that it is there is for this script.
 *
 * @module
 */
import { isCode, listFiles, readText } from '../source-tree.ts'
import { reportBreaches } from './report-breaches.ts'

const DOCUMENT = /^docs\/spec\/(\d\d)-[a-z0-9-]+\.md$/
const HEADING = /^#{2,5}\s+(\d+(?:\.\d+)*)\.?\s/gm
/** One document, then its sections: `spec 04 §3.1`, `spec 04 §3, §4.2 and §5`, `spec 04`. */
const CITATION = /\bspec (\d\d)((?:(?:,| and| to|–|-)?[\s*]*§{1,2}\s?\d+(?:\.\d+)*)*)/gi
const SECTION = /\d+(?:\.\d+)*/g

export function findCitationBreaches(root: string): readonly string[] {
  const sections = readSections(root)
  return listFiles(root, isCiting).flatMap((path) => {
    // A citation may be broken over two lines of a comment.
    const text = readText(root, path).replaceAll(/\n\s*(?:\*|\/\/) ?/g, ' ')
    return [...text.matchAll(CITATION)].flatMap(([, number = '', cited = '']) => {
      const known = sections.get(number)
      if (known === undefined) return [`${path}: cites spec ${number}, which does not exist`]
      return (cited.match(SECTION) ?? [])
        .filter((section) => !known.has(section))
        .map((section) => `${path}: cites spec ${number} §${section}, which does not exist`)
    })
  })
}

function isCiting(path: string): boolean {
  const isOurs = /^(apps|packages|e2e|benchmarks|models|scripts|docs|vectors)\//.test(path)
  return isOurs && (isCode(path) || /\.(md|json|proto)$/.test(path)) && !isAboutCiting(path)
}

/** These show the form of a citation with made-up numbers; the page of traps cites in earnest. */
function isAboutCiting(path: string): boolean {
  return /^scripts\/checks\/|^docs\/contributing\/(?!traps\.md$)/.test(path)
}

function readSections(root: string): ReadonlyMap<string, ReadonlySet<string>> {
  const documents = listFiles(root, (path) => DOCUMENT.test(path))
  return new Map(
    documents.map((path) => {
      const numbers = [...readText(root, path).matchAll(HEADING)].map(([, number = '']) => number)
      return [DOCUMENT.exec(path)?.[1] ?? path, new Set(numbers)]
    }),
  )
}

if (import.meta.main) await reportBreaches(findCitationBreaches)
