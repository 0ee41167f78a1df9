/**
 * What a status of the destination means for the request (ADR 0006). The same statuses come at the top of an answer
 * and inside the results of a batch.
 *
 * @module
 */
import { type ParsedSwarm, parseSwarmMembers } from '@sotto/protocol/directory'
import { STATUS } from '@sotto/protocol/rpc'
import { ClientError } from '../../errors.ts'

/** A server outside the network says with it what a node says with 406 (trap 9). */
const STATUS_TOO_EARLY = 425
const SUCCESS_MIN = 200
const SUCCESS_MAX = 299

export interface CallFailure {
  readonly error: ClientError
  /** The swarm that the account belongs to, as the destination says with `wrong_swarm`. */
  readonly swarm?: ParsedSwarm
}

/** `undefined` for success. */
export function findCallFailure(status: number, body: unknown): CallFailure | undefined {
  if (status >= SUCCESS_MIN && status <= SUCCESS_MAX) return undefined
  const detail = `status ${status}`
  switch (status) {
    case STATUS.clock:
    case STATUS_TOO_EARLY:
      return { error: new ClientError('clock_out_of_sync', detail) }
    case STATUS.unauthorized:
      return { error: new ClientError('unauthorized', detail) }
    case STATUS.badRequest:
    case STATUS.notFound:
      return { error: new ClientError('node_refused', detail) }
    case STATUS.misdirected: {
      const swarm = parseSwarmMembers(body)
      const error = new ClientError('wrong_swarm', detail)
      return swarm.ok ? { error, swarm: swarm.value } : { error }
    }
    default:
      return { error: new ClientError('node_failed', detail) }
  }
}
