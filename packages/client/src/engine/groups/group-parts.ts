/**
 * What everything about groups is built from.
 *
 * @module
 */
import type { Account } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import type { ConfigCompression } from '@sotto/protocol/config'
import type { History } from '../../storage/history.ts'
import type { AccountConfigs } from '../configs/account-configs.ts'
import type { NetworkTime } from '../network/network-clock.ts'
import type { Sender } from '../sending/sender.ts'
import type { SwarmCache } from '../swarm/swarm-cache.ts'
import type { SwarmCaller } from '../swarm/swarm-caller.ts'

export interface GroupParts {
  readonly account: Account
  readonly history: History
  readonly configs: AccountConfigs
  readonly compression: ConfigCompression
  readonly swarms: SwarmCache
  readonly swarmCaller: SwarmCaller
  readonly time: NetworkTime
  readonly randomness: Randomness
  /** For what goes to one account: invitations and promotions. */
  readonly sender: Pick<Sender, 'send'>
}
