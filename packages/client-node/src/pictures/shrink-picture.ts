/**
 * One picture, made small by libvips. It meets a stranger's bytes, so it runs in a process of its own (`shrink-program.ts`).
 *
 * @module
 */
import type { ThumbnailLimits } from '@sotto/client/ports'
import sharp from 'sharp'

/** As in the engine: what says more of itself is not decoded. */
const PIXELS_MAX = 100_000_000
const QUALITIES = [70, 50, 30, 10]

// Libvips knows dozens of formats; a messenger needs four, and each other one is a way in.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
  ],
})

/** Rejects for what is no such picture. `undefined` when it does not get small enough. */
export async function shrinkPicture(
  picture: Uint8Array,
  { sidePixelsMax, bytesMax }: ThumbnailLimits,
): Promise<Uint8Array | undefined> {
  const { data, info } = await sharp(picture, { limitInputPixels: PIXELS_MAX, pages: 1 })
    .autoOrient()
    .resize(sidePixelsMax, sidePixelsMax, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  for (const quality of QUALITIES) {
    // Nothing but pixels goes in, so nothing but pixels comes out.
    const small = await sharp(data, { raw: { width, height, channels } })
      .webp({ quality })
      .toBuffer()
    if (small.length <= bytesMax) return Uint8Array.from(small)
  }
  return undefined
}
