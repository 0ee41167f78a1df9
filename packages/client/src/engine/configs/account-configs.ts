/**
 * The four configurations of an account on this device: opened from their dumps, merged with what the swarm gives, changed by the
 * person, and saved again (spec 11 §6). Several programs may have the account open. Sending them is `push-configs.ts`.
 *
 * @module
 */
import { equalBytes } from '@sotto/crypto/bytes'
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
import type { History } from '../../storage/history.ts'

export interface AccountConfigParts {
  readonly account: Account
  readonly compression: ConfigCompression
  readonly history: History
}

interface OpenConfig {
  readonly config: SharedConfig
  /** As it was last read or saved. */
  readonly dump: Uint8Array | undefined
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
  readonly #configs = new Map<AccountConfigDomain, OpenConfig>()

  constructor(parts: AccountConfigParts) {
    this.#parts = parts
    this.#refresh()
  }

  get contacts(): KeyedRecords<AccountId, Contact> {
    return openContacts(this.config('Contacts'))
  }

  get convoInfo(): ConvoInfoView {
    return openConvoInfo(this.config('ConvoInfoVolatile'))
  }

  get groups(): UserGroupsView {
    return openUserGroups(this.config('UserGroups'))
  }

  get profile(): UserProfile {
    return readUserProfile(this.config('UserProfile'))
  }

  updateProfile(changes: Partial<UserProfile>): void {
    updateUserProfile(this.config('UserProfile'), changes)
  }

  config(domain: AccountConfigDomain): SharedConfig {
    const open = this.#configs.get(domain)
    if (open === undefined) throw new TypeError('no configuration of an account')
    return open.config
  }

  /**
   * The only way to change anything: what another program on this device saved is read first, and what `work` changes is saved with
   * whatever else belongs to the change, or nothing is.
   */
  transact<T>(work: () => T): T {
    try {
      return this.#parts.history.transaction(() => {
        this.#refresh()
        const value = work()
        this.#save()
        return value
      })
    } catch (error) {
      this.#configs.clear()
      this.#refresh()
      throw error
    }
  }

  /** Whether what it says has changed. What cannot be read is passed over: anybody with the seed could have stored it. */
  merge(domain: AccountConfigDomain, stored: readonly StoredConfig[]): boolean {
    return stored.length > 0 && this.config(domain).merge(stored).hasChanged
  }

  /** Those of which the swarm lacks something. */
  listUnsent(): readonly AccountConfigDomain[] {
    return CONFIG_DOMAINS.filter((domain) => this.config(domain).state !== 'clean')
  }

  #save(): void {
    const { account, history } = this.#parts
    for (const [domain, { config, dump: saved }] of this.#configs) {
      const dump = config.dump()
      if (saved !== undefined && equalBytes(saved, dump)) continue
      history.configs.put(account.accountId, ACCOUNT_CONFIGS[domain].namespace, dump)
      this.#configs.set(domain, { config, dump })
    }
  }

  #refresh(): void {
    const { account, history } = this.#parts
    for (const domain of CONFIG_DOMAINS) {
      const dump = history.configs.find(account.accountId, ACCOUNT_CONFIGS[domain].namespace)
      const open = this.#configs.get(domain)
      const isCurrent =
        open !== undefined && (dump === undefined || (open.dump && equalBytes(open.dump, dump)))
      if (isCurrent) continue
      this.#configs.set(domain, { config: openConfig(domain, dump, this.#parts), dump })
    }
  }
}

/** A dump that cannot be read is a device that begins anew: the swarm has what it had. */
function openConfig(
  domain: AccountConfigDomain,
  dump: Uint8Array | undefined,
  { account, compression }: AccountConfigParts,
): SharedConfig {
  const options = describeAccountConfig(account, domain, compression)
  const loaded = dump && loadSharedConfig(options, dump)
  return loaded?.ok === true ? loaded.value : new SharedConfig(options)
}
