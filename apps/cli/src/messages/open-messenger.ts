/**
 * Puts the engine together with the adapters of this program.
 *
 * @module
 */
import { type Messenger, NetworkClient, createMessenger } from '@sotto/client/engine'
import { MemoryStateStore } from '@sotto/client/memory'
import { systemClock } from '@sotto/client-node/clock'
import { zstdCompression } from '@sotto/client-node/compression'
import { wrapSqlite } from '@sotto/client-node/database'
import { FolderFileStore } from '@sotto/client-node/files'
import { SharpPictureScaler } from '@sotto/client-node/pictures'
import { NodeTransport } from '@sotto/client-node/transport'
import { deriveAccount } from '@sotto/crypto/identity'
import { systemRandomness } from '@sotto/crypto/randomness'
import type { NetworkPlace } from '../config.ts'
import { openAccountHome } from '../home/account-file.ts'
import { adoptOldMessages } from '../home/schema.ts'
import { findNetwork } from './find-network.ts'

export interface OpenMessenger extends AsyncDisposable {
  readonly messenger: Messenger
}

/** The messenger of a home's account on this network. */
export async function openMessenger(path: string, place: NetworkPlace): Promise<OpenMessenger> {
  await using resources = new AsyncDisposableStack()
  const { home, seed } = openAccountHome(path)
  resources.use(home)
  const settings = await findNetwork(place)
  const transport = resources.use(new NodeTransport())
  const { database } = home
  const messenger = createMessenger({
    ports: {
      transport,
      clock: systemClock,
      randomness: systemRandomness,
      database: wrapSqlite(database),
      compression: zstdCompression,
      files: new FolderFileStore(home.filesPath),
      pictures: new SharpPictureScaler(),
    },
    network: settings,
    account: deriveAccount(seed),
    // As other clients name programs of this kind.
    device: { type: 'c' },
  })
  resources.defer(() => messenger.close())
  adoptOldMessages(database)
  const owned = resources.move()
  return { messenger, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

export interface OpenNetwork extends Disposable {
  readonly network: NetworkClient
}

/** The network without an account; nothing is remembered. */
export async function openNetwork(place: NetworkPlace): Promise<OpenNetwork> {
  const settings = await findNetwork(place)
  const transport = new NodeTransport()
  const ports = { transport, clock: systemClock, randomness: systemRandomness }
  const network = new NetworkClient({ ...ports, state: new MemoryStateStore() }, settings)
  return { network, [Symbol.dispose]: () => transport[Symbol.dispose]() }
}
