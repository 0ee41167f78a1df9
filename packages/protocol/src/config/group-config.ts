/**
 * The two configurations that a group's members share and where each is stored (spec 11 §1.2). The group's keys come
 * by messages of their own, which are not read here.
 *
 * @module
 */

import type { Ed25519PublicKey, SigningKeyPair } from '@sotto/crypto/signing'
import type { ConfigCompression } from './compression.ts'
import type { ConfigDomain } from './config-ciphertext.ts'
import type { SharedConfigOptions } from './shared-config.ts'

export type GroupConfigDomain = Extract<ConfigDomain, `groups::${string}`>

export const GROUP_CONFIGS: Readonly<Record<GroupConfigDomain, { readonly namespace: number }>> = {
  'groups::Info': { namespace: 13 },
  'groups::Members': { namespace: 14 },
}

export interface GroupConfigInput {
  /** The group's id without its prefix. */
  readonly publicKey: Ed25519PublicKey
  /** Only who leads the group has it. */
  readonly signer?: SigningKeyPair
  /** The group's keys, newest first. */
  readonly secrets: readonly Uint8Array[]
  readonly domain: GroupConfigDomain
  readonly compression: ConfigCompression
}

export function describeGroupConfig(input: GroupConfigInput): SharedConfigOptions {
  const { publicKey, signer, secrets, domain, compression } = input
  return {
    cipher: { domain, secrets, compression },
    group: { verifier: publicKey, ...(signer !== undefined && { signer }) },
  }
}
