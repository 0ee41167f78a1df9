/**
 * Takes out of a picture where, when and with what it was taken, and leaves what shows it (spec 13 §5). Pixels are not
 * looked at: nothing is decoded, so nothing gets worse and no decoder meets a stranger's bytes.
 *
 * @module
 */

import { err, ok, type Result } from '@sotto/crypto/result'
import { ProtocolError } from '../../errors.ts'
import { isTurned } from './exif-orientation.ts'
import type { Orientation, PictureFormat, PictureParts } from './picture.ts'
import { isGif, stripGif } from './strip-gif.ts'
import { isJpeg, stripJpeg } from './strip-jpeg.ts'
import { isPng, stripPng } from './strip-png.ts'
import { isWebp, stripWebp } from './strip-webp.ts'

export interface CleanPicture {
  readonly format: PictureFormat
  /** As it is shown, turned. */
  readonly width: number
  readonly height: number
  readonly orientation: Orientation
  readonly bytes: Uint8Array
}

/** Spec 13 §5.2. What is larger is no picture for a message. */
export const PICTURE_BYTES_MAX: number = 64 * 1024 * 1024

interface Format {
  readonly name: PictureFormat
  readonly isThis: (bytes: Uint8Array) => boolean
  readonly strip: (bytes: Uint8Array) => PictureParts | undefined
}

const FORMATS: readonly Format[] = [
  { name: 'jpeg', isThis: isJpeg, strip: stripJpeg },
  { name: 'png', isThis: isPng, strip: stripPng },
  { name: 'webp', isThis: isWebp, strip: stripWebp },
  { name: 'gif', isThis: isGif, strip: stripGif },
]

/** Total. Refuses as a whole what it cannot tell apart: half-cleaned pictures are worse than none. */
export function stripMetadata(bytes: Uint8Array): Result<CleanPicture, ProtocolError> {
  if (bytes.length > PICTURE_BYTES_MAX) {
    return err(new ProtocolError('picture_malformed', `${bytes.length} bytes`))
  }
  const format = FORMATS.find(({ isThis }) => isThis(bytes))
  if (format === undefined) return err(new ProtocolError('picture_unknown', 'first bytes'))
  const parts = format.strip(bytes)
  if (parts === undefined) return err(new ProtocolError('picture_malformed', format.name))
  const { orientation } = parts
  const [width, height] = isTurned(orientation)
    ? [parts.height, parts.width]
    : [parts.width, parts.height]
  return ok({ format: format.name, width, height, orientation, bytes: parts.bytes })
}
