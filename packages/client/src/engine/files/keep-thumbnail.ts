/**
 * Makes a small thumbnail of a picture that is on this device, so that lists draw without opening its file (spec 13 §5.4). None is sent:
 * no client reads one. A picture without a thumbnail is as good as any other.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { type Attachment, stripMetadata } from '@sotto/protocol/attachment'
import type { PictureScaler, ThumbnailLimits } from '../../ports/index.ts'
import type { StoredAttachment } from '../../storage/message-details.ts'
import type { FileParts } from './file-parts.ts'
import { nameFile } from './file-server.ts'
import { isShowable } from './prepare-content.ts'
import { readStoredAttachment } from './stored-attachment.ts'

/** Spec 13 §5.4. */
const THUMBNAIL_LIMITS: ThumbnailLimits = { sidePixelsMax: 96, bytesMax: 4096 }
const SEAL_BYTES = 16

type Sealed = Pick<Attachment, 'address'> & { readonly key: Uint8Array }

/** What is no picture, and what cannot be made small, has none. */
export async function keepThumbnail(
  { address, key }: Sealed,
  content: Uint8Array,
  { history, pictures }: FileParts,
): Promise<void> {
  const file = nameFile(address)
  const seal = describeSeal(key)
  if (pictures === undefined || history.thumbnails.find(file, seal) !== undefined) return
  const picture = await makeThumbnail(content, pictures)
  if (picture !== undefined) history.thumbnails.put({ file, seal, picture })
}

/** Neither the picture nor what was made of it is believed. */
async function makeThumbnail(
  content: Uint8Array,
  pictures: PictureScaler,
): Promise<Uint8Array | undefined> {
  const clean = stripMetadata(content)
  if (!clean.ok || !isShowable(clean.value)) return undefined
  const made = await pictures.shrink(clean.value.bytes, THUMBNAIL_LIMITS)
  const { sidePixelsMax, bytesMax } = THUMBNAIL_LIMITS
  if (made === undefined || made.length > bytesMax) return undefined
  const small = stripMetadata(made)
  if (!small.ok || Math.max(small.value.width, small.value.height) > sidePixelsMax) return undefined
  return small.value.bytes
}

/** Answers at once, and opens nothing. */
export function findThumbnail(
  stored: StoredAttachment,
  { history }: Pick<FileParts, 'history'>,
): Uint8Array | undefined {
  const attachment = readStoredAttachment(stored)
  if (!attachment.ok) return undefined
  const { address, seal } = attachment.value
  return findSealedThumbnail({ address, key: seal.key }, { history })
}

export function findSealedThumbnail(
  { address, key }: Sealed,
  { history }: Pick<FileParts, 'history'>,
): Uint8Array | undefined {
  return history.thumbnails.find(nameFile(address), describeSeal(key))
}

/** The key itself stays in the message alone. */
function describeSeal(key: Uint8Array): string {
  return encodeHex(blake2b(key, { length: SEAL_BYTES }))
}
