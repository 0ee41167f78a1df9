/**
 * The four configurations of an account and where each is stored (spec 11 §1.2).
 *
 * @module
 */

import type { Account } from '@sotto/crypto/identity'
import { SharedConfigMessage_Kind } from '../session/generated/session_pb.ts'
import type { ConfigCompression } from './compression.ts'
import type { ConfigDomain } from './config-ciphertext.ts'
import type { SharedConfigOptions } from './shared-config.ts'
import { unwrapConfig, wrapConfig } from './wrap-config.ts'

export type AccountConfigDomain = Exclude<ConfigDomain, `groups::${string}`>

interface AccountConfigPlace {
  readonly kind: SharedConfigMessage_Kind
  readonly namespace: number
}

/** In the order in which their namespaces are polled. */
export const ACCOUNT_CONFIGS: Readonly<Record<AccountConfigDomain, AccountConfigPlace>> = {
  UserProfile: { kind: SharedConfigMessage_Kind.USER_PROFILE, namespace: 2 },
  Contacts: { kind: SharedConfigMessage_Kind.CONTACTS, namespace: 3 },
  UserGroups: { kind: SharedConfigMessage_Kind.USER_GROUPS, namespace: 5 },
  ConvoInfoVolatile: { kind: SharedConfigMessage_Kind.CONVO_INFO_VOLATILE, namespace: 4 },
}

/** The account's seed is the key: every device that can sign for the account can read and write. */
export function describeAccountConfig(
  account: Account,
  domain: AccountConfigDomain,
  compression: ConfigCompression,
): SharedConfigOptions {
  const { kind } = ACCOUNT_CONFIGS[domain]
  return {
    cipher: { domain, secrets: [account.signing.seed], compression },
    envelope: {
      wrap: (ciphertext, seqno) => wrapConfig({ account, kind, seqno, ciphertext }),
      unwrap: (stored) => unwrapConfig(account, stored),
    },
  }
}
