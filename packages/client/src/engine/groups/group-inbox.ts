/**
 * Takes what one member of a group's swarm gave: keys first, which open the rest, then configurations, which say who belongs
 * to the group, then messages; all of it with the positions up to which the member was read, or nothing (spec 14 §1).
 *
 * @module
 */
import { GROUP_CONFIGS } from '@sotto/protocol/config'
import { isDeletedByInfo, isKicked, openKickNotice } from '@sotto/protocol/group'
import type { RetrievedMessage } from '@sotto/protocol/rpc'
import type { NamespacePage } from '../messaging/retrieve-pages.ts'
import { applyReceived } from '../receive/apply-received.ts'
import type { Received } from '../receive/received.ts'
import { StrangerRoom } from '../receive/stranger-room.ts'
import { eraseSentUntil, isDeletedEarly } from './apply-deletion.ts'
import { applyNotice } from './apply-notice.ts'
import type { GroupEvent, GroupOutcome } from './group-events.ts'
import {
  GROUP_CONFIG_NAMESPACES,
  GROUP_DOMAINS,
  GROUP_KEYS_NAMESPACE,
  GROUP_KICKED_NAMESPACE,
  GROUP_MESSAGES_NAMESPACE,
} from './group-namespaces.ts'
import type { GroupParts } from './group-parts.ts'
import type { OpenGroup, OpenGroups } from './open-groups.ts'
import { openGroupReceived } from './open-message.ts'
import { noteMembers } from './note-members.ts'

const SECOND_MS = 1000
const NOTHING: GroupOutcome = { events: [], obsoleteHashes: [] }

type Pages = readonly NamespacePage[]

export class GroupInbox {
  readonly #parts: GroupParts
  readonly #groups: OpenGroups

  constructor(parts: GroupParts, groups: OpenGroups) {
    this.#parts = parts
    this.#groups = groups
  }

  /** `node` is the member's Ed25519 key in hex. */
  take(group: OpenGroup, node: string, pages: Pages): GroupOutcome {
    return this.#parts.configs.transact(() => {
      const keys = listIn(pages, GROUP_KEYS_NAMESPACE)
      const hasKeys = group.configs.receiveKeys(
        keys.map(({ hash, timestampMs, data: bytes }) => ({ hash, timestampMs, bytes })),
      )
      const end = this.#findEnd(group, pages)
      if (end !== undefined) return this.#leave(group, end)
      const merged = this.#mergeConfigs(group, pages)
      if (group.configs.info.isDestroyed) return this.#leave(group, 'destroyed')
      const nowMs = this.#parts.time.now()
      // Only keys and members make sense of what made none before.
      const isNewSense = hasKeys || merged.events.length > 0
      const waiting = isNewSense ? group.memory.takeWaiting(nowMs) : []
      const messages = this.#applyMessages(group, [...waiting, ...this.#listUnseen(pages)], nowMs)
      this.#remember(group, node, pages)
      if (hasKeys) this.#readConfigsAgain(group)
      return {
        events: [...merged.events, ...messages.events],
        obsoleteHashes: [...merged.obsoleteHashes, ...messages.obsoleteHashes],
      }
    })
  }

  /**
   * Who leads cannot be removed. Before its first key a device cannot compare generations; then a notice counts if it is
   * younger than the invitation.
   */
  #findEnd({ access, configs, id }: OpenGroup, pages: Pages): 'kicked' | undefined {
    const { account, configs: accountConfigs } = this.#parts
    const { groupKey, admin } = access
    if (admin !== undefined) return undefined
    const joinedAtMs = (accountConfigs.groups.groups.find(id)?.joinedAtSeconds ?? 0) * SECOND_MS
    const { generation } = configs.keys
    const isOut = listIn(pages, GROUP_KICKED_NAMESPACE).some(({ data: bytes, timestampMs }) => {
      const noticed = openKickNotice({ account, groupKey, bytes })
      if (noticed === undefined || !isKicked(noticed, generation)) return false
      return generation >= 0 || timestampMs >= joinedAtMs
    })
    return isOut ? 'kicked' : undefined
  }

  #leave({ id }: OpenGroup, removed: 'kicked' | 'destroyed'): GroupOutcome {
    const { configs } = this.#parts
    configs.groups.groups.update(id, { removed, adminSeed: null, memberAuth: null })
    this.#groups.forget(id)
    return { ...NOTHING, events: [{ kind: 'conversation', conversation: id }] }
  }

  #mergeConfigs(group: OpenGroup, pages: Pages): GroupOutcome {
    const { configs, id } = group
    const before = configs.members.list().map(([member]) => member)
    const deletedBefore = configs.info.deleteBeforeSeconds
    const changed = GROUP_DOMAINS.filter((domain) =>
      configs.merge(domain, listIn(pages, GROUP_CONFIGS[domain].namespace)),
    )
    if (changed.length === 0) return NOTHING
    noteMembers(group, before, this.#parts.time.now())
    this.#noteName(group)
    const { deleteBeforeSeconds } = configs.info
    const erased =
      deleteBeforeSeconds > deletedBefore
        ? eraseSentUntil(this.#parts.history, id, deleteBeforeSeconds * SECOND_MS)
        : NOTHING
    return { ...erased, events: [...erased.events, { kind: 'conversation', conversation: id }] }
  }

  /** The account's own list shows the group before its configurations are read. */
  #noteName({ configs, id }: OpenGroup): void {
    const { groups } = this.#parts.configs.groups
    const { name } = configs.info
    if (name !== '' && groups.find(id)?.name !== name) groups.update(id, { name })
  }

  #listUnseen(pages: Pages): readonly RetrievedMessage[] {
    const { arrivals } = this.#parts.history
    return listIn(pages, GROUP_MESSAGES_NAMESPACE).filter(({ hash }) => !arrivals.isSeen(hash))
  }

  #applyMessages(
    group: OpenGroup,
    messages: readonly RetrievedMessage[],
    nowMs: number,
  ): GroupOutcome {
    const outcomes = messages.map((message) => this.#applyMessage(group, message, nowMs))
    return {
      events: outcomes.flatMap(({ events }) => events),
      obsoleteHashes: outcomes.flatMap(({ obsoleteHashes }) => obsoleteHashes),
    }
  }

  #applyMessage(group: OpenGroup, message: RetrievedMessage, nowMs: number): GroupOutcome {
    const opened = openGroupReceived(group, message, this.#parts.compression)
    if (opened.kind === 'waiting') group.memory.wait(message, nowMs)
    if (opened.kind !== 'received') return NOTHING
    const { received } = opened
    const { history } = this.#parts
    if (received.action.kind === 'group')
      return applyNotice(group, { received, update: received.action.update }, { history, nowMs })
    const trace = { author: received.sender, hash: received.hash, sentAtMs: received.sentAtMs }
    if (isDeletedByInfo(group.configs.info, trace) || isDeletedEarly(history, trace)) return NOTHING
    return this.#applyContent(received, nowMs)
  }

  /** Receipts, typing and requests are between two; what a group deletes, a notice names. */
  #applyContent(received: Received, nowMs: number): GroupOutcome {
    const { kind } = received.action
    const isShown =
      kind === 'message' || kind === 'reaction' || kind === 'screenshot' || kind === 'media_saved'
    if (!isShown) return NOTHING
    const { account, history, configs } = this.#parts
    const { contacts } = configs
    const own = account.accountId
    const room = new StrangerRoom([], contacts, own)
    const events: readonly GroupEvent[] = applyReceived(received, {
      own,
      history,
      contacts,
      acceptsStrangers: true,
      room,
      nowMs,
    }).events
    return { ...NOTHING, events }
  }

  #remember(group: OpenGroup, node: string, pages: Pages): void {
    const { history } = this.#parts
    const read = pages.filter(({ lastHash }) => lastHash !== undefined)
    // Most rounds bring nothing, and then nothing is written.
    if (read.length === 0) return
    for (const { namespace, messages, lastHash = '' } of read) {
      history.arrivals.putCursor({ node, account: group.id, namespace }, lastHash)
      if (namespace !== GROUP_MESSAGES_NAMESPACE) continue
      for (const { hash, expiryMs } of messages) history.arrivals.markSeen(hash, expiryMs)
    }
    this.#groups.save(group)
  }

  /** A revision that came before its key was refused, and behind the position nobody would see it again. */
  #readConfigsAgain({ id }: OpenGroup): void {
    const { arrivals } = this.#parts.history
    for (const namespace of GROUP_CONFIG_NAMESPACES) arrivals.eraseCursors(id, namespace)
  }
}

function listIn(pages: Pages, namespace: number): readonly RetrievedMessage[] {
  return pages.find((page) => page.namespace === namespace)?.messages ?? []
}
