/**
 * What a person is still to be told of a group, as it is stored until the fetch that brought it is whole (spec 12 §7.1).
 *
 * @module
 */
import { decodeUtf8 } from '@sotto/crypto/bytes'
import type { BtInput, BtValue } from '../../bt/bt-value.ts'
import { isDict, readInteger } from '../../bt/read-bt.ts'
import type { GroupNotice } from './group-state.ts'

const REQUEST_ENDS = ['pending', 'accepted', 'superseded', 'expired', 'ignored'] as const
const DEVICE_KINDS = ['device-joined', 'device-removed', 'device-left'] as const
const OWN_KINDS = ['admitted', 'removed', 'displaced', 'restored', 'foreign-outbox'] as const

export function encodeNotice(notice: GroupNotice): BtInput {
  return new Map<string, BtInput>(Object.entries(notice))
}

/** Total. */
export function decodeNotice(value: BtValue): GroupNotice | undefined {
  if (!isDict(value)) return undefined
  const text = (name: string): string | undefined => {
    const bytes = value.get(name)
    return bytes instanceof Uint8Array ? decodeUtf8(bytes) : undefined
  }
  const kind = text('kind')
  const id = readInteger(value.get('id'), { min: 0 })
  const status = REQUEST_ENDS.find((each) => each === text('status'))
  const [deviceId, group] = [text('deviceId'), text('group')]
  const aboutDevice = DEVICE_KINDS.find((each) => each === kind)
  const aboutUs = OWN_KINDS.find((each) => each === kind)
  if (kind === 'link-request-added' && id !== undefined) return { kind, id }
  if (kind === 'link-request-ended' && id !== undefined && status) return { kind, id, status }
  if (aboutDevice !== undefined && deviceId !== undefined) return { kind: aboutDevice, deviceId }
  if (kind === 'foreign-group' && group !== undefined) return { kind, group }
  return aboutUs === undefined ? undefined : { kind: aboutUs }
}
