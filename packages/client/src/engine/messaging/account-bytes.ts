/**
 * The account of a checked id in the form that requests carry.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { type AccountBytes, parseAccountBytes } from '@sotto/protocol/swarm'

export function toAccountBytes(accountId: AccountId): AccountBytes {
  const bytes = parseAccountBytes(accountId)
  if (bytes === undefined) throw new Error('a checked account id has 33 bytes')
  return bytes
}
