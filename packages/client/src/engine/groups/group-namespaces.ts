/**
 * Where a group's swarm keeps what (spec 14 §1).
 *
 * @module
 */
import { GROUP_CONFIGS, type GroupConfigDomain } from '@sotto/protocol/config'

export const GROUP_MESSAGES_NAMESPACE = 11
export const GROUP_KEYS_NAMESPACE = 12
/** Readable with a revoked token. */
export const GROUP_KICKED_NAMESPACE = -11

export const GROUP_DOMAINS: readonly GroupConfigDomain[] = ['groups::Info', 'groups::Members']
export const GROUP_CONFIG_NAMESPACES: readonly number[] = GROUP_DOMAINS.map(
  (domain) => GROUP_CONFIGS[domain].namespace,
)

/** In the order in which other clients ask for them. */
export const GROUP_NAMESPACES: readonly number[] = [
  GROUP_KICKED_NAMESPACE,
  GROUP_MESSAGES_NAMESPACE,
  ...GROUP_CONFIG_NAMESPACES,
  GROUP_KEYS_NAMESPACE,
]
