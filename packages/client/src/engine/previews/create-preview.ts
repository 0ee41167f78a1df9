/**
 * A preview of a link, made only when the sender asks: whoever receives it fetches nothing from the site, so that nobody learns when a
 * message is read. Page and picture come over a path from a node that does not know who asks (spec 17 §6); this device never asks
 * the site.
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'
import { err, ok, type Result } from '@sotto/crypto/result'
import type { PreviewFound } from '@sotto/protocol/preview'
import type { AttachmentPointer, LinkPreview } from '@sotto/protocol/session'
import { ClientError } from '../../errors.ts'
import { type FileParts, sendFile, type TransferOptions, untilCancelled } from '../files/index.ts'
import { pickIndex } from '../random-choice.ts'
import type { PreviewNode, PreviewRequests } from './preview-requests.ts'
import { parsePreviewUrl } from './preview-url.ts'
import { readPageHead } from './read-page-head.ts'

export interface PreviewToCreate extends Pick<TransferOptions, 'signal'> {
  /** As it stands in the text of the message. */
  readonly link: string
}

export interface PreviewParts {
  readonly nodes: readonly PreviewNode[]
  readonly requests: Pick<PreviewRequests, 'fetch'>
  readonly files: FileParts
  readonly randomness: Randomness
}

type Picture = Result<AttachmentPointer | undefined, ClientError>

/** Receivers show no preview of an address that is written otherwise (spec 05 §5.4). */
const SHOWN_LINK = /^https?:/
const NO_PICTURE: Picture = ok(undefined)

/** Gives what a message carries; a message without it is not sent by this. */
export async function createPreview(
  { link, ...options }: PreviewToCreate,
  { nodes, requests, files, randomness }: PreviewParts,
): Promise<Result<LinkPreview, ClientError>> {
  const address = SHOWN_LINK.test(link) ? parsePreviewUrl(link) : undefined
  if (address === undefined) return err(new ClientError('preview_link_refused'))
  // One node for page and picture, and another one the next time: so no node sees all links.
  const node = nodes.length === 0 ? undefined : nodes[pickIndex(nodes.length, randomness)]
  if (node === undefined) return err(new ClientError('preview_node_unknown', 'none'))
  const page = await untilCancelled(() => requests.fetch(node, { kind: 'page', address }), options)
  if (!page.ok) return page
  const { title, imageUrl } = readPageHead(page.value.content, page.value.address)
  if (title === '') return err(new ClientError('preview_none', 'no title'))
  const image = await createPicture(imageUrl, {
    ...options,
    fetch: (picture) => requests.fetch(node, { kind: 'picture', address: picture }),
    files,
  })
  if (!image.ok) return image
  return ok({ url: link, title, ...(image.value !== undefined && { image: image.value }) })
}

interface PictureParts extends Pick<TransferOptions, 'signal'> {
  readonly fetch: (address: string) => Promise<Result<PreviewFound, ClientError>>
  readonly files: FileParts
}

/** A preview does without a picture that cannot be had or cleaned, but not on when the person wants to stop. */
async function createPicture(
  address: string | undefined,
  { fetch, files, ...options }: PictureParts,
): Promise<Picture> {
  if (address === undefined || files.servers.length === 0) return NO_PICTURE
  const found = await untilCancelled(() => fetch(address), options)
  if (!found.ok) return isCancelled(found.error) ? found : NO_PICTURE
  const { content, contentType } = found.value
  const source = {
    fileName: '',
    contentType,
    byteLength: content.length,
    read: async (start: number, end: number) => content.slice(start, end),
  }
  const sent = await sendFile({ source, ...options }, files)
  return sent.ok || isCancelled(sent.error) ? sent : NO_PICTURE
}

function isCancelled({ code }: ClientError): boolean {
  return code === 'cancelled' || code === 'closed'
}
