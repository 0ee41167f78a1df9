/**
 * `revoke_subaccount` and `unrevoke_subaccount`: which tokens no longer count (spec 03 §4.10).
 *
 * Only the owner may sign these. Keeping the newest revocations is the store's part.
 *
 * @module
 */

import { concatBytes, encodeUtf8 } from '@sotto/crypto/bytes'
import { acceptSigned, signedFields, type SignedParams } from '../account-params.ts'
import { tokenCodec } from '../byte-codecs.ts'
import { checkSignatureTime } from '../clock-checks.ts'
import { createListCodec } from '../codec.ts'
import { requiredField } from '../fields.ts'
import { REVOCATIONS_MAX } from '../limits.ts'
import { createMethod, type Method } from '../method.ts'
import { timestampCodec } from '../text-codecs.ts'

export interface RevokeParams extends SignedParams {
  readonly tokens: readonly Uint8Array[]
  readonly timestampMs: number
}

type RevokeName = 'revoke_subaccount' | 'unrevoke_subaccount'

/** Unlike every other signed text this one holds raw bytes: the tokens, 36 bytes each. */
export function encodeRevokeText(
  method: RevokeName,
  params: { tokens: readonly Uint8Array[]; timestampMs: number },
): Uint8Array {
  return concatBytes([encodeUtf8(`${method}${params.timestampMs}`), ...params.tokens])
}

function createRevokeMethod(name: RevokeName, tokensName: string): Method<RevokeParams> {
  return createMethod<RevokeParams, RevokeParams>({
    name,
    isRecursive: true,
    fields: {
      ...signedFields,
      tokens: requiredField(tokensName, createListCodec(tokenCodec, REVOCATIONS_MAX)),
      timestampMs: requiredField('timestamp', timestampCodec),
    },
    finish: acceptSigned,
    signing: {
      text: (params) => encodeRevokeText(name, params),
      permission: () => undefined,
      checkClock: ({ timestampMs }, { nowMs }) => checkSignatureTime(name, timestampMs, { nowMs }),
      textSummary: `\`"${name}" ‖ timestamp ‖ ${tokensName}…\` (raw bytes)`,
      permissionSummary: 'owner only',
    },
    replySummary: tokensName === 'revoke' ? 'swarm entries' : 'swarm entries with `count`',
  })
}

export const revokeSubaccountMethod: Method<RevokeParams> = createRevokeMethod(
  'revoke_subaccount',
  'revoke',
)

export const unrevokeSubaccountMethod: Method<RevokeParams> = createRevokeMethod(
  'unrevoke_subaccount',
  'unrevoke',
)
