/**
 * What executing a request needs from the rest of the node.
 *
 * @module
 */
import type { SigningKeyPair } from '@sotto/crypto/signing'
import type { Clock } from '@sotto/protocol/clock'
import type { Directory, NodeRecord } from '@sotto/protocol/directory'
import type { AccountBytes } from '@sotto/protocol/swarm'
import type { MessageStore } from '../store/message-store.ts'
import type { PeerClient } from '../swarm/peer-client.ts'

/** The parts that live as long as the node. */
export interface RpcParts {
  readonly signing: SigningKeyPair
  readonly store: MessageStore
  readonly peers: PeerClient
  readonly clock: Clock
  /** Undefined until a directory is loaded. */
  readonly directory: () => Directory | undefined
  readonly hardFork: readonly [number, number]
  /** Makes sure that an account's messages are here before they are read; undefined when they are. */
  readonly prepareAccount?: (account: AccountBytes) => Promise<void> | undefined
  /** A member of the swarm, by its Ed25519 key in hex, did not apply a request. */
  readonly onMissed?: (member: string) => void
}

/** The parts, and what is fixed for one request: a directory that is reloaded meanwhile does not change it. */
export interface RpcContext extends RpcParts {
  readonly network: Directory
  readonly self: NodeRecord
}

/** What it takes to apply a request on this member alone. */
export type ApplyContext = Pick<RpcContext, 'store' | 'signing'>
