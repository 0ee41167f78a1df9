/**
 * A preview of a link, made only when the sender asks: whoever receives it fetches nothing, so that nobody learns when a message is
 * read. The page comes through a port, which takes it through the network of nodes, not from this device.
 *
 * @module
 */
import type { Result } from '@sotto/crypto/result'
import type { TransportFailure } from '../../ports/index.ts'
import { parsePreviewUrl } from './preview-url.ts'
import { PAGE_BYTES_MAX, type PageHead, readPageHead } from './read-page-head.ts'

const PAGE_TIMEOUT_MS = 20_000
const PAGE_TYPE = /^(?:text\/html|application\/xhtml\+xml)(?:;|$)/i

export interface PageRequest {
  readonly url: string
  /** What comes behind is not wanted. */
  readonly bytesMax: number
  readonly timeoutMs: number
}

export interface FetchedPage {
  readonly bytes: Uint8Array
  readonly contentType: string
  /** After all redirections. */
  readonly url: string
}

export interface PageSource {
  /** Never rejects; sends neither cookies nor anything else that tells one person from another. */
  fetch(request: PageRequest): Promise<Result<FetchedPage, TransportFailure>>
}

export interface LinkPreview extends PageHead {
  /** The link as it was asked for, without its fragment. */
  readonly url: string
}

/** Nothing for what is no link, no page, or a page that says nothing. */
export async function createPreview(
  pages: PageSource,
  link: string,
): Promise<LinkPreview | undefined> {
  const url = parsePreviewUrl(link)
  if (url === undefined) return undefined
  const fetched = await pages.fetch({ url, bytesMax: PAGE_BYTES_MAX, timeoutMs: PAGE_TIMEOUT_MS })
  if (!fetched.ok || !PAGE_TYPE.test(fetched.value.contentType)) return undefined
  const head = readPageHead(fetched.value.bytes, fetched.value.url)
  return head.title === '' ? undefined : { url, ...head }
}
