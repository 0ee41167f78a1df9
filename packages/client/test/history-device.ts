/**
 * A device of an account with a history, on a simulated network: the parts that receive and send, put together.
 *
 * @module
 */
import type { Account } from '@sotto/crypto/identity'
import type { AccountBytes } from '@sotto/protocol/swarm'
import { AccountConfigs } from '../src/engine/configs/account-configs.ts'
import { toAccountBytes } from '../src/engine/messaging/account-bytes.ts'
import type { NetworkClient } from '../src/engine/network-client.ts'
import { AccountInbox, type AccountInboxParts } from '../src/engine/receive/account-inbox.ts'
import { AccountPoller } from '../src/engine/receive/account-poller.ts'
import { Sender } from '../src/engine/sending/sender.ts'
import type { ConversationId } from '../src/storage/history-message.ts'
import { History } from '../src/storage/history.ts'
import { createClient } from './simulated-client.ts'
import type { SimulatedNetwork } from './simulated-network.ts'
import { openSqlite } from './sqlite-database.ts'
import { zstdCompression } from './zstd-compression.ts'

export interface HistoryDevice {
  readonly account: Account
  readonly accountBytes: AccountBytes
  readonly client: NetworkClient
  readonly history: History
  readonly configs: AccountConfigs
  readonly poller: AccountPoller
  readonly sender: Sender
  textsWith(conversation: ConversationId): readonly string[]
}

export function createHistoryDevice(
  network: SimulatedNetwork,
  account: Account,
  history: History = new History(openSqlite()),
  takeGroupUpdate?: AccountInboxParts['takeGroupUpdate'],
): HistoryDevice {
  const client = createClient(network)
  const configs = new AccountConfigs({ account, compression: zstdCompression, history })
  const { time, swarms, swarmCaller } = client
  const acceptsStrangers = (): boolean => true
  const inbox = new AccountInbox({
    account,
    history,
    configs,
    time,
    acceptsStrangers,
    ...(takeGroupUpdate && { takeGroupUpdate }),
  })
  const parts = { account, history, time, swarms, swarmCaller, randomness: network.randomness }
  return {
    account,
    accountBytes: toAccountBytes(account.accountId),
    client,
    history,
    configs,
    poller: new AccountPoller({ ...parts, inbox }),
    sender: new Sender(parts),
    textsWith: (conversation) =>
      history.messages
        .list(conversation, { limit: 10_000 })
        .map(({ text }) => text)
        .toReversed(),
  }
}
