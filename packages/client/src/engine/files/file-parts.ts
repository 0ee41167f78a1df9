/**
 * What transfers of files work with, and how files are kept on this device: sealed as they came, under names that say nothing. Their
 * keys stand in the messages; when a message is erased, its files cannot be opened any more, and are then removed.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { Account } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import type { FileAddress } from '@sotto/protocol/attachment'
import type { FileStore, PictureScaler } from '../../ports/index.ts'
import type { History } from '../../storage/history.ts'
import type { NetworkTime } from '../network/network-clock.ts'
import type { FileRequests } from './file-requests.ts'
import { type FileServer, nameFile } from './file-server.ts'

export interface FileParts {
  readonly account: Account
  readonly history: History
  readonly time: NetworkTime
  readonly randomness: Randomness
  readonly store: FileStore
  /** Without one there are no thumbnails. */
  readonly pictures: PictureScaler | undefined
  readonly requests: FileRequests
  readonly servers: readonly FileServer[]
  /** The largest content of one file. */
  readonly contentBytesMax: number
}

const BLOB_NAME_BYTES = 16
/** What was uploaded for a message that was never sent. */
const UNUSED_MS = 24 * 60 * 60 * 1000

/** The name is noted first: what was written and not noted would stay for ever. */
export async function keepFile(
  address: FileAddress,
  sealed: Uint8Array,
  { history, time, randomness, store }: FileParts,
): Promise<void> {
  const file = nameFile(address)
  const fresh = encodeHex(randomness.bytes(BLOB_NAME_BYTES))
  history.files.put({ file, blob: fresh }, time.now())
  await store.write(history.files.findBlob(file) ?? fresh, sealed)
}

export async function readKept(
  address: FileAddress,
  { history, store }: FileParts,
): Promise<Uint8Array | undefined> {
  const blob = history.files.findBlob(nameFile(address))
  return blob === undefined ? undefined : store.read(blob)
}

/** Removes what no message needs. */
export async function sweepFiles({ history, time, store }: FileParts): Promise<void> {
  for (const { file, blob } of history.files.listUnused(time.now() - UNUSED_MS)) {
    await store.remove(blob)
    history.files.forget(file)
  }
}
