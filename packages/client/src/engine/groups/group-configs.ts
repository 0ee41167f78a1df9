/**
 * A group's keys and its two configurations on this device: opened from their dumps, read in the order in which they open
 * each other, changed by admins, and saved again (spec 14 §4, spec 11 §7.7). Sending them is `push-group.ts`.
 *
 * @module
 */
import type { Account, AccountId } from '@sotto/crypto/identity'
import {
  type ConfigCompression,
  describeGroupConfig,
  GROUP_CONFIGS,
  type GroupConfigDomain,
  type GroupInfo,
  type GroupMember,
  type KeyedRecords,
  loadSharedConfig,
  openGroupMembers,
  readGroupInfo,
  SharedConfig,
  type StoredConfig,
  updateGroupInfo,
} from '@sotto/protocol/config'
import {
  decodeKeysDump,
  encodeKeysDump,
  GroupKeys,
  type GroupKeysState,
  type KeysPush,
  type StoredKeysMessage,
} from '@sotto/protocol/group'
import type { ConfigTable } from '../../storage/config-table.ts'
import type { GroupAccess } from './group-access.ts'
import { GROUP_DOMAINS, GROUP_KEYS_NAMESPACE } from './group-namespaces.ts'

export interface GroupConfigsParts {
  readonly account: Account
  readonly access: GroupAccess
  readonly compression: ConfigCompression
  readonly dumps: ConfigTable
}

/** Everything as it was at one moment. */
export interface GroupSnapshot {
  readonly keys: GroupKeysState
  readonly dumps: ReadonlyMap<GroupConfigDomain, Uint8Array>
}

export class GroupConfigs {
  readonly #parts: GroupConfigsParts
  #keys: GroupKeys
  #configs: ReadonlyMap<GroupConfigDomain, SharedConfig>

  constructor(parts: GroupConfigsParts) {
    this.#parts = parts
    const { access, dumps } = parts
    const dump = dumps.find(access.groupId, GROUP_KEYS_NAMESPACE)
    const state = dump && decodeKeysDump(dump)
    this.#keys = this.#openKeys(state?.ok === true ? state.value : undefined)
    this.#configs = this.#openAll((domain) =>
      dumps.find(access.groupId, GROUP_CONFIGS[domain].namespace),
    )
  }

  get keys(): Pick<GroupKeys, 'secrets' | 'generation' | 'needsRekey' | 'state' | 'supplement'> {
    return this.#keys
  }

  get info(): GroupInfo {
    return readGroupInfo(this.config('groups::Info'))
  }

  /** Of the configurations as they are now: not to be kept. */
  get members(): KeyedRecords<AccountId, GroupMember> {
    return openGroupMembers(this.config('groups::Members'))
  }

  /** What must not end, or members who were away could not read on. */
  get activeHashes(): readonly string[] {
    const configs = this.#parts.access.admin === undefined ? [] : [...this.#configs.values()]
    return [...this.#keys.activeHashes, ...configs.flatMap((config) => config.activeHashes)]
  }

  updateInfo(changes: Partial<GroupInfo>): void {
    updateGroupInfo(this.config('groups::Info'), changes)
  }

  config(domain: GroupConfigDomain): SharedConfig {
    const config = this.#configs.get(domain)
    if (config === undefined) throw new TypeError('no configuration of a group')
    return config
  }

  /** Whether there are keys that were not known; what was refused before may open now. */
  receiveKeys(stored: readonly StoredKeysMessage[]): boolean {
    const outcomes = stored.map((message) => this.#keys.receive(message))
    const hasChanged = outcomes.some((outcome) => outcome.ok && outcome.value === 'changed')
    // Opened anew, so that only who made the key owes revisions under it: all admins would write the same otherwise.
    if (hasChanged) this.#configs = this.#reopen()
    return hasChanged
  }

  merge(domain: GroupConfigDomain, stored: readonly StoredConfig[]): boolean {
    return stored.length > 0 && this.config(domain).merge(stored).hasChanged
  }

  /** For all who are members now. Both configurations are owed anew. */
  rekey(): KeysPush {
    const push = this.#keys.rekey(this.members.list().map(([id]) => id))
    for (const config of this.#configs.values()) config.replaceSecrets(this.#keys.secrets)
    return push
  }

  takeSnapshot(): GroupSnapshot {
    const dumps = [...this.#configs].map(([domain, config]) => [domain, config.dump()] as const)
    return { keys: this.#keys.state, dumps: new Map(dumps) }
  }

  /** A change that did not reach the swarm has not happened. */
  restore({ keys, dumps }: GroupSnapshot): void {
    this.#keys = this.#openKeys(keys)
    this.#configs = this.#openAll((domain) => dumps.get(domain))
  }

  /** Inside of the transaction that keeps what belongs to the change. */
  save(): void {
    const { access, dumps } = this.#parts
    dumps.put(access.groupId, GROUP_KEYS_NAMESPACE, encodeKeysDump(this.#keys.state))
    for (const [domain, config] of this.#configs)
      dumps.put(access.groupId, GROUP_CONFIGS[domain].namespace, config.dump())
  }

  /** Those of which the swarm lacks something that an admin has. */
  listUnsent(): readonly GroupConfigDomain[] {
    if (this.#parts.access.admin === undefined) return []
    return GROUP_DOMAINS.filter((domain) => this.config(domain).state !== 'clean')
  }

  #openKeys(state: GroupKeysState | undefined): GroupKeys {
    const { account, access } = this.#parts
    const { groupKey, admin } = access
    return new GroupKeys({ groupKey, account, ...(admin && { admin }), ...(state && { state }) })
  }

  #reopen(): ReadonlyMap<GroupConfigDomain, SharedConfig> {
    const { dumps } = this.takeSnapshot()
    return this.#openAll((domain) => dumps.get(domain))
  }

  /** A dump that cannot be read is a device that begins anew: the swarm has what it had. */
  #openAll(
    findDump: (domain: GroupConfigDomain) => Uint8Array | undefined,
  ): ReadonlyMap<GroupConfigDomain, SharedConfig> {
    const { access, compression } = this.#parts
    const { groupKey: publicKey, admin } = access
    const { secrets } = this.#keys
    const signer = admin && { signer: admin.signing }
    const opened = GROUP_DOMAINS.map((domain) => {
      const options = describeGroupConfig({ publicKey, ...signer, secrets, domain, compression })
      const dump = findDump(domain)
      const loaded = dump && loadSharedConfig(options, dump)
      return [domain, loaded?.ok === true ? loaded.value : new SharedConfig(options)] as const
    })
    return new Map(opened)
  }
}
