/**
 * Previews of links, made when a person asks for one.
 *
 * @module
 */
import type { Result } from '@sotto/crypto/result'
import type { LinkPreview } from '@sotto/protocol/session'
import type { ClientError } from '../errors.ts'
import type { Closing } from './closing.ts'
import { createPreview, type PreviewParts, type PreviewToCreate } from './previews/index.ts'

export class Previews {
  readonly #parts: PreviewParts
  readonly #closing: Closing

  constructor(parts: PreviewParts, closing: Closing) {
    this.#parts = parts
    this.#closing = closing
  }

  /** Asks the network for the page. Gives what a message carries; a message without it is not sent by this. */
  create(preview: PreviewToCreate): Promise<Result<LinkPreview, ClientError>> {
    return this.#closing.run(() => createPreview(preview, this.#parts))
  }
}
