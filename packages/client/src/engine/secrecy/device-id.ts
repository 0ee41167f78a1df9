/**
 * The id of this installation (spec 12 §5.1): random, made once, and in no backup of the account.
 *
 * @module
 */
import { decodeHex, encodeHex } from '@sotto/crypto/bytes'
import type { Randomness } from '@sotto/crypto/randomness'
import type { History } from '../../storage/history.ts'

const NAME = 'secrecy:device-id'
const DEVICE_ID_BYTES = 32

export function readDeviceId({
  history,
  randomness,
}: {
  readonly history: History
  readonly randomness: Randomness
}): Uint8Array {
  return history.transaction(() => {
    const known = decodeHex(history.state.find(NAME) ?? '')
    if (known?.length === DEVICE_ID_BYTES) return known
    const created = randomness.bytes(DEVICE_ID_BYTES)
    history.state.put(NAME, encodeHex(created))
    return created
  })
}
