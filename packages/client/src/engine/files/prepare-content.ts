/**
 * What becomes of a file before it is sealed: pictures lose what they tell beside what they show (spec 13 §5).
 *
 * @module
 */
import { err, ok, type Result } from '@sotto/crypto/result'
import { cleanContentType, type CleanPicture, stripMetadata } from '@sotto/protocol/attachment'
import { ClientError } from '../../errors.ts'

export interface PreparedContent {
  readonly bytes: Uint8Array
  readonly contentType: string
  /** 0 for what is no picture. */
  readonly width: number
  readonly height: number
}

export interface ContentToPrepare {
  readonly bytes: Uint8Array
  readonly contentType: string
  /** Leaves it as it is, whatever it tells. */
  readonly isAsItIs?: boolean
}

/** What a phone can still show: 100 million pixels are 400 MB of memory. */
const PICTURE_PIXELS_MAX = 100_000_000

export function prepareContent(content: ContentToPrepare): Result<PreparedContent, ClientError> {
  const { bytes, isAsItIs = false } = content
  const contentType = cleanContentType(content.contentType)
  const plain = { bytes, contentType, width: 0, height: 0 }
  if (isAsItIs) return ok(plain)
  const picture = stripMetadata(bytes)
  if (!picture.ok) {
    // What calls itself a picture and cannot be cleaned may tell where it was taken.
    const isUnclean = picture.error.code === 'picture_malformed' || contentType.startsWith('image/')
    return isUnclean ? refusePicture(picture.error) : ok(plain)
  }
  const { format, width, height } = picture.value
  if (!isShowable(picture.value)) return refusePicture()
  return ok({ bytes: picture.value.bytes, contentType: `image/${format}`, width, height })
}

/** Of what somebody sent: a picture that would take a device's memory when it is shown. */
export function isTooManyPixels(bytes: Uint8Array): boolean {
  const picture = stripMetadata(bytes)
  return picture.ok && !isShowable(picture.value)
}

/** By what it says of itself, before anything is decoded. */
export function isShowable({ width, height }: Pick<CleanPicture, 'width' | 'height'>): boolean {
  return width * height <= PICTURE_PIXELS_MAX
}

function refusePicture(cause?: Error): Result<never, ClientError> {
  return err(new ClientError('picture_refused', '', cause === undefined ? {} : { cause }))
}
