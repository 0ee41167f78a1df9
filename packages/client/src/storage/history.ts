/**
 * Everything that an account has on this device, opened and current (ADR 0013).
 *
 * @module
 */
import type { Database } from '../ports/index.ts'
import { AccountKeyTable } from './account-key-table.ts'
import { ArrivalTable } from './arrival-table.ts'
import { ConfigTable } from './config-table.ts'
import { DeviceGroupTable } from './device-group-table.ts'
import { DraftTable } from './draft-table.ts'
import { EarlyEditTable } from './early-edit-table.ts'
import { FileTable } from './file-table.ts'
import { GapTable } from './gap-table.ts'
import type { ConversationId, MessageName } from './history-message.ts'
import { MessageTable } from './message-table.ts'
import { OutboxTable } from './outbox-table.ts'
import { PeerKeyTable } from './peer-key-table.ts'
import { ThumbnailTable } from './thumbnail-table.ts'
import { ProfileTable } from './profile-table.ts'
import { ProtectionTable } from './protection-table.ts'
import { ReactionTable } from './reaction-table.ts'
import { migrate } from './schema.ts'
import { StateTable } from './state-table.ts'
import { TombstoneTable } from './tombstone-table.ts'
import { UnopenedTable } from './unopened-table.ts'
import { WaitingContentTable } from './waiting-content-table.ts'

export class History {
  readonly #database: Database
  readonly messages: MessageTable
  readonly reactions: ReactionTable
  readonly tombstones: TombstoneTable
  readonly earlyEdits: EarlyEditTable
  readonly profiles: ProfileTable
  readonly arrivals: ArrivalTable
  readonly outbox: OutboxTable
  readonly drafts: DraftTable
  readonly files: FileTable
  readonly thumbnails: ThumbnailTable
  readonly configs: ConfigTable
  readonly gaps: GapTable
  readonly state: StateTable
  readonly accountKeys: AccountKeyTable
  readonly deviceGroup: DeviceGroupTable
  readonly peerKeys: PeerKeyTable
  readonly unopened: UnopenedTable
  readonly protections: ProtectionTable
  readonly waiting: WaitingContentTable

  /** Throws `ClientError` `history_newer` for what a later version wrote. */
  constructor(database: Database) {
    migrate(database)
    this.#database = database
    this.messages = new MessageTable(database)
    this.reactions = new ReactionTable(database)
    this.tombstones = new TombstoneTable(database)
    this.earlyEdits = new EarlyEditTable(database)
    this.profiles = new ProfileTable(database)
    this.arrivals = new ArrivalTable(database)
    this.outbox = new OutboxTable(database)
    this.drafts = new DraftTable(database)
    this.files = new FileTable(database)
    this.thumbnails = new ThumbnailTable(database)
    this.configs = new ConfigTable(database)
    this.gaps = new GapTable(database)
    this.state = new StateTable(database)
    this.accountKeys = new AccountKeyTable(database)
    this.deviceGroup = new DeviceGroupTable(database)
    this.peerKeys = new PeerKeyTable(database)
    this.unopened = new UnopenedTable(database)
    this.protections = new ProtectionTable(database)
    this.waiting = new WaitingContentTable(database)
  }

  /** All of it, or nothing if it throws. */
  transaction<T>(work: () => T): T {
    return this.#database.transaction(work)
  }

  /** Takes a message away with everything that hangs on it, and keeps copies from bringing it back. */
  erase(name: MessageName, endsAtMs: number): void {
    this.transaction(() => {
      this.messages.erase(name)
      this.reactions.erase(name)
      this.earlyEdits.take(name)
      this.tombstones.put(name, endsAtMs)
    })
  }

  /** All messages of a conversation; late copies stay away for as long as those of single messages. */
  eraseConversation(conversation: ConversationId, endsAtMs: number): void {
    this.transaction(() => {
      for (const name of this.messages.listNames(conversation)) this.tombstones.put(name, endsAtMs)
      this.messages.eraseConversation(conversation)
      this.reactions.eraseConversation(conversation)
      this.drafts.put(conversation, '')
      this.protections.erase(conversation)
      this.peerKeys.erase(conversation)
      this.waiting.erase(conversation)
    })
  }
}
