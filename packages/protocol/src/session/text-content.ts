/**
 * The content of a text message (spec 05 §5.1).
 *
 * @module
 */

import { create } from '@bufbuild/protobuf'
import { err, ok, type Result } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import { type Content, ContentSchema } from './generated/session_pb.ts'
import { TEXT_MAX_CODE_POINTS } from './limits.ts'

/** How the sender wants to be shown. */
export interface SenderProfile {
  readonly displayName?: string
  readonly pictureUrl?: string
  readonly updatedAtSeconds?: number
  readonly key?: Uint8Array
}

/** Refuses the empty text and one that is too long; everything else is the person's own choice. */
export function createTextContent(input: {
  readonly text: string
  readonly profile?: SenderProfile
}): Result<Content, ProtocolError> {
  if (input.text === '') return err(new ProtocolError('session_text_empty', 'nothing to send'))
  const length = countCodePoints(input.text)
  if (length > TEXT_MAX_CODE_POINTS) {
    return err(new ProtocolError('session_text_too_long', `${length} code points`))
  }
  const { profile } = input
  return ok(
    create(ContentSchema, {
      dataMessage: {
        body: input.text,
        ...(profile?.key && { profileKey: profile.key }),
        ...(profile && { profile: createProfile(profile) }),
      },
    }),
  )
}

function createProfile(profile: SenderProfile): {
  displayName?: string
  profilePicture?: string
  lastProfileUpdateSeconds?: bigint
} {
  const { displayName, pictureUrl, updatedAtSeconds } = profile
  return {
    ...(displayName !== undefined && { displayName }),
    ...(pictureUrl !== undefined && { profilePicture: pictureUrl }),
    ...(updatedAtSeconds !== undefined && { lastProfileUpdateSeconds: BigInt(updatedAtSeconds) }),
  }
}

/** What people see as characters is counted as other clients count it. */
export function countCodePoints(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}
