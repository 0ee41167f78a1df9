/**
 * What a page says of itself, for a preview that its sender asked for: title and picture out of the head of an HTML page. Total and
 * bounded; who fetched the page, and whether it is true, is not known here.
 *
 * @module
 */
import { cleanPageText, decodePageText } from './clean-page-text.ts'
import { listPageTags, type PageTag } from './page-tags.ts'
import { resolvePreviewUrl } from './preview-url.ts'

/** Of a page; what is behind is not read. */
export const PAGE_BYTES_MAX = 524_288
export const PREVIEW_TITLE_CHARACTERS_MAX = 255
const SLICE = 8192

export interface PageHead {
  /** Empty for a page without one. */
  readonly title: string
  readonly imageUrl?: string
}

/** `url` is where the page was found, after all redirections. */
export function readPageHead(page: Uint8Array, url: string): PageHead {
  const found = new Map<string, string>()
  for (const tag of listPageTags(toLatin1(page.subarray(0, PAGE_BYTES_MAX)))) {
    const { name, value } = describeTag(tag)
    if (value.trim() !== '' && !found.has(name)) found.set(name, value)
  }
  const title = found.get('og:title') ?? found.get('title') ?? ''
  const image = found.get('og:image:secure_url') ?? found.get('og:image')
  const imageUrl = image === undefined ? undefined : resolvePreviewUrl(decodePageText(image), url)
  return {
    title: cleanPageText(title, PREVIEW_TITLE_CHARACTERS_MAX),
    ...(imageUrl !== undefined && { imageUrl }),
  }
}

/** Some pages say `name` where they should say `property`. */
function describeTag(tag: PageTag): { readonly name: string; readonly value: string } {
  if (tag.kind === 'title') return { name: 'title', value: tag.text }
  const { attributes } = tag
  const property = attributes.get('property') ?? attributes.get('name') ?? ''
  const value = attributes.get('content') ?? ''
  // Nothing but a title element is the page's title.
  return { name: property.toLowerCase().replace(/^title$/, 'meta title'), value }
}

function toLatin1(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += SLICE)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + SLICE)))
  return parts.join('')
}
