/**
 * By what a message is named: its author and the time that the author gave it (spec 05 §5.4).
 *
 * @module
 */

import { parseAccountId } from '@sotto/crypto/identity'
import { err, ok, type Result } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import type { MessageRef } from './action.ts'
import { TIME_MAX_MS } from './limits.ts'

export function readRef(timestamp: bigint, author: string): Result<MessageRef, ProtocolError> {
  const id = parseAccountId(author)
  if (!id.ok) return err(new ProtocolError('session_malformed', 'author of a message'))
  const sentAtMs = Number(timestamp)
  if (sentAtMs <= 0 || sentAtMs > TIME_MAX_MS)
    return err(new ProtocolError('session_malformed', 'time of a message'))
  return ok({ author: id.value, sentAtMs })
}
