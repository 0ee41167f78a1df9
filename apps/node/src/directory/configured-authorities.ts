/**
 * The authorities that this node's operator trusts together (spec 07 §10.1).
 *
 * @module
 */
import { type AuthoritySet, createAuthoritySet } from '@sotto/protocol/directory'
import type { NodeConfig } from '../config.ts'

/** Throws when the configured threshold is not more than half of the keys. */
export function createConfiguredAuthorities({
  directoryKeys,
  directoryThreshold,
}: Pick<NodeConfig, 'directoryKeys' | 'directoryThreshold'>): AuthoritySet {
  const majority = Math.floor(directoryKeys.length / 2) + 1
  return createAuthoritySet(directoryKeys, directoryThreshold ?? majority)
}
