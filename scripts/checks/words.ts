/**
 * One word per concept. Names declared in code and texts anywhere are held against `words.json`; words of
 * the wire format stay as they are, because only names that we declare are looked at.
 *
 * @module
 */
import { isCode, listFiles, readText } from '../source-tree.ts'
import { reportBreaches } from './report-breaches.ts'
import words from './words.json' with { type: 'json' }

interface Rule {
  readonly pattern: string
  readonly instead: string
}

const FUNCTION_NAME =
  /\bfunction\*?\s+(\w+)|\bconst\s+(\w+)\s*=\s*(?:async\s*)?(?:\([^)]*\)|\w+)\s*(?::[^=]+)?=>/g
const DECLARED_NAME = /\b(?:function\*?|class|interface|type|const|let)\s+(\w+)/g

export function findWordBreaches(root: string): readonly string[] {
  const files = listFiles(root, (path) => /\.(ts|tsx|md|json|jsonc|yaml|sh)$/.test(path))
  return files
    .filter(
      (path) => !/^scripts\/checks\/(words|code\.test)/.test(path) && path !== 'pnpm-lock.yaml',
    )
    .flatMap((path) => {
      const text = readText(root, path)
      const inCode = isCode(path)
        ? [
            ...matchNames(text.matchAll(FUNCTION_NAME), words.functionNames),
            ...matchNames(text.matchAll(DECLARED_NAME), words.names),
          ]
        : []
      return [...inCode, ...matchTexts(text)].map((breach) => `${path}: ${breach}`)
    })
}

function matchNames(found: Iterable<RegExpExecArray>, rules: readonly Rule[]): readonly string[] {
  return [...found].flatMap(([, first, second]) => {
    const name = first ?? second ?? ''
    return rules
      .filter((rule) => new RegExp(rule.pattern).test(name))
      .map((rule) => `"${name}": say ${rule.instead}`)
  })
}

function matchTexts(text: string): readonly string[] {
  return words.texts.flatMap((rule) => {
    const found = new RegExp(rule.pattern, 'm').exec(text)
    return found === null ? [] : [`"${found[0].trim()}": write ${rule.instead}`]
  })
}

if (import.meta.main) await reportBreaches(findWordBreaches)
