/**
 * The port for files of messages that this device keeps. What it gets is sealed, and of at most 10 MB: names are the engine's, keys
 * never come here (ADR 0013).
 *
 * @module
 */

export interface FileStore {
  /** All of it or nothing, also when the program ends meanwhile. Replaces what has the name. */
  write(name: string, bytes: Uint8Array): Promise<void>
  read(name: string): Promise<Uint8Array | undefined>
  /** Nothing happens where nothing is. */
  remove(name: string): Promise<void>
}
