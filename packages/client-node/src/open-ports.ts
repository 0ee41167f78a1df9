/**
 * Everything that a messenger needs of its platform, opened together: what a bot or a test begins with.
 *
 * @module
 */
import type { MessengerPorts } from '@sotto/client/engine'
import { MemoryFileStore } from '@sotto/client/memory'
import { systemRandomness } from '@sotto/crypto/randomness'
import { FolderFileStore } from './folder-file-store.ts'
import { SharpPictureScaler } from './pictures/sharp-picture-scaler.ts'
import { type OpenDatabase, openDatabase } from './sqlite-database.ts'
import { systemClock } from './system-clock.ts'
import { NodeTransport } from './transport/node-transport.ts'
import { zstdCompression } from './zstd-compression.ts'

export interface OpenPorts extends MessengerPorts, Disposable {
  readonly transport: NodeTransport
  readonly database: OpenDatabase
}

/** The history is in this file, which only its owner should be able to read, and files in a folder beside it; in memory without one. */
export function openPorts(path?: string): OpenPorts {
  const database = openDatabase(path)
  const transport = new NodeTransport()
  return {
    transport,
    database,
    compression: zstdCompression,
    files: path === undefined ? new MemoryFileStore() : new FolderFileStore(`${path}-files`),
    pictures: new SharpPictureScaler(),
    clock: systemClock,
    randomness: systemRandomness,
    [Symbol.dispose]: () => {
      transport[Symbol.dispose]()
      database[Symbol.dispose]()
    },
  }
}
