/** What a process of its own makes of pictures, and what becomes of one that takes too long. */
import { describePictureScaler } from '@sotto/client/conformance'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { SharpPictureScaler } from './sharp-picture-scaler.ts'

const LIMITS = { sidePixelsMax: 96, bytesMax: 4096 }

describePictureScaler('Sharp', () => new SharpPictureScaler())

/** Of which no part is like another, so that nothing makes it small but leaving things out. */
function createNoise(side: number): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  const create = { width: side, height: side, channels: 3, background: 'black', noise } as const
  return sharp({ create }).png().toBuffer()
}

describe('a scaler', () => {
  it('gets the worst picture into the limits, which is what quality is given up for', async () => {
    const small = await new SharpPictureScaler().shrink(await createNoise(96), LIMITS)
    expect(small?.length).toBeGreaterThan(500)
    expect(small?.length).toBeLessThanOrEqual(LIMITS.bytesMax)
  })

  it('ends what takes too long, and goes on with the next', async () => {
    const scaler = new SharpPictureScaler({ timeoutMs: 1 })
    expect(await scaler.shrink(await createNoise(1500), LIMITS)).toBeUndefined()
    expect(await scaler.shrink(await createNoise(10), LIMITS)).toBeUndefined()
    expect(await new SharpPictureScaler().shrink(await createNoise(10), LIMITS)).toBeDefined()
  })

  it('does not let pictures pile up', async () => {
    const scaler = new SharpPictureScaler({ timeoutMs: 1 })
    const many = Array.from({ length: 40 }, () => scaler.shrink(new Uint8Array(10), LIMITS))
    // Those beyond the sixteenth are refused before the first one is done.
    expect(await Promise.race([many[39], many[0]?.then(() => 'done')])).toBeUndefined()
    await Promise.all(many)
  })

  it.each(['tiff', 'avif'] as const)('does not open %s, which libvips knows', async (format) => {
    const picture = await sharp(await createNoise(20))
      .toFormat(format)
      .toBuffer()
    expect(await new SharpPictureScaler().shrink(picture, LIMITS)).toBeUndefined()
  })
})
