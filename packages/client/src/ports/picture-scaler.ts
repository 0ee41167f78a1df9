/**
 * The port for small thumbnails of pictures. It is where a decoder meets a stranger's bytes, so an adapter decodes where little can be
 * broken, with bounds of its own (spec 13 §5.4). The engine looks at what comes back like at any picture from outside.
 *
 * @module
 */

export interface ThumbnailLimits {
  /** Of the longer side. */
  readonly sidePixelsMax: number
  readonly bytesMax: number
}

export interface PictureScaler {
  /**
   * A JPEG, PNG, WebP or GIF within the limits, upright, of the first frame, with nothing beside what it shows; never enlarged. Nothing for
   * what is none of the four, is damaged, takes too long or does not get small enough. Never rejects.
   */
  shrink(picture: Uint8Array, limits: ThumbnailLimits): Promise<Uint8Array | undefined>
}
