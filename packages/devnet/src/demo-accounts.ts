/**
 * The accounts that every local network knows by name, so that a first message needs no set-up.
 *
 * They exist only as seeds: no node is told about them.
 *
 * @module
 */

import { deriveAccount, encodeRecoveryPhrase } from '@sotto/crypto/identity'
import type { IntrospectedAccount } from './introspection.ts'
import { deriveAccountSeed } from './seeds.ts'

export const DEMO_ACCOUNT_NAMES = ['alice', 'bob', 'carol', 'dave', 'eve'] as const

/** The demonstration accounts of the network with this seed. */
export function deriveDemoAccounts(networkSeed: string): readonly IntrospectedAccount[] {
  return DEMO_ACCOUNT_NAMES.map((name) => {
    const seed = deriveAccountSeed(networkSeed, name)
    return {
      name,
      accountId: deriveAccount(seed).accountId,
      recoveryPhrase: encodeRecoveryPhrase(seed),
    }
  })
}
