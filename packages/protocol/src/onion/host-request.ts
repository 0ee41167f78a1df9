/**
 * What a host outside the network does with the frame that a node brings it (spec 04 §4.6, §7): it opens the payload, and seals its
 * answer to the same client, of whom it knows nothing.
 *
 * @module
 */

import type { AgreementKeyPair } from '@sotto/crypto/agreement'
import { openHop, sealHop } from '@sotto/crypto/onion'
import type { Randomness } from '@sotto/crypto/randomness'
import { readOuterFrame } from './peel-layer.ts'
import { decodeV4Request, encodeV4Reply, type V4Reply, type V4Request } from './v4-payload.ts'

export interface OpenedHostRequest {
  readonly request: V4Request
  /** For the client alone, whoever carries it. */
  sealReply(reply: V4Reply): Uint8Array
}

/** Opens bytes from outside. `undefined` for what was not sealed to this key, or holds no request of version 4. */
export function openHostRequest(
  frame: { readonly agreement: AgreementKeyPair; readonly body: Uint8Array },
  randomness: Randomness,
): OpenedHostRequest | undefined {
  const outer = readOuterFrame(frame)
  if (!outer.ok) return undefined
  const { hopKey, blob } = outer.value
  const payload = openHop(hopKey, blob)
  const request = payload && decodeV4Request(payload)
  if (request?.ok !== true) return undefined
  return {
    request: request.value,
    sealReply: (reply) => sealHop(hopKey, encodeV4Reply(reply), randomness),
  }
}
