/**
 * Accounts of a benchmark and the requests that they send: made before the clock starts, because a
 * client's own cryptography is not what the storage figures are about.
 *
 * @module
 */
import { encodeBase64, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { createAccountSeed, deriveAccount, type Account } from '@sotto/crypto/identity'
import { systemRandomness } from '@sotto/crypto/randomness'
import { sign } from '@sotto/crypto/signing'

const TTL_MS = 14 * 86_400_000
const BODY_BYTES = 1024

export function createAccounts(count: number): readonly Account[] {
  return Array.from({ length: count }, () => deriveAccount(createAccountSeed(systemRandomness)))
}

export function encodeStoreRequest(account: Account, nowMs: number): string {
  const data = encodeBase64(systemRandomness.bytes(BODY_BYTES))
  const params = { pubkey: account.accountId, timestamp: nowMs, ttl: TTL_MS, data, namespace: 0 }
  return JSON.stringify({ method: 'store', params })
}

export function encodeRetrieveRequest(account: Account, nowMs: number): string {
  const signature = encodeBase64(sign(account.signing, encodeUtf8(`retrieve${nowMs}`)))
  const params = {
    pubkey: account.accountId,
    pubkey_ed25519: encodeHex(account.signing.publicKey),
    namespace: 0,
    timestamp: nowMs,
    signature,
  }
  return JSON.stringify({ method: 'retrieve', params })
}
