/**
 * What a person is told of the account's devices (spec 12 §7), each once, after everything that came with it was taken in.
 *
 * @module
 */
import type { DeviceId, GroupNotice } from '@sotto/protocol/session-v2'

export type LinkRequestEnd = 'accepted' | 'superseded' | 'expired' | 'refused'

export type DeviceEvent =
  | { readonly kind: 'link_request_added'; readonly request: number }
  | { readonly kind: 'link_request_ended'; readonly request: number; readonly end: LinkRequestEnd }
  | {
      readonly kind: 'device_joined' | 'device_removed' | 'device_left'
      readonly device: DeviceId
    }
  /**
   * `displaced`: the group goes on under this device's name, but not with this device. `cut_off`: its group's messages are gone, and another
   * group is there.
   */
  | {
      readonly kind: 'this_device'
      readonly became: 'linked' | 'removed' | 'displaced' | 'restored' | 'cut_off'
    }
  /** Somebody with the recovery phrase has started a group of devices beside ours. */
  | { readonly kind: 'foreign_group'; readonly group: string }

/** Nothing for what another part of the engine tells. */
export function describeNotice(notice: GroupNotice): DeviceEvent | undefined {
  switch (notice.kind) {
    case 'link-request-added':
      return { kind: 'link_request_added', request: notice.id }
    case 'link-request-ended': {
      const { status } = notice
      if (status === 'pending') return undefined
      const end = status === 'ignored' ? 'refused' : status
      return { kind: 'link_request_ended', request: notice.id, end }
    }
    case 'device-joined':
      return { kind: 'device_joined', device: notice.deviceId }
    case 'device-removed':
      return { kind: 'device_removed', device: notice.deviceId }
    case 'device-left':
      return { kind: 'device_left', device: notice.deviceId }
    case 'admitted':
      return { kind: 'this_device', became: 'linked' }
    case 'removed':
    case 'displaced':
    case 'restored':
      return { kind: 'this_device', became: notice.kind }
    case 'foreign-group':
      return { kind: 'foreign_group', group: notice.group }
    case 'foreign-outbox':
      return undefined
  }
}
