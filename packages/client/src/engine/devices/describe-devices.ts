/**
 * The account's devices as a person sees them (spec 12 §6, §7.5): who is linked, who asks, and which emoji are to be compared.
 *
 * @module
 */
import { decodeHex, encodeHex } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import {
  deriveGroupEmojiSeed,
  deriveLinkEmojiSeed,
  type DeviceId,
  type DeviceRecord,
  findMembership,
  findOtherGroups,
  GROUP_EMOJI_SHOWN,
  groupCreatedAtMs,
  type GroupState,
  groupText,
  LINK_EMOJI_SHOWN,
  type Membership,
  showEmoji,
} from '@sotto/protocol/session-v2'

const MS_PER_SECOND = 1000

export interface DeviceView {
  readonly id: DeviceId
  readonly isThis: boolean
  readonly description: string
  /** `i`, `a`, `d`, `c`, or any text. */
  readonly type: string
  readonly version: number
  readonly updatedAtMs: number
}

/** Another device asks to be linked. Its emoji are compared before it is confirmed. */
export interface LinkRequestView {
  readonly request: number
  readonly device: DeviceId
  readonly description: string
  readonly type: string
  readonly emoji: string
  readonly expiresAtMs: number
  /** It has the name of a device that is linked: a restored backup of it, or a thief of one. */
  readonly isReplacement: boolean
}

/** This device asks. */
export interface OwnLinkView {
  readonly emoji: string
  readonly expiresAtMs: number
  /** A device of the group has answered. */
  readonly isAnswered: boolean
  /** The person has said here that the emoji are the same. */
  readonly isConfirmed: boolean
}

export interface DeviceGroupView {
  readonly group: string
  /** Tells groups apart, and proves nothing. */
  readonly emoji: string
  readonly createdAtMs: number
}

export interface DeviceList {
  readonly membership: Membership
  readonly group?: DeviceGroupView
  readonly devices: readonly DeviceView[]
  readonly requests: readonly LinkRequestView[]
  readonly ownRequest?: OwnLinkView
  readonly otherGroups: readonly DeviceGroupView[]
}

/** Slow on purpose, so that it is computed once for a request (spec 12 §6.2). */
export class LinkEmoji {
  readonly #shown = new Map<string, string>()

  show(signed: Uint8Array): string {
    const name = encodeHex(sha256(signed))
    const shown = this.#shown.get(name) ?? showEmoji(deriveLinkEmojiSeed(signed), LINK_EMOJI_SHOWN)
    this.#shown.set(name, shown)
    return shown
  }
}

export function describeDevices(state: GroupState, emoji: LinkEmoji, nowMs: number): DeviceList {
  const own = state.ownRequests.at(-1)
  const isOpen =
    own?.expiresAtMs !== undefined && (own.expiresAtMs > nowMs || own.held !== undefined)
  return {
    membership: findMembership(state, nowMs),
    ...(state.groupId && { group: describeGroup(groupText(state.groupId)) }),
    devices: listDevices(state),
    requests: listRequests(state, emoji, nowMs),
    ...(isOpen && {
      ownRequest: {
        emoji: emoji.show(own.signed),
        expiresAtMs: own.expiresAtMs,
        isAnswered: own.held !== undefined,
        isConfirmed: own.isConfirmed,
      },
    }),
    otherGroups: findOtherGroups(state, nowMs).map(describeGroup),
  }
}

function listDevices({ devices, deviceId }: GroupState): readonly DeviceView[] {
  return [...devices].flatMap(([id, { state, record }]) =>
    state === 'registered' && record !== undefined
      ? [{ id, isThis: id === deviceId, ...describeRecord(record) }]
      : [],
  )
}

function listRequests(
  { linkRequests }: GroupState,
  emoji: LinkEmoji,
  nowMs: number,
): readonly LinkRequestView[] {
  return linkRequests
    .filter(({ status, expiresAtMs }) => status === 'pending' && expiresAtMs > nowMs)
    .map(({ id: request, deviceId: device, record, signed, expiresAtMs, isReplacement }) => {
      const { description, type } = record
      const shown = emoji.show(signed)
      return { request, device, description, type, emoji: shown, expiresAtMs, isReplacement }
    })
}

function describeRecord({ description, type, version, updatedSeconds }: DeviceRecord) {
  return { description, type, version, updatedAtMs: updatedSeconds * MS_PER_SECOND }
}

function describeGroup(group: string): DeviceGroupView {
  const id = decodeHex(group) ?? new Uint8Array()
  const emoji = showEmoji(deriveGroupEmojiSeed(id), GROUP_EMOJI_SHOWN)
  return { group, emoji, createdAtMs: groupCreatedAtMs(id) }
}
