/**
 * The messenger without a screen: one account on one network. It sends, fetches and remembers through its ports, and
 * knows no platform (ADR 0006).
 *
 * @module
 */
import type { Account, AccountId } from '@sotto/crypto/identity'
import { type Result, err } from '@sotto/crypto/result'
import { ClientError } from '../errors.ts'
import type {
  Message,
  MessageQuery,
  MessageStore,
  OutboxStore,
  StoredMessage,
} from '../ports/index.ts'
import { type FollowListener, type Following, startFollowing } from './messaging/follow.ts'
import { Outbox, type SentMessage } from './messaging/outbox.ts'
import { MEMBERS_PER_ROUND, Poller } from './messaging/poller.ts'
import type { DirectoryStatus } from './network/verified-directory.ts'
import { NetworkClient, type NetworkPorts, type NetworkSettings } from './network-client.ts'
import type { PathHop } from './paths/path.ts'

export interface MessengerPorts extends NetworkPorts {
  readonly messages: MessageStore
  readonly outbox: OutboxStore
}

export interface MessengerOptions {
  readonly ports: MessengerPorts
  readonly network: NetworkSettings
  readonly account: Account
}

export interface PollOptions {
  /**
   * How many members of the swarm are asked. Two are enough for somebody who asks again soon; who asks only once takes
   * more, because each of two may have missed a message.
   */
  readonly members?: number
}

export interface Messenger {
  readonly accountId: AccountId
  /** Resolves when members of the recipient's swarm proved that they keep the message. */
  send(message: {
    readonly to: AccountId
    readonly text: string
  }): Promise<Result<SentMessage, ClientError>>
  /** Sends what an earlier run left in the outbox; gives how much went out. */
  resume(): Promise<number>
  /** Fetches new messages once, of all kinds of conversations, and gives those that were new. */
  poll(options?: PollOptions): Promise<Result<readonly Message[], ClientError>>
  /** Fetches new messages until it is stopped. */
  follow(listener: FollowListener): Following
  /** What this device has, oldest first. */
  messages(query?: MessageQuery): Promise<readonly StoredMessage[]>
  markRead(hashes: readonly string[]): Promise<void>
  /** A path of three nodes that the next request may take. */
  path(): Promise<Result<readonly PathHop[], ClientError>>
  /** The document that says who the nodes are; nothing where the seeds are believed, and before it was needed. */
  directory(): DirectoryStatus | undefined
  /** Stops what runs; later calls are refused. The ports stay open: they belong to whoever opened them. */
  close(): Promise<void>
}

export function createMessenger({ ports, network, account }: MessengerOptions): Messenger {
  const { transport, state, clock, randomness, messages, outbox } = ports
  const client = new NetworkClient({ transport, state, clock, randomness }, network)
  const { swarms, swarmCaller, time } = client
  const parts = { account, messages, outbox, time, randomness, swarms, swarmCaller }
  const sending = new Outbox(parts)
  const poller = new Poller(parts)
  const followings = new Set<Following>()
  let isClosed = false
  const refused: Result<never, ClientError> = err(new ClientError('closed'))

  async function poll({ members = MEMBERS_PER_ROUND }: PollOptions = {}): ReturnType<
    Messenger['poll']
  > {
    if (isClosed) return refused
    await client.refresh()
    return poller.poll(members)
  }

  return {
    accountId: account.accountId,
    send: async ({ to, text }) => (isClosed ? refused : sending.send(to, text)),
    resume: async () => (isClosed ? 0 : sending.resume()),
    poll,
    follow(listener) {
      const following = startFollowing(() => poll(), clock, listener)
      followings.add(following)
      return following
    },
    messages: (query = {}) => messages.list(query),
    markRead: (hashes) => messages.markRead(hashes),
    path: async () => (isClosed ? refused : client.findPath()),
    directory: () => client.directory?.status,
    async close() {
      isClosed = true
      await Promise.all([...followings].map((following) => following.stop()))
    },
  }
}
