/**
 * Files of messages, and pictures of people.
 *
 * @module
 */
import { err, ok, type Result } from '@sotto/crypto/result'
import {
  openProfilePicture,
  parseProfilePicture,
  type ProfilePicture,
} from '@sotto/protocol/attachment'
import type { Picture } from '@sotto/protocol/config'
import type { AttachmentPointer } from '@sotto/protocol/session'
import { formatFileAddress } from '@sotto/protocol/attachment'
import { ClientError } from '../errors.ts'
import type { StoredAttachment } from '../storage/message-details.ts'
import type { Closing } from './closing.ts'
import {
  fetchFile,
  type FileParts,
  type FilePresence,
  findFileServer,
  findPresence,
  findThumbnail,
  findSealedThumbnail,
  type FileToFetch,
  type FileToOpen,
  type FileToSend,
  isTooManyPixels,
  keepFile,
  keepThumbnail,
  type OpenedFile,
  openKeptFile,
  readKept,
  sendFile,
  sendPicture,
} from './files/index.ts'

export class Files {
  readonly #parts: FileParts
  readonly #closing: Closing

  constructor(parts: FileParts, closing: Closing) {
    this.#parts = parts
    this.#closing = closing
  }

  /** Gives what a message carries; a message without it is not sent by this. */
  upload(file: FileToSend): Promise<Result<AttachmentPointer, ClientError>> {
    return this.#closing.run(() => sendFile(file, this.#parts))
  }

  /** Brings a file to this device; nothing happens when it is there. */
  fetch(file: FileToFetch): Promise<Result<void, ClientError>> {
    return this.#closing.run(() => fetchFile(file, this.#parts))
  }

  /** Of what was fetched, or sent from here. */
  open(file: FileToOpen): Promise<Result<OpenedFile, ClientError>> {
    return this.#closing.run(() => openKeptFile(file, this.#parts))
  }

  /** Whether a file of a message is on this device; answers at once. */
  presenceOf(file: StoredAttachment): FilePresence {
    return findPresence(file, this.#parts)
  }

  /** A small picture of a picture that is on this device, if one could be made; answers at once. */
  thumbnailOf(file: StoredAttachment): Uint8Array | undefined {
    return findThumbnail(file, this.#parts)
  }

  /** The same for a picture of a person, for as long as it is kept. */
  thumbnailOfPicture(picture: Picture): Uint8Array | undefined {
    const parsed = parseProfilePicture(picture)
    return parsed && findSealedThumbnail(parsed, this.#parts)
  }

  /** For a profile or a group. */
  uploadPicture(bytes: Uint8Array): Promise<Result<Picture, ClientError>> {
    return this.#closing.run(async () => {
      const placed = await sendPicture(bytes, this.#parts)
      if (!placed.ok) return placed
      const { address, key } = placed.value
      return ok({ url: formatFileAddress(address), key })
    })
  }

  /** Kept for a day, and fetched again then. */
  fetchPicture(picture: Picture): Promise<Result<Uint8Array, ClientError>> {
    return this.#closing.run(() => this.#fetchPicture(picture))
  }

  async #fetchPicture(input: Picture): Promise<Result<Uint8Array, ClientError>> {
    const picture = parseProfilePicture(input)
    if (picture === undefined) return err(new ClientError('file_unknown'))
    const kept = await readKept(picture.address, this.#parts)
    const opened = kept && openProfilePicture(picture, kept)
    if (opened?.ok === true) return this.#showPicture(picture, opened.value)
    const server = findFileServer(picture.address, this.#parts.servers)
    if (server === undefined) return err(new ClientError('file_server_unknown'))
    const sealed = await this.#parts.requests.download(server, picture.address.fileId)
    if (!sealed.ok) return sealed
    const content = openProfilePicture(picture, sealed.value)
    if (!content.ok) return err(new ClientError('file_broken', '', { cause: content.error }))
    if (!isTooManyPixels(content.value)) {
      await keepFile(picture.address, sealed.value, this.#parts)
    }
    return this.#showPicture(picture, content.value)
  }

  async #showPicture(
    picture: ProfilePicture,
    content: Uint8Array,
  ): Promise<Result<Uint8Array, ClientError>> {
    if (isTooManyPixels(content)) return err(new ClientError('picture_refused', 'too many pixels'))
    await keepThumbnail(picture, content, this.#parts)
    return ok(content)
  }
}
