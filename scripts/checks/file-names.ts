/**
 * File names say what is inside: kebab-case, and none of the names under which everything ends up.
 *
 * @module
 */
import { basename } from 'node:path'
import { isCode, listFiles } from '../source-tree.ts'
import { reportBreaches } from './report-breaches.ts'

const VAGUE = /(^|[-.])(utils?|helpers?|common|misc|types|managers?|handlers?)([-.]|$)/
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.(ts|tsx|mts)$/

export function findNameBreaches(root: string): readonly string[] {
  return listFiles(root, isCode).flatMap((path) => {
    const name = basename(path)
    if (VAGUE.test(name)) return [`${path}: name it after the one thing it exports`]
    return KEBAB.test(name) ? [] : [`${path}: file names are kebab-case`]
  })
}

if (import.meta.main) await reportBreaches(findNameBreaches)
