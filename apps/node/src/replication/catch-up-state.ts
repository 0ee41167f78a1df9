/**
 * What this node has still to learn about the accounts that it keeps (spec 10 §9.2): a pure record of the directories
 * under which others kept them, from the change of membership or the start until everything was compared.
 *
 * @module
 */
import type { Directory, NodeRecord } from '@sotto/protocol/directory'
import { type AccountBytes, INVALID_SWARM_ID, listFormerOwners } from '@sotto/protocol/swarm'

/** Holders of older directories have handed their records over long ago. */
const PENDING_MAX = 8

/** One reason to learn: a directory under which others kept what this node keeps now. */
export interface PendingLesson {
  readonly directory: Directory
}

/** Nodes that kept some of this node's accounts before, together. */
export interface HolderGroup {
  readonly swarm: bigint
  readonly members: readonly NodeRecord[]
}

export class CatchUpState {
  readonly #ownKey: Uint8Array
  #current: Directory | undefined
  #pending: readonly PendingLesson[] = []

  /** Ed25519. */
  constructor(ownKey: Uint8Array) {
    this.#ownKey = ownKey
  }

  /** Whether reads may be answered from this node's own records alone. */
  get isCaughtUp(): boolean {
    return this.#pending.length === 0
  }

  /** Takes the directory in use; true when there is something to learn under it. */
  enter(next: Directory): boolean {
    const previous = this.#current
    this.#current = next
    const swarm = this.#swarmIn(next)
    if (swarm === INVALID_SWARM_ID) this.#pending = []
    // Nobody knows what a node missed that was not there: it begins with what its own swarm has.
    else if (previous === undefined) this.#pending = [{ directory: next }]
    else if (this.#hasNewAccounts(previous, next)) {
      this.#pending = [...this.#pending, { directory: previous }].slice(-PENDING_MAX)
    }
    return !this.isCaughtUp
  }

  /** Something was missed that nobody can name, such as while this node could not reach the others. */
  doubt(): void {
    if (this.#current !== undefined && this.isCaughtUp)
      this.#pending = [{ directory: this.#current }]
  }

  /** These lessons, as `pending` gave them, are learnt. */
  settle(lessons: readonly PendingLesson[]): void {
    this.#pending = this.#pending.filter((lesson) => !lessons.includes(lesson))
  }

  get pending(): readonly PendingLesson[] {
    return this.#pending
  }

  /** Who may have records of the account, the oldest holders first. */
  holdersOf(account: AccountBytes): readonly NodeRecord[] {
    const holders = this.#pending.flatMap(({ directory }) => directory.swarmOf(account).members)
    return this.#present(holders)
  }

  /** All groups that may have records of this node's accounts. */
  groups(): readonly HolderGroup[] {
    const current = this.#current
    if (current === undefined) return []
    const own = this.#swarmIn(current)
    return this.#pending.flatMap(({ directory }) =>
      listFormerOwners(directory.swarmIds, current.swarmIds, own).map((swarm) => ({
        swarm,
        members: this.#present(directory.membersOf(swarm)),
      })),
    )
  }

  #swarmIn(directory: Directory): bigint {
    return directory.findByEd25519(this.#ownKey)?.swarm ?? INVALID_SWARM_ID
  }

  #hasNewAccounts(previous: Directory, next: Directory): boolean {
    if (this.#swarmIn(previous) !== this.#swarmIn(next)) return true
    return (
      previous.swarmIds.length !== next.swarmIds.length ||
      previous.swarmIds.some((id, index) => id !== next.swarmIds[index])
    )
  }

  /** The nodes as the current directory has them, each once, without those that are gone and this one. */
  #present(nodes: readonly NodeRecord[]): readonly NodeRecord[] {
    const current = this.#current
    const own = current?.findByEd25519(this.#ownKey)
    const present = nodes.flatMap((node) => current?.findByEd25519(node.ed25519) ?? [])
    return [...new Set(present)].filter((node) => node !== own)
  }
}
