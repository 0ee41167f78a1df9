/**
 * How a sender wants to be shown, in both directions (spec 05 §5.4).
 *
 * @module
 */

import type { MessageInitShape } from '@bufbuild/protobuf'
import type { SenderProfile } from './action.ts'
import type { Profile, ProfileSchema } from './generated/session_pb.ts'
import { PROFILE_NAME_MAX_CODE_POINTS, TIME_MAX_MS, URL_MAX_LENGTH } from './limits.ts'
import { cutCodePoints } from './cut-text.ts'

const KEY_LENGTHS: ReadonlySet<number> = new Set([16, 32])
const MS_PER_SECOND = 1000

/** `{}` when nothing that can be shown is there. A profile is an ornament: what is wrong in it is left out. */
export function readProfile(
  profile: Profile | undefined,
  key: Uint8Array,
): { readonly profile?: SenderProfile } {
  if (profile === undefined) return {}
  const displayName = cutCodePoints(profile.displayName.trim(), PROFILE_NAME_MAX_CODE_POINTS)
  const updatedAtSeconds = Number(profile.lastProfileUpdateSeconds)
  const hasPicture =
    profile.profilePicture !== '' &&
    profile.profilePicture.length <= URL_MAX_LENGTH &&
    KEY_LENGTHS.has(key.length)
  const isTime = updatedAtSeconds > 0 && updatedAtSeconds <= TIME_MAX_MS / MS_PER_SECOND
  return {
    profile: {
      ...(displayName !== '' && { displayName }),
      ...(hasPicture && { pictureUrl: profile.profilePicture, key }),
      ...(isTime && { updatedAtSeconds }),
    },
  }
}

/** Fields of a message that carries a profile. */
export function writeProfile(profile: SenderProfile | undefined): {
  profile?: MessageInitShape<typeof ProfileSchema>
  profileKey?: Uint8Array
} {
  if (profile === undefined) return {}
  const { displayName, pictureUrl, updatedAtSeconds, key } = profile
  return {
    profile: {
      ...(displayName !== undefined && { displayName }),
      ...(pictureUrl !== undefined && { profilePicture: pictureUrl }),
      ...(updatedAtSeconds !== undefined && { lastProfileUpdateSeconds: BigInt(updatedAtSeconds) }),
    },
    ...(key !== undefined && { profileKey: key }),
  }
}
