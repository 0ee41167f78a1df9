/**
 * The port for the bytes of files, under the ids that follow from them (spec 15 §2). Which files there are, and until when, is
 * `file-index.ts`.
 *
 * @module
 */

export interface BlobStore {
  /** All of it or nothing, also when the node ends meanwhile. The same name always has the same bytes. */
  put(name: string, bytes: Uint8Array): Promise<void>
  get(name: string): Promise<Uint8Array | undefined>
  /** Nothing happens where nothing is. */
  remove(name: string): Promise<void>
  /** All of them, so that those can go that the index does not know. */
  names(): Promise<readonly string[]>
}
