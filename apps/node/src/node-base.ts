/**
 * What all parts of a node are made from. Who makes it is `start-node.ts`.
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'
import type { Clock } from '@sotto/protocol/clock'
import type { NodeConfig } from './config.ts'
import type { DirectoryKeeper } from './directory/directory-keeper.ts'
import type { EpochFiles } from './directory/epoch-files.ts'
import type { NodeEvents } from './events.ts'
import type { PeerNetwork } from './link/peer-network.ts'
import type { NodeIdentity } from './node-identity.ts'
import type { MessageStore } from './store/message-store.ts'
import type { RecordStore } from './store/record-store.ts'
import type { TlsCredentials } from './tls/self-signed-certificate.ts'

export interface NodeBase {
  readonly config: NodeConfig
  readonly identity: NodeIdentity
  readonly clock: Clock
  readonly randomness: Randomness
  readonly events: NodeEvents
  readonly network: PeerNetwork
  readonly store: MessageStore
  readonly records: RecordStore
  readonly keeper: DirectoryKeeper
  readonly files: EpochFiles
  readonly certificate: TlsCredentials
}
