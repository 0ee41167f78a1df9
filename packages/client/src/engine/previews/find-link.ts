/**
 * The link of a text that a preview is about.
 *
 * @module
 */
import { parsePreviewUrl, PREVIEW_URL_CHARACTERS_MAX } from './preview-url.ts'

const CANDIDATE = /https?:\/\/[^\s<>"]+/g
/** What ends a sentence or closes a quotation; it is rarely the link's. */
const TRAILING: ReadonlySet<string> = new Set(".,;:!?'…»”’]}")
const CANDIDATES_MAX = 100
const CANDIDATE_CHARACTERS_MAX = 2 * PREVIEW_URL_CHARACTERS_MAX

/** The first one that a page can be fetched from, as it stands there. */
export function findLink(text: string): string | undefined {
  let seen = 0
  for (const [candidate] of text.matchAll(CANDIDATE)) {
    if (seen++ === CANDIDATES_MAX) return undefined
    // Trimming is not worth it for what is too long to be one.
    if (candidate.length > CANDIDATE_CHARACTERS_MAX) continue
    const link = candidate.slice(0, findEnd(candidate))
    if (parsePreviewUrl(link) !== undefined) return link
  }
  return undefined
}

/** A bracket that opened within the link is its own, as in an encyclopedia. */
function findEnd(candidate: string): number {
  let open = candidate.split('(').length - candidate.split(')').length
  let end = candidate.length
  for (; end > 0; end--) {
    const last = candidate[end - 1] ?? ''
    const isLoose = last === ')' && open < 0
    if (isLoose) open += 1
    else if (!TRAILING.has(last)) break
  }
  return end
}
