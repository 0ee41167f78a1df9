/**
 * The messenger without a screen: one account on one network. It sends, fetches and remembers through its ports, and
 * knows no platform (ADR 0006, ADR 0013).
 *
 * @module
 */
import type { Account, AccountId } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import type { Result } from '@sotto/crypto/result'
import { FILE_CONTENT_BYTES_MAX } from '@sotto/crypto/session'
import type { Clock } from '@sotto/protocol/clock'
import type { ConfigCompression, UserProfile } from '@sotto/protocol/config'
import type { DeviceDetails } from '@sotto/protocol/session-v2'
import type { ClientError } from '../errors.ts'
import type { Database, FileStore, PictureScaler, Transport } from '../ports/index.ts'
import type { ConversationId, MessageName } from '../storage/history-message.ts'
import { History } from '../storage/history.ts'
import { DeviceSettings } from './actions/device-settings.ts'
import { type ReactionToSend, react, takeBack } from './actions/react.ts'
import { setTyping } from './actions/set-typing.ts'
import { type Extraction, tellExtraction } from './actions/tell-extraction.ts'
import { ChangeSharing } from './actions/share-changes.ts'
import {
  editMessage,
  forwardMessage,
  type MessageToWrite,
  writeMessage,
} from './actions/write-message.ts'
import { Closing } from './closing.ts'
import { AccountConfigs } from './configs/account-configs.ts'
import { Contacts, type SharingParts } from './contacts.ts'
import { Conversations } from './conversations.ts'
import { FileRequests } from './files/index.ts'
import { Files } from './files.ts'
import { Devices, type DevicesParts } from './devices.ts'
import { type FollowListener, type Following, startFollowing } from './follow.ts'
import { Groups } from './groups.ts'
import { GroupActions } from './groups/index.ts'
import type { MessengerEvent } from './messenger-event.ts'
import { NetworkClient, type NetworkSettings } from './network-client.ts'
import { HeardTransport } from './network/heard-transport.ts'
import type { DirectoryStatus } from './network/verified-directory.ts'
import type { PathHop } from './paths/path.ts'
import { PreviewRequests } from './previews/index.ts'
import { Previews } from './previews.ts'
import { Protections } from './protections.ts'
import { readRound, type RoundParts } from './read-round.ts'
import { AccountInbox } from './receive/account-inbox.ts'
import { AccountPoller } from './receive/account-poller.ts'
import { SecrecyRound } from './secrecy/secrecy-round.ts'
import { Secrecy } from './secrecy/secrecy.ts'
import { Sender, type SentContent } from './sending/sender.ts'
import { eraseNetworkCopies } from './upkeep/erase-network-copies.ts'

/** ADR 0006. */
const MEMBERS_PER_ROUND = 2

export interface MessengerPorts {
  readonly transport: Transport
  readonly clock: Clock
  readonly randomness: Randomness
  readonly database: Database
  /** Where files of messages stay. */
  readonly files: FileStore
  /** Makes thumbnails of pictures; without it there are none. */
  readonly pictures?: PictureScaler
  readonly compression: ConfigCompression
}

export interface MessengerOptions {
  readonly ports: MessengerPorts
  readonly network: NetworkSettings
  readonly account: Account
  /** How this device shows itself to the account's other devices, until the person renames it. */
  readonly device?: Pick<DeviceDetails, 'description' | 'type' | 'version'>
}

export interface PollOptions {
  /**
   * How many members of the swarm are asked. Two are enough for somebody who asks again soon; who asks only once takes
   * more, because each of two may have missed a message.
   */
  readonly members?: number
}

export type Sent = Promise<Result<SentContent, ClientError>>

export interface Messenger {
  readonly accountId: AccountId
  /** What this device has. */
  readonly conversations: Conversations
  readonly contacts: Contacts
  readonly groups: Groups
  readonly files: Files
  readonly previews: Previews
  readonly settings: DeviceSettings
  readonly protections: Protections
  /** The account's other devices, and how they come and go. */
  readonly devices: Devices
  readonly profile: UserProfile
  /** Resolves when our other devices can learn it; gives why they cannot yet. */
  updateProfile(
    changes: Partial<Pick<UserProfile, 'name' | 'picture'>>,
  ): Promise<ClientError | undefined>
  /** Resolves when members of the recipient's swarm proved that they keep the message. */
  send(message: MessageToWrite): Sent
  edit(name: MessageName, text: string): Sent
  react(reaction: ReactionToSend): Sent
  /** For everyone. */
  takeBack(name: MessageName): Promise<Result<void, ClientError>>
  forward(name: MessageName, to: ConversationId): Sent
  /** Whether the person wants it to be told, and it was. */
  setTyping(to: AccountId, isTyping: boolean): Promise<boolean>
  /** The same for what was saved or photographed. */
  tellExtraction(to: AccountId, extraction: Extraction): Promise<boolean>
  /** Sends what an earlier run left in the outbox; gives how much went out. */
  resume(): Promise<number>
  /** Fetches what is new once, of all kinds of conversations, and gives what changed. */
  poll(options?: PollOptions): Promise<Result<readonly MessengerEvent[], ClientError>>
  /** Fetches what is new until it is stopped. */
  follow(listener: FollowListener): Following
  /** Before an account is deleted: what the swarm keeps for it goes. The database is the platform's to remove. */
  eraseNetworkCopies(): Promise<Result<void, ClientError>>
  /** A path of three nodes that the next request may take. */
  path(): Promise<Result<readonly PathHop[], ClientError>>
  /** The document that says who the nodes are; nothing where the seeds are believed, and before it was needed. */
  directory(): DirectoryStatus | undefined
  /**
   * Gives up what is under way, and resolves when nothing uses the ports any more; later calls are refused. The ports
   * stay open: they belong to whoever opened them.
   */
  close(): Promise<void>
}

/** Throws `ClientError` `history_newer` for a database that a later version wrote. */
export function createMessenger(options: MessengerOptions): Messenger {
  const { clock, randomness } = options.ports
  const assembled = assemble(options)
  const { parts, client, groups, files, previews, heard } = assembled
  const { configs, time, sender, closing } = parts
  const followings = new Set<Following>()

  const poll: Messenger['poll'] = ({ members = MEMBERS_PER_ROUND } = {}) =>
    closing.run(() => readRound(members, assembled))

  return {
    accountId: options.account.accountId,
    conversations: new Conversations(parts),
    contacts: new Contacts(parts),
    groups: new Groups(groups, parts),
    files: new Files(files, closing),
    previews: new Previews(previews, closing),
    settings: parts.settings,
    protections: new Protections(parts),
    devices: new Devices({ ...parts, poller: assembled.poller }),
    get profile() {
      return configs.profile
    },
    updateProfile(changes) {
      return closing.change(() => {
        configs.transact(() => {
          const updatedAtSeconds = Math.floor(time.now() / 1000)
          configs.updateProfile({ ...changes, updatedAtSeconds })
        })
        return parts.share()
      })
    },
    send: (message) => closing.run(() => thenShare(writeMessage(message, parts), parts)),
    edit: (name, text) => closing.run(() => editMessage(name, text, parts)),
    react: (reaction) => closing.run(() => react(reaction, parts)),
    takeBack: (name) => closing.run(() => takeBack(name, parts)),
    forward: (name, to) => closing.run(() => thenShare(forwardMessage(name, to, parts), parts)),
    setTyping: (to, isTyping) => closing.track(() => setTyping(to, isTyping, parts), false),
    tellExtraction: (to, extraction) =>
      closing.track(() => tellExtraction(to, extraction, parts), false),
    resume: () => closing.track(async () => (await sender.resume()) + (await groups.resume()), 0),
    poll,
    follow(listener) {
      const following = startFollowing({ poll: () => poll(), heard, clock, randomness }, listener)
      followings.add(following)
      return following
    },
    eraseNetworkCopies: () => closing.run(() => eraseNetworkCopies(parts)),
    path: () => closing.run(() => client.findPath()),
    directory: () => client.directory?.status,
    async close() {
      const stopped = [...followings].map((following) => following.stop())
      await closing.close()
      await Promise.all(stopped)
    },
  }
}

/** Everything once: the account, what follows from it, its groups. */
/** What was written may have accepted somebody. */
async function thenShare(sent: Sent, { share }: SharingParts): Sent {
  const result = await sent
  if (result.ok) await share()
  return result
}

interface Assembled extends RoundParts {
  readonly parts: RoundParts['parts'] &
    ConstructorParameters<typeof Protections>[0] &
    Omit<DevicesParts, 'poller'>
  readonly client: NetworkClient
  readonly heard: HeardTransport
  readonly previews: ConstructorParameters<typeof Previews>[0]
}

function assemble({ ports, network, account, device = {} }: MessengerOptions): Assembled {
  const { transport, clock, randomness, database, compression, files: store, pictures } = ports
  const history = new History(database)
  const closing = new Closing()
  const heard = new HeardTransport(transport)
  const reached = closing.guard(heard)
  const client = new NetworkClient(
    { transport: reached, state: history.state, clock: closing.pace(clock), randomness },
    network,
  )
  const { swarms, swarmCaller, time } = client
  const configs = new AccountConfigs({ account, compression, history })
  const settings = new DeviceSettings(history.state)
  const acceptsStrangers = (): boolean => !settings.current.knownContactsOnly
  const base = { account, history, configs, settings, swarms, swarmCaller, time, randomness }
  const sharing = new ChangeSharing(base)
  const secrecy = new Secrecy({ ...base, details: device })
  const sender = new Sender({ ...base, secrecy })
  const groups = new GroupActions({ ...base, compression, sender })
  const inbox = new AccountInbox({
    ...base,
    acceptsStrangers,
    listKeys: () => secrecy.listKeys(),
    takeDevices: (pages) => {
      secrecy.devices.take(pages)
    },
    takeGroupUpdate: (received, update) => groups.takeFromAccount(received, update),
  })
  const parts = { ...base, secrecy, sender, groups, share: () => sharing.share(), closing }
  const requests = new FileRequests(client.hostCaller)
  const { fileServers: servers = [], fileBytesMax = FILE_CONTENT_BYTES_MAX } = network
  const contentBytesMax = Math.min(fileBytesMax, FILE_CONTENT_BYTES_MAX)
  const files = { ...base, store, pictures, requests, servers, contentBytesMax }
  const { previewNodes: nodes = [] } = network
  const previews = { nodes, requests: new PreviewRequests(client.hostCaller), files, randomness }
  const poller = new AccountPoller({ ...base, inbox })
  const secret = new SecrecyRound(secrecy, inbox)
  return { parts, client, groups, files, previews, heard, poller, secrecy: secret }
}
