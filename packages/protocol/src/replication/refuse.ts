/**
 * The refusals of this folder (spec 10 §7.1).
 *
 * @module
 */

import { type Err, err } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'

/** Bytes that are not what they should be. */
export function refuseMalformed(detail: string): Err<ProtocolError> {
  return err(new ProtocolError('replication_malformed', detail))
}

/** Bytes beyond a limit, whatever they are. */
export function refuseLimit(detail: string): Err<ProtocolError> {
  return err(new ProtocolError('replication_limit', detail))
}

/** A well-formed answer that cannot be one to what was asked. */
export function refuseAnswer(detail: string): Err<ProtocolError> {
  return err(new ProtocolError('replication_answer', detail))
}
