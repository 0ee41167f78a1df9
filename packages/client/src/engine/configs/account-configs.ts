/**
 * The four configurations of an account on this device: opened from their dumps, merged with what the swarm gives, changed by the
 * person, and saved again (spec 11 §6). Sending them is `push-configs.ts`.
 *
 * @module
 */
import type { Account, AccountId } from '@sotto/crypto/identity'
import {
  ACCOUNT_CONFIGS,
  type AccountConfigDomain,
  type ConfigCompression,
  type Contact,
  type ConvoInfoView,
  describeAccountConfig,
  type KeyedRecords,
  loadSharedConfig,
  openContacts,
  openConvoInfo,
  openUserGroups,
  readUserProfile,
  SharedConfig,
  type StoredConfig,
  updateUserProfile,
  type UserGroupsView,
  type UserProfile,
} from '@sotto/protocol/config'
import type { ConfigTable } from '../../storage/config-table.ts'

export interface AccountConfigParts {
  readonly account: Account
  readonly compression: ConfigCompression
  readonly dumps: ConfigTable
}

/** In the order in which what was merged has to be handled. */
export const CONFIG_DOMAINS: readonly AccountConfigDomain[] = [
  'UserProfile',
  'Contacts',
  'UserGroups',
  'ConvoInfoVolatile',
]

export class AccountConfigs {
  readonly #parts: AccountConfigParts
  readonly #configs: ReadonlyMap<AccountConfigDomain, SharedConfig>
  readonly contacts: KeyedRecords<AccountId, Contact>
  readonly convoInfo: ConvoInfoView
  readonly groups: UserGroupsView

  constructor(parts: AccountConfigParts) {
    this.#parts = parts
    this.#configs = new Map(CONFIG_DOMAINS.map((domain) => [domain, openConfig(domain, parts)]))
    this.contacts = openContacts(this.config('Contacts'))
    this.convoInfo = openConvoInfo(this.config('ConvoInfoVolatile'))
    this.groups = openUserGroups(this.config('UserGroups'))
  }

  get profile(): UserProfile {
    return readUserProfile(this.config('UserProfile'))
  }

  updateProfile(changes: Partial<UserProfile>): void {
    updateUserProfile(this.config('UserProfile'), changes)
  }

  config(domain: AccountConfigDomain): SharedConfig {
    const config = this.#configs.get(domain)
    if (config === undefined) throw new TypeError('no configuration of an account')
    return config
  }

  /** Whether what it says has changed. What cannot be read is passed over: anybody with the seed could have stored it. */
  merge(domain: AccountConfigDomain, stored: readonly StoredConfig[]): boolean {
    return stored.length > 0 && this.config(domain).merge(stored).hasChanged
  }

  /** Inside of the transaction that keeps what belongs to the change. */
  save(): void {
    const { account, dumps } = this.#parts
    for (const [domain, config] of this.#configs)
      dumps.put(account.accountId, ACCOUNT_CONFIGS[domain].namespace, config.dump())
  }

  /** Those of which the swarm lacks something. */
  listUnsent(): readonly AccountConfigDomain[] {
    return CONFIG_DOMAINS.filter((domain) => this.config(domain).state !== 'clean')
  }
}

/** A dump that cannot be read is a device that begins anew: the swarm has what it had. */
function openConfig(
  domain: AccountConfigDomain,
  { account, compression, dumps }: AccountConfigParts,
): SharedConfig {
  const options = describeAccountConfig(account, domain, compression)
  const dump = dumps.find(account.accountId, ACCOUNT_CONFIGS[domain].namespace)
  const loaded = dump && loadSharedConfig(options, dump)
  return loaded?.ok === true ? loaded.value : new SharedConfig(options)
}
