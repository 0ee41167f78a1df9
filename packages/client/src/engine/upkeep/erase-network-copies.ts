/**
 * Everything that the swarm keeps for an account goes: messages, and the configurations that its devices share. What others have of it
 * stays with them.
 *
 * @module
 */
import { ok, type Result } from '@sotto/crypto/result'
import { sign } from '@sotto/crypto/signing'
import { encodeDeleteAllText } from '@sotto/protocol/rpc'
import type { ClientError } from '../../errors.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import { callOwnSwarm, type OwnSwarmParts } from '../swarm/call-own-swarm.ts'

export async function eraseNetworkCopies(parts: OwnSwarmParts): Promise<Result<void, ClientError>> {
  const { accountId, signing } = parts.account
  const namespace = 'all' as const
  const answer = await callOwnSwarm((timestampMs) => {
    const signature = sign(signing, encodeDeleteAllText({ namespace, timestampMs }))
    const account = toAccountBytes(accountId)
    const params = { account, publicKey: signing.publicKey, namespace, timestampMs, signature }
    return [{ method: 'delete_all', params }]
  }, parts)
  return answer.ok ? ok(undefined) : answer
}
