/**
 * The tags of an HTML page's head, as far as a preview needs them: titles and metadata. No tree is built and no script is read; the
 * time is linear in what is given, whatever that is. What the values mean is `read-page-head.ts`.
 *
 * @module
 */

export type PageTag =
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'meta'; readonly attributes: ReadonlyMap<string, string> }

/** A page that needs more than these has no preview. */
const TAGS_MAX = 10_000
const TAG_CHARACTERS_MAX = 8192
const ATTRIBUTES_MAX = 32
/** What is in them is no markup, though it may look like it. */
const OPAQUE: ReadonlySet<string> = new Set(['script', 'style', 'noscript', 'template', 'svg'])
const NAME = /[a-z][a-z0-9-]{0,20}/y
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>`]+)))?/g

/** Text of one character a byte, so that no encoding is guessed before a value is wanted. */
export function* listPageTags(page: string): Generator<PageTag> {
  // Characters of one byte stay one character each in lower case, so both texts have the same places.
  const lower = page.toLowerCase()
  let at = lower.indexOf('<')
  for (let count = 0; at >= 0 && count < TAGS_MAX; count++) {
    const name = readName(lower, at)
    if (name === 'body' || lower.startsWith('</head', at)) return
    const end = lower.startsWith('<!--', at) ? lower.indexOf('-->', at) : findTagEnd(page, at)
    if (end < 0) return
    if (name === 'meta' && end - at <= TAG_CHARACTERS_MAX)
      yield { kind: 'meta', attributes: readAttributes(page.slice(at + '<meta'.length, end)) }
    const close = name === 'title' || OPAQUE.has(name) ? lower.indexOf(`</${name}`, end) : end
    if (close < 0) return
    if (name === 'title') yield { kind: 'title', text: page.slice(end + 1, close) }
    at = lower.indexOf('<', close === end ? end : close + 1)
  }
}

function readName(lower: string, at: number): string {
  NAME.lastIndex = at + 1
  return NAME.exec(lower)?.[0] ?? ''
}

/** A bracket within quotation marks ends nothing. -1 if there is no end. */
function findTagEnd(page: string, start: number): number {
  for (let at = start + 1; at < page.length; at++) {
    const character = page[at]
    if (character === '>') return at
    if (character !== '"' && character !== "'") continue
    at = page.indexOf(character, at + 1)
    if (at < 0) return -1
  }
  return -1
}

/** Names in lower case; of two with one name the first counts. */
function readAttributes(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>()
  for (const [, name = '', double, single, bare] of text.matchAll(ATTRIBUTE)) {
    if (attributes.size === ATTRIBUTES_MAX) break
    const key = name.toLowerCase()
    if (!attributes.has(key)) attributes.set(key, double ?? single ?? bare ?? '')
  }
  return attributes
}
