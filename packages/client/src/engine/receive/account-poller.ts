/**
 * Fetches what is new for an account: some random members of its swarm are read from where this device stopped with each, all
 * namespaces in one request, and what they say is merged (ADR 0006). More than one, because a node can withhold messages or may have
 * missed them (TM-S4).
 *
 * @module
 */
import type { Account } from '@sotto/crypto/identity'
import { type Result, err, ok } from '@sotto/crypto/result'
import { ACCOUNT_CONFIGS } from '@sotto/protocol/config'
import { GROUP_NAMESPACE, OUTBOX_NAMESPACE } from '@sotto/protocol/session-v2'
import { ClientError } from '../../errors.ts'
import type { HistoryMessage } from '../../storage/history-message.ts'
import type { History } from '../../storage/history.ts'
import { CONFIG_DOMAINS } from '../configs/account-configs.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import { ROUND_MESSAGES_MAX, ROUND_PAGES_MAX, SEEN_HASHES_MAX } from '../messaging/limits.ts'
import {
  type NamespacePage,
  type PageWish,
  type RetrievePagesParts,
  retrievePages,
} from '../messaging/retrieve-pages.ts'
import type { NetworkNode } from '../network/network-node.ts'
import type { SwarmCache } from '../swarm/swarm-cache.ts'
import type { AccountInbox } from './account-inbox.ts'
import type { HistoryEvent, Outcome } from './received.ts'

/**
 * What our devices say to each other comes first, because it can have the keys for the rest (spec 12 §3.5); then messages, then configurations
 * in the order in which other clients ask for them.
 */
const NAMESPACES: readonly number[] = [
  GROUP_NAMESPACE,
  OUTBOX_NAMESPACE,
  0,
  ...CONFIG_DOMAINS.map((domain) => ACCOUNT_CONFIGS[domain].namespace),
]

export interface AccountPollerParts extends RetrievePagesParts {
  readonly account: Account
  readonly history: History
  readonly inbox: AccountInbox
  readonly swarms: SwarmCache
}

/** What one round brought, and whether a member was read to its end: what is left comes with the next one. */
export interface AccountRound extends Outcome {
  readonly isComplete: boolean
  /** How many members were. */
  readonly completeMembers: number
}

class Round implements AccountRound {
  readonly events: HistoryEvent[] = []
  readonly obsoleteHashes: string[] = []
  readonly readElsewhere: HistoryMessage[] = []
  completeMembers = 0
  messagesLeft: number = ROUND_MESSAGES_MAX

  get isComplete(): boolean {
    return this.completeMembers > 0
  }

  collect({ events, obsoleteHashes, readElsewhere }: Outcome): void {
    this.events.push(...events)
    this.obsoleteHashes.push(...obsoleteHashes)
    this.readElsewhere.push(...readElsewhere)
  }
}

export class AccountPoller {
  readonly #parts: AccountPollerParts

  constructor(parts: AccountPollerParts) {
    this.#parts = parts
  }

  /** One round. Succeeds if at least one member answered. */
  async poll(
    memberCount: number,
    namespaces: readonly number[] = NAMESPACES,
  ): Promise<Result<AccountRound, ClientError>> {
    const { account, history, swarms, time } = this.#parts
    history.arrivals.forgetSeen(time.now(), SEEN_HASHES_MAX)
    const round = new Round()
    const asked = new Set<string>()
    let answers = 0
    let failure: ClientError | undefined
    while (answers < memberCount) {
      const swarm = await swarms.find(toAccountBytes(account.accountId))
      if (!swarm.ok) return answers > 0 ? ok(round) : swarm
      const next = swarm.value.members
        .filter(({ id }) => !asked.has(id))
        .slice(0, memberCount - answers)
      if (next.length === 0) break
      for (const { id } of next) asked.add(id)
      const read = await Promise.all(
        next.map((member) => this.#readMember(member, { round, namespaces })),
      )
      const failures = read.filter((error) => error !== undefined)
      answers += read.length - failures.length
      failure = failures.find(isOurs) ?? failures[0] ?? failure
      if (answers === 0 && failure !== undefined && isOurs(failure)) return err(failure)
    }
    if (answers > 0) return ok(round)
    return err(failure ?? new ClientError('swarm_unknown', 'no members'))
  }

  /** Reads pages until there are no more, or the round's bounds are met. Gives what went wrong. */
  async #readMember(
    member: NetworkNode,
    { round, namespaces }: { readonly round: Round; readonly namespaces: readonly number[] },
  ): Promise<ClientError | undefined> {
    let wishes = namespaces.map((namespace) => this.#describeWish(member, namespace))
    for (let asked = 0; asked < ROUND_PAGES_MAX && wishes.length > 0; asked++) {
      const pages = await retrievePages(member, wishes, this.#parts)
      if (!pages.ok) {
        if (pages.error.code === 'wrong_swarm') this.#forgetPositions(member)
        return pages.error
      }
      const taken = pages.value.map((page) => takeWithin(page, round))
      round.collect(this.#parts.inbox.take(member.id, taken))
      if (round.messagesLeft === 0) return undefined
      wishes = taken.filter((page, index) => goesOn(page, wishes[index])).map(toWish)
    }
    if (wishes.length === 0) round.completeMembers += 1
    return undefined
  }

  #describeWish({ id: node }: NetworkNode, namespace: number): PageWish {
    const { account, history } = this.#parts
    return toWish({
      namespace,
      lastHash: history.arrivals.findCursor({ node, account: account.accountId, namespace }),
    })
  }

  #forgetPositions({ id: node }: NetworkNode): void {
    const { account, history } = this.#parts
    for (const namespace of NAMESPACES)
      history.arrivals.eraseCursor({ node, account: account.accountId, namespace })
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

/** What every member would say; anything else may be one member's own trouble. */
function isOurs({ code }: ClientError): boolean {
  return code === 'clock_out_of_sync' || code === 'unauthorized'
}
