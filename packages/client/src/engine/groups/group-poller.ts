/**
 * Fetches what is new in a group: some random members of its swarm are read from where this device stopped with each, all
 * namespaces in one request (ADR 0006, spec 14 §1).
 *
 * @module
 */
import { type Result, err, ok } from '@sotto/crypto/result'
import type { GroupId } from '@sotto/protocol/config'
import { ClientError } from '../../errors.ts'
import { ROUND_MESSAGES_MAX, ROUND_PAGES_MAX } from '../messaging/limits.ts'
import type { NamespacePage, PageWish } from '../messaging/retrieve-pages.ts'
import type { NetworkNode } from '../network/network-node.ts'
import type { GroupEvent, GroupOutcome } from './group-events.ts'
import type { GroupInbox } from './group-inbox.ts'
import { GROUP_KICKED_NAMESPACE, GROUP_NAMESPACES } from './group-namespaces.ts'
import type { GroupParts } from './group-parts.ts'
import type { OpenGroup, OpenGroups } from './open-groups.ts'
import { retrieveGroupPages } from './retrieve-group-pages.ts'

/** Spec 14 §4.5. Far less than what is prolonged lives. */
const PROLONG_EVERY_MS: number = 24 * 60 * 60 * 1000

export interface GroupPollerParts extends GroupParts {
  readonly groups: OpenGroups
  readonly inbox: GroupInbox
}

class Round {
  readonly events: GroupEvent[] = []
  readonly obsoleteHashes: string[] = []
  messagesLeft: number = ROUND_MESSAGES_MAX
  prolonged: readonly string[] = []

  collect({ events, obsoleteHashes }: GroupOutcome): void {
    this.events.push(...events)
    this.obsoleteHashes.push(...obsoleteHashes)
  }

  /** Only one of the members is asked: it tells the others. */
  takeProlonged(): readonly string[] {
    const taken = this.prolonged
    this.prolonged = []
    return taken
  }
}

export class GroupPoller {
  readonly #parts: GroupPollerParts
  readonly #prolongedAtMs = new Map<GroupId, number>()

  constructor(parts: GroupPollerParts) {
    this.#parts = parts
  }

  /** One round. Succeeds if at least one member answered. */
  async poll(group: OpenGroup, memberCount: number): Promise<Result<GroupOutcome, ClientError>> {
    const { swarms } = this.#parts
    const round = new Round()
    round.prolonged = this.#chooseProlonged(group)
    const asked = new Set<string>()
    let answers = 0
    let failure: ClientError | undefined
    while (answers < memberCount) {
      const swarm = await swarms.find(group.access.accountBytes)
      if (!swarm.ok) return answers > 0 ? ok(round) : swarm
      const next = swarm.value.members
        .filter(({ id }) => !asked.has(id))
        .slice(0, memberCount - answers)
      if (next.length === 0) break
      for (const { id } of next) asked.add(id)
      const read = await Promise.all(next.map((member) => this.#readMember(group, member, round)))
      const failures = read.filter((error) => error !== undefined)
      answers += read.length - failures.length
      failure = failures.find(isOurs) ?? failures[0] ?? failure
      if (answers === 0 && failure !== undefined && isOurs(failure)) return err(failure)
    }
    if (answers > 0) return ok(round)
    return err(failure ?? new ClientError('swarm_unknown', 'no members'))
  }

  #chooseProlonged({ id, configs }: OpenGroup): readonly string[] {
    const nowMs = this.#parts.time.now()
    if (nowMs - (this.#prolongedAtMs.get(id) ?? 0) < PROLONG_EVERY_MS) return []
    const hashes = configs.activeHashes
    if (hashes.length > 0) this.#prolongedAtMs.set(id, nowMs)
    return hashes
  }

  async #readMember(
    group: OpenGroup,
    member: NetworkNode,
    round: Round,
  ): Promise<ClientError | undefined> {
    const failure = await this.#readNamespaces(group, member, {
      namespaces: GROUP_NAMESPACES,
      round,
    })
    if (failure?.code !== 'unauthorized' || group.access.admin !== undefined) return failure
    // Whoever was removed may still read the one namespace that says so.
    const namespaces = [GROUP_KICKED_NAMESPACE]
    return (
      (await this.#readNamespaces(group, member, { namespaces, round })) ?? this.#stillOut(group)
    )
  }

  /** Nothing said why: the failure stands, and the next round asks others. */
  #stillOut({ id }: OpenGroup): ClientError | undefined {
    if (this.#parts.groups.find(id) === undefined) return undefined
    return new ClientError('unauthorized', 'token')
  }

  /** Reads pages until there are no more, or the round's bounds are met. Gives what went wrong. */
  async #readNamespaces(
    group: OpenGroup,
    member: NetworkNode,
    { namespaces, round }: { readonly namespaces: readonly number[]; readonly round: Round },
  ): Promise<ClientError | undefined> {
    const { access } = group
    let wishes = namespaces.map((namespace) => this.#describeWish(group, member, namespace))
    for (let asked = 0; asked < ROUND_PAGES_MAX && wishes.length > 0; asked++) {
      const prolonged = namespaces.length > 1 ? round.takeProlonged() : []
      const query = { access, wishes, prolonged }
      const pages = await retrieveGroupPages(member, query, this.#parts)
      if (!pages.ok) {
        if (pages.error.code === 'wrong_swarm') this.#forgetPositions(group, member)
        return pages.error
      }
      // The other member may have said that the account is out.
      if (this.#parts.groups.find(group.id) !== group) return undefined
      const taken = pages.value.map((page) => takeWithin(page, round))
      round.collect(this.#parts.inbox.take(group, member.id, taken))
      if (round.messagesLeft === 0) return undefined
      wishes = taken.filter((page, index) => goesOn(page, wishes[index])).map(toWish)
    }
    return undefined
  }

  #describeWish({ id }: OpenGroup, { id: node }: NetworkNode, namespace: number): PageWish {
    const { arrivals } = this.#parts.history
    const lastHash = arrivals.findCursor({ node, account: id, namespace })
    return toWish({ namespace, lastHash })
  }

  #forgetPositions({ id }: OpenGroup, { id: node }: NetworkNode): void {
    const { arrivals } = this.#parts.history
    for (const namespace of GROUP_NAMESPACES) arrivals.eraseCursor({ node, account: id, namespace })
  }
}

function toWish({ namespace, lastHash }: Pick<NamespacePage, 'namespace' | 'lastHash'>): PageWish {
  return lastHash === undefined ? { namespace } : { namespace, lastHash }
}

/** As much as the round has room for; the next one goes on behind it. */
function takeWithin(page: NamespacePage, round: Round): NamespacePage {
  const messages = page.messages.slice(0, round.messagesLeft)
  round.messagesLeft -= messages.length
  if (messages.length === page.messages.length) return page
  return { ...page, messages, lastHash: messages.at(-1)?.hash }
}

/** A node that repeats its last page would keep us here. */
function goesOn({ hasMore, lastHash }: NamespacePage, wish: PageWish | undefined): boolean {
  return hasMore && lastHash !== undefined && lastHash !== wish?.lastHash
}

/** What every member would say; a refused token may be one member's own mistake. */
function isOurs({ code }: ClientError): boolean {
  return code === 'clock_out_of_sync'
}
