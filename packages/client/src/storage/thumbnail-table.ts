/**
 * Small thumbnails of pictures that are on this device, by the address of the file. They go with the last message that needs the file.
 *
 * @module
 */
import type { Database, SqlStatement } from '../ports/index.ts'

export interface FileThumbnail {
  /** The address without the fragment. */
  readonly file: string
  /** Follows from the key of the file: whoever names the same file with another key has not seen what it shows. */
  readonly seal: string
  readonly picture: Uint8Array
}

export class ThumbnailTable {
  readonly #put: SqlStatement
  readonly #find: SqlStatement

  constructor(database: Database) {
    this.#put = database.prepare(
      `INSERT INTO thumbnails SELECT file, ?, ? FROM kept_files WHERE file = ?
       ON CONFLICT DO UPDATE SET seal = excluded.seal, picture = excluded.picture`,
    )
    this.#find = database.prepare('SELECT picture FROM thumbnails WHERE file = ? AND seal = ?')
  }

  /** Nothing happens for a file that is not kept any more. */
  put({ file, seal, picture }: FileThumbnail): void {
    this.#put.run(seal, picture, file)
  }

  find(file: string, seal: string): Uint8Array | undefined {
    const picture = this.#find.get(file, seal)?.['picture']
    return picture instanceof Uint8Array ? Uint8Array.from(picture) : undefined
  }
}
