/**
 * What a preview node does for a client (spec 17 §5): asks the site, follows redirections as strictly as it began, and gives the head of
 * a page or a picture. It keeps nothing of it but figures, and does not know who asks.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { Clock } from '@sotto/protocol/clock'
import {
  PREVIEW_CONTENT_BYTES_MAX,
  type PreviewContentType,
  type PreviewKind,
  type PreviewReply,
  type PreviewRequest,
} from '@sotto/protocol/preview'
import type { FetchBudget } from './fetch-budget.ts'
import type { FindSite, Site } from './find-site.ts'
import type { PreviewTally } from './preview-tally.ts'
import { readContent } from './read-content.ts'
import { requestSite } from './request-site.ts'

export interface PreviewServiceParts {
  readonly findSite: FindSite
  readonly budget: FetchBudget
  readonly tally: PreviewTally
  readonly clock: Clock
  readonly certificateAuthority?: string
}

/** Spec 17 §5.3: for everything, less than an exit waits. */
const TIME_MAX_MS = 15_000
/** Spec 17 §5.1. */
const REDIRECTIONS_MAX = 4
const REDIRECTIONS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const STATUS_OK = 200
const STATUS_MIN = 100
const STATUS_MAX = 599

const TYPES: ReadonlyMap<string, PreviewContentType> = new Map([
  ['text/html', 'text/html'],
  ['application/xhtml+xml', 'text/html'],
  ['image/jpeg', 'image/jpeg'],
  ['image/png', 'image/png'],
  ['image/gif', 'image/gif'],
  ['image/webp', 'image/webp'],
])
const UNREACHABLE: PreviewReply = { outcome: 'unreachable' }
const TIMED_OUT: PreviewReply = { outcome: 'timed_out' }
const OTHER_TYPE: PreviewReply = { outcome: 'other_type' }
const TOO_LARGE: PreviewReply = { outcome: 'too_large' }
const BUSY: PreviewReply = { outcome: 'busy' }

interface Fetching {
  readonly kind: PreviewKind
  readonly signal: AbortSignal
}

export class PreviewService {
  readonly #parts: PreviewServiceParts

  constructor(parts: PreviewServiceParts) {
    this.#parts = parts
  }

  /** Never rejects. */
  async fetch(request: PreviewRequest): Promise<PreviewReply> {
    const { budget, tally } = this.#parts
    const end = budget.begin()
    if (end === undefined) {
      tally.count('busy')
      return BUSY
    }
    const reply = await this.#fetchInTime(request, end)
    tally.count(reply.outcome)
    return reply
  }

  async #fetchInTime({ kind, address }: PreviewRequest, end: () => void): Promise<PreviewReply> {
    const abort = new AbortController()
    const { signal } = abort
    const late = Promise.withResolvers<PreviewReply>()
    const cancel = this.#parts.clock.after(TIME_MAX_MS, () => late.resolve(TIMED_OUT))
    // A lookup of a name cannot be given up, only left alone; it has its place until it is over.
    const following = this.#follow(address, { kind, signal }).finally(end)
    try {
      return await Promise.race([following, late.promise])
    } finally {
      cancel()
      abort.abort()
    }
  }

  async #follow(address: string, fetching: Fetching): Promise<PreviewReply> {
    const { findSite, certificateAuthority } = this.#parts
    const trust = certificateAuthority === undefined ? {} : { certificateAuthority }
    let site = await findSite(address)
    for (let followed = 0; site !== undefined && !fetching.signal.aborted; followed++) {
      const message = await requestSite({ ...fetching, site, ...trust })
      if (message === undefined) return UNREACHABLE
      const { statusCode = 0, headers } = message
      if (!REDIRECTIONS.has(statusCode) || headers.location === undefined)
        return readAnswer(message, site, fetching)
      message.destroy()
      if (followed === REDIRECTIONS_MAX) return UNREACHABLE
      site = await findSite(headers.location, site.url)
    }
    return UNREACHABLE
  }
}

async function readAnswer(
  message: IncomingMessage,
  { url }: Site,
  { kind, signal }: Fetching,
): Promise<PreviewReply> {
  try {
    const status = message.statusCode ?? 0
    if (status < STATUS_MIN || status > STATUS_MAX) return UNREACHABLE
    if (status !== STATUS_OK) return { outcome: 'site_refused', status }
    const contentType = readType(message.headers['content-type'])
    if (contentType === undefined || (contentType === 'text/html') !== (kind === 'page'))
      return OTHER_TYPE
    const bytesMax = PREVIEW_CONTENT_BYTES_MAX[kind]
    const isAll = kind === 'picture'
    if (isAll && Number(message.headers['content-length'] ?? 0) > bytesMax) return TOO_LARGE
    const content = await readContent(message, { bytesMax, signal })
    if (content === undefined || (isAll && content.isCut)) return TOO_LARGE
    return { outcome: 'found', contentType, address: url.href, content: content.bytes }
  } finally {
    message.destroy()
  }
}

function readType(header = ''): PreviewContentType | undefined {
  const [type = ''] = header.split(';', 1)
  return TYPES.get(type.trim().toLowerCase())
}
