/**
 * `delete`: removes messages by hash (spec 03 §4.4).
 *
 * @module
 */

import { encodeUtf8 } from '@sotto/crypto/bytes'
import { SUBACCOUNT_FLAGS } from '../../swarm/index.ts'
import { acceptSigned, subaccountFields, type SubaccountParams } from '../account-params.ts'
import { booleanCodec } from '../codec.ts'
import { optionalField, requiredField } from '../fields.ts'
import { createMethod, type Method } from '../method.ts'
import { hashesCodec } from '../text-codecs.ts'

export interface DeleteParams extends SubaccountParams {
  readonly messages: readonly string[]
  /** Asks for 404 when no member of the swarm had any of the messages. */
  readonly isRequired?: boolean
}

/** No time is signed, so this can be replayed; deleting twice deletes nothing more. */
export function encodeDeleteText(params: { messages: readonly string[] }): Uint8Array {
  return encodeUtf8(`delete${params.messages.join('')}`)
}

export const deleteMethod: Method<DeleteParams> = createMethod<DeleteParams, DeleteParams>({
  name: 'delete',
  isRecursive: true,
  fields: {
    ...subaccountFields,
    messages: requiredField('messages', hashesCodec),
    isRequired: optionalField('required', booleanCodec),
  },
  finish: acceptSigned,
  signing: {
    text: encodeDeleteText,
    permission: () => SUBACCOUNT_FLAGS.delete,
    checkClock: () => undefined,
    textSummary: '`"delete" ‖ messages…`',
    permissionSummary: 'delete',
  },
  replySummary: 'swarm entries with `deleted`',
})
