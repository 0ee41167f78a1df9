/**
 * What was taken back or deleted here goes from our swarm too, so that a device that comes later does not get it. What cannot be said
 * now is said later: it is kept with the history.
 *
 * @module
 */
import { ok, type Result } from '@sotto/crypto/result'
import { sign } from '@sotto/crypto/signing'
import { encodeDeleteText } from '@sotto/protocol/rpc'
import type { ClientError } from '../../errors.ts'
import type { History } from '../../storage/history.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import { parseJson } from '../parse-json.ts'
import { callOwnSwarm, type OwnSwarmParts } from '../swarm/call-own-swarm.ts'

const NAME = 'to-forget'
/** Of one request. */
const HASHES_MAX = 200
/** Beyond this the oldest are left to their end. */
const WAITING_MAX = 10_000

export interface ForgetParts extends OwnSwarmParts {
  readonly history: History
}

/** Inside of the transaction that erased them. */
export function queueForgetting(hashes: readonly string[], { state }: History): void {
  if (hashes.length === 0) return
  const waiting = [...new Set([...listWaiting(state), ...hashes])]
  state.put(NAME, JSON.stringify(waiting.slice(-WAITING_MAX)))
}

/** Says all of it, or stops at the first failure. */
export async function forgetInSwarm(parts: ForgetParts): Promise<Result<void, ClientError>> {
  const { account, history } = parts
  for (;;) {
    const hashes = listWaiting(history.state).slice(0, HASHES_MAX)
    if (hashes.length === 0) return ok(undefined)
    const params = {
      account: toAccountBytes(account.accountId),
      publicKey: account.signing.publicKey,
      messages: hashes,
      signature: sign(account.signing, encodeDeleteText({ messages: hashes })),
    }
    const answer = await callOwnSwarm(() => [{ method: 'delete', params }], parts)
    if (!answer.ok) return answer
    const done = new Set(hashes)
    history.transaction(() => {
      const left = listWaiting(history.state).filter((hash) => !done.has(hash))
      history.state.put(NAME, JSON.stringify(left))
    })
  }
}

function listWaiting(state: History['state']): readonly string[] {
  const waiting = parseJson(state.find(NAME) ?? '[]')
  return Array.isArray(waiting) ? waiting.filter((hash) => typeof hash === 'string') : []
}
