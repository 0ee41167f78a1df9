/**
 * The configuration `UserProfile`: how the account shows itself, and its note to self (spec 11 §7.2).
 *
 * @module
 */

import type { SharedConfig } from '../shared-config.ts'
import { type RecordCodec, writeRecord } from './record-codec.ts'
import {
  choiceFlagField,
  integerField,
  NAME_BYTES_MAX,
  type Picture,
  pictureField,
  textField,
} from './record-fields.ts'

export interface UserProfile {
  readonly name: string
  readonly picture: Picture | null
  /** −1 hides the note to self, 0 is usual, above it is pinned. */
  readonly notePriority: number
  readonly noteExpirySeconds: number
  /** `null` when the person has not chosen. */
  readonly acceptsCommunityRequests: boolean | null
  readonly updatedAtSeconds: number
}

const FIELDS = {
  name: textField('n', { bytesMax: NAME_BYTES_MAX }),
  picture: pictureField(),
  notePriority: integerField('+', { min: -1 }),
  noteExpirySeconds: integerField('e'),
  acceptsCommunityRequests: choiceFlagField('M'),
  updatedAtSeconds: integerField('t'),
}

const CODEC: RecordCodec<UserProfile> = {
  fields: FIELDS,
  read: (record) => ({
    name: FIELDS.name.read(record),
    picture: FIELDS.picture.read(record),
    notePriority: FIELDS.notePriority.read(record),
    noteExpirySeconds: FIELDS.noteExpirySeconds.read(record),
    acceptsCommunityRequests: FIELDS.acceptsCommunityRequests.read(record),
    updatedAtSeconds: FIELDS.updatedAtSeconds.read(record),
  }),
}

export function readUserProfile(config: SharedConfig): UserProfile {
  return CODEC.read(config.data)
}

export function updateUserProfile(config: SharedConfig, changes: Partial<UserProfile>): void {
  writeRecord(config, [], { codec: CODEC, changes })
}
