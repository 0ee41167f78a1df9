/**
 * Why something that a person wants of the account's devices cannot be, as errors of this package.
 *
 * @module
 */
import type { GroupRefusal } from '@sotto/protocol/session-v2'
import { ClientError, type ClientErrorCode } from '../../errors.ts'

const CODES: Readonly<Record<GroupRefusal, ClientErrorCode>> = {
  membership_unknown: 'devices_unread',
  already_registered: 'device_linked',
  removed: 'device_removed',
  unknown_group: 'device_group_unknown',
  not_member: 'device_not_linked',
  no_such_device: 'device_unknown',
  no_such_request: 'link_request_unknown',
  not_removed: 'device_not_removed',
  group_full: 'devices_full',
}

export function toClientError(refusal: GroupRefusal): ClientError {
  return new ClientError(CODES[refusal])
}
