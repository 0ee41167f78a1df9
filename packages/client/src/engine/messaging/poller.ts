/**
 * Fetches new messages: some random members of our swarm are read from where we stopped with each, and what they say is
 * merged (ADR 0006). More than one, because a node can withhold messages or may have missed them (TM-S4).
 *
 * @module
 */
import { type Result, err, ok } from '@sotto/crypto/result'
import { ClientError } from '../../errors.ts'
import type { CursorKey, Message } from '../../ports/index.ts'
import type { NetworkNode } from '../network/network-node.ts'
import type { Swarm, SwarmCache } from '../swarm/swarm-cache.ts'
import { toAccountBytes } from './account-bytes.ts'
import { Inbox, type InboxParts } from './inbox.ts'
import { ROUND_MESSAGES_MAX, ROUND_PAGES_MAX, SEEN_HASHES_MAX } from './limits.ts'
import { type RetrieveParts, retrievePage } from './retrieve-page.ts'
import { INBOX_NAMESPACE } from './store-message.ts'

/** ADR 0006. */
export const MEMBERS_PER_ROUND = 2

export interface PollerParts extends InboxParts, RetrieveParts {
  readonly swarms: SwarmCache
}

interface Round {
  readonly added: Message[]
  messagesLeft: number
}

export class Poller {
  readonly #parts: PollerParts
  readonly #inbox: Inbox

  constructor(parts: PollerParts) {
    this.#parts = parts
    this.#inbox = new Inbox(parts)
  }

  /** One round. Succeeds if at least one member answered; gives what was new. */
  async poll(memberCount: number): Promise<Result<readonly Message[], ClientError>> {
    const { swarms, messages, time, account } = this.#parts
    await messages.forgetSeen(time.now(), SEEN_HASHES_MAX)
    const own = toAccountBytes(account.accountId)
    const asked = new Set<string>()
    const round: Round = { added: [], messagesLeft: ROUND_MESSAGES_MAX }
    let answers = 0
    let failure: ClientError | undefined
    for (;;) {
      const swarm: Result<Swarm, ClientError> = await swarms.find(own)
      if (!swarm.ok) return answers > 0 ? ok(round.added) : swarm
      const next = swarm.value.members
        .filter(({ id }) => !asked.has(id))
        .slice(0, memberCount - answers)
      if (next.length === 0) break
      for (const { id } of next) asked.add(id)
      const read = await Promise.all(next.map((member) => this.#readMember(member, round)))
      const failures = read.filter((error) => error !== undefined)
      answers += read.length - failures.length
      failure = failures.find(isOurs) ?? failures[0] ?? failure
      if (answers === 0 && failure !== undefined && isOurs(failure)) return err(failure)
    }
    if (answers > 0) return ok(round.added)
    return err(failure ?? new ClientError('swarm_unknown', 'no members'))
  }

  /** Reads pages until there are no more, or the round's bounds are met. Gives what went wrong. */
  async #readMember(member: NetworkNode, round: Round): Promise<ClientError | undefined> {
    const { messages, account } = this.#parts
    const key: CursorKey = {
      node: member.id,
      account: account.accountId,
      namespace: INBOX_NAMESPACE,
    }
    let lastHash = await messages.findCursor(key)
    for (let pages = 0; pages < ROUND_PAGES_MAX && round.messagesLeft > 0; pages++) {
      const page = await retrievePage(member, lastHash, this.#parts)
      if (!page.ok) {
        if (page.error.code === 'wrong_swarm') await messages.deleteCursor(key)
        return page.error
      }
      // A node that repeats its last page would keep us here.
      if (page.value.lastHash === undefined || page.value.lastHash === lastHash) return undefined
      const taken = page.value.messages.slice(0, round.messagesLeft)
      const isWhole = taken.length === page.value.messages.length
      lastHash = isWhole ? page.value.lastHash : (taken.at(-1)?.hash ?? lastHash)
      round.messagesLeft -= taken.length
      if (lastHash === undefined) return undefined
      const cursor = { ...key, hash: lastHash }
      round.added.push(...(await this.#inbox.accept({ messages: taken, cursor })))
      if (!page.value.hasMore) return undefined
    }
    return undefined
  }
}

/** What every member would say; anything else may be one member's own trouble. */
function isOurs({ code }: ClientError): boolean {
  return code === 'clock_out_of_sync' || code === 'unauthorized'
}
