/**
 * Pictures of which only the head says anything, and a scaler that gives what it is told: for what the engine makes of either.
 *
 * @module
 */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import type { PictureScaler, ThumbnailLimits } from '../src/ports/index.ts'

/** A GIF of this size; with a comment if there is one. */
export function createGif(width: number, height: number, comment = ''): Uint8Array {
  const size = [width & 255, width >> 8, height & 255, height >> 8]
  const text = encodeUtf8(comment)
  const told = text.length === 0 ? [] : [0x21, 0xfe, text.length, ...text, 0]
  const pixels = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 1, 0, 0]
  return Uint8Array.from([...encodeUtf8('GIF89a'), ...size, 0, 0, 0, ...told, ...pixels, 0x3b])
}

export class ScriptedScaler implements PictureScaler {
  readonly asked: { readonly picture: Uint8Array; readonly limits: ThumbnailLimits }[] = []
  /** What the next pictures become. */
  gives: Uint8Array | undefined = createGif(96, 64)

  shrink(picture: Uint8Array, limits: ThumbnailLimits): Promise<Uint8Array | undefined> {
    this.asked.push({ picture, limits })
    return Promise.resolve(this.gives)
  }
}
