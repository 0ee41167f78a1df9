/**
 * The account of a checked id, a person’s or a group’s, in the form that requests carry.
 *
 * @module
 */
import { type AccountBytes, parseAccountBytes } from '@sotto/protocol/swarm'
import type { ConversationId } from '../../storage/history-message.ts'

export function toAccountBytes(accountId: ConversationId): AccountBytes {
  const bytes = parseAccountBytes(accountId)
  if (bytes === undefined) throw new Error('a checked account id has 33 bytes')
  return bytes
}
