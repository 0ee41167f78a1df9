/**
 * Relative links between documents lead somewhere, down to the heading after `#`, and every document below
 * `docs` can be reached from another. Links to other sites are not followed: the gate does not depend on the network.
 *
 * @module
 */
import { existsSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { listFiles, readText } from '../source-tree.ts'
import { reportBreaches } from './report-breaches.ts'

const LINK = /(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g
const FENCED = /^```[\s\S]*?^```/gm

interface Link {
  readonly from: string
  readonly target: string
}

export function findLinkBreaches(root: string): readonly string[] {
  const documents = listFiles(root, (path) => path.endsWith('.md'))
  const links = documents.flatMap((path) => readLinks(root, path))
  const lost = links.filter(({ from, target }) => !leadsSomewhere(root, from, target))
  const linked = new Set(links.filter(isOutgoing).map(({ from, target }) => resolve(from, target)))
  const orphans = documents.filter((path) => path.startsWith('docs/') && !linked.has(path))
  return [
    ...lost.map(({ from, target }) => `${from}: the link ${target} leads nowhere`),
    ...orphans.map((path) => `${path}: no other document links to it`),
  ]
}

function readLinks(root: string, from: string): readonly Link[] {
  const text = readText(root, from).replaceAll(FENCED, '')
  return [...text.matchAll(LINK)]
    .map(([, target = '']) => ({ from, target }))
    .filter(({ target }) => !/^[a-z]+:/.test(target))
}

function isOutgoing({ from, target }: Link): boolean {
  return resolve(from, target) !== from
}

function resolve(from: string, target: string): string {
  const [place = ''] = target.split('#', 1)
  return place === '' ? from : normalize(join(dirname(from), decodeURI(place)))
}

function leadsSomewhere(root: string, from: string, target: string): boolean {
  const path = resolve(from, target)
  if (path.startsWith('..') || !existsSync(join(root, path))) return false
  const [, heading] = target.split('#', 2)
  if (heading === undefined || !statSync(join(root, path)).isFile()) return heading === undefined
  return readAnchors(readText(root, path)).has(heading)
}

/** The anchors that code hosts give to headings: lower case, punctuation dropped, spaces to hyphens. */
function readAnchors(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#{1,6}\s+(.+)$/gm)].map(([, title = '']) => title)
  return new Set(
    headings.map((title) =>
      title
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-'),
    ),
  )
}

if (import.meta.main) await reportBreaches(findLinkBreaches)
