/**
 * The groups of an account that this device can read, each opened once and again when the account's standing in it changes.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { type GroupId, parseGroupKey, type UserGroup } from '@sotto/protocol/config'
import { type GroupAccess, openGroupAccess } from './group-access.ts'
import { GroupConfigs } from './group-configs.ts'
import { GroupMemory } from './group-memory.ts'
import { GROUP_MESSAGES_NAMESPACE } from './group-namespaces.ts'
import type { GroupParts } from './group-parts.ts'

export interface OpenGroup {
  readonly id: GroupId
  readonly access: GroupAccess
  readonly configs: GroupConfigs
  readonly memory: GroupMemory
}

/** What a change needs beside its group. */
export interface GroupContext {
  readonly parts: GroupParts
  readonly groups: OpenGroups
}

interface Kept {
  readonly group: OpenGroup
  /** Of what it was opened with. */
  readonly standing: string
}

export class OpenGroups {
  readonly #parts: GroupParts
  readonly #kept = new Map<GroupId, Kept>()
  /** Whoever changes a group waits for who changes it already. */
  readonly #turns = new Map<GroupId, Promise<unknown>>()

  constructor(parts: GroupParts) {
    this.#parts = parts
  }

  /** Those that are read: neither left nor waiting for an answer to an invitation. */
  list(): readonly GroupId[] {
    const records = this.#parts.configs.groups.groups.list()
    return records.filter(([, record]) => isJoined(record)).map(([id]) => id)
  }

  find(id: GroupId): OpenGroup | undefined {
    const record = this.#parts.configs.groups.groups.find(id)
    const standing = record && isJoined(record) ? describeStanding(record) : undefined
    if (record === undefined || standing === undefined) return undefined
    const kept = this.#kept.get(id)
    if (kept?.standing === standing) return kept.group
    const group = this.#open(id, record)
    if (group !== undefined) this.#kept.set(id, { group, standing })
    return group
  }

  /** Everything but messages: nothing of it is of use once the account is out. */
  forget(id: GroupId): void {
    const { history } = this.#parts
    this.#kept.delete(id)
    history.configs.erase(id)
    history.arrivals.eraseCursors(id)
  }

  /** What another device of the account has left, or was told that it is out of. */
  forgetEnded(): void {
    const { history } = this.#parts
    const joined = new Set<string>(this.list())
    history.transaction(() => {
      for (const owner of history.configs.listOwners()) {
        const id = parseGroupKey(owner)
        if (id !== undefined && !joined.has(id)) this.forget(id)
      }
    })
  }

  /** Inside of the transaction that keeps what belongs to the change. */
  save({ id, configs, memory }: OpenGroup): void {
    configs.save()
    this.#parts.history.configs.put(id, GROUP_MESSAGES_NAMESPACE, memory.dump())
  }

  /** One after the other for one group: a change is built on the answer to the one before. */
  takeTurn<T>(id: GroupId, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(id) ?? Promise.resolve()
    const turn = before.then(work, work)
    this.#turns.set(id, turn)
    return turn
  }

  #open(id: GroupId, record: UserGroup): OpenGroup | undefined {
    const { account, compression, history } = this.#parts
    const access = openGroupAccess(account, id, record)
    if (access === undefined) return undefined
    const dumps = history.configs
    const configs = new GroupConfigs({ account, access, compression, dumps })
    return {
      id,
      access,
      configs,
      memory: new GroupMemory(dumps.find(id, GROUP_MESSAGES_NAMESPACE)),
    }
  }
}

function isJoined({ removed, isInvitePending }: UserGroup): boolean {
  return removed === 'no' && !isInvitePending
}

function describeStanding({ adminSeed, memberAuth }: UserGroup): string | undefined {
  const credential = adminSeed ?? memberAuth
  return credential === null ? undefined : encodeHex(credential)
}
