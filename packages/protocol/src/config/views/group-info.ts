/**
 * The configuration `groups::Info`: what a group is, signed by the group (spec 11 §7.7).
 *
 * @module
 */

import type { SharedConfig } from '../shared-config.ts'
import { type RecordCodec, writeRecord } from './record-codec.ts'
import {
  flagField,
  integerField,
  NAME_BYTES_MAX,
  type Picture,
  pictureField,
  textField,
} from './record-fields.ts'

export interface GroupInfo {
  readonly name: string
  readonly description: string
  readonly picture: Picture | null
  readonly createdAtSeconds: number
  readonly expirySeconds: number
  /** Messages that were sent before are deleted. */
  readonly deleteBeforeSeconds: number
  /** Attachments of messages that were sent before are deleted. */
  readonly deleteAttachmentsBeforeSeconds: number
  readonly isDestroyed: boolean
}

const DESCRIPTION_BYTES_MAX = 2000

const FIELDS = {
  name: textField('n', { bytesMax: NAME_BYTES_MAX }),
  description: textField('o', { bytesMax: DESCRIPTION_BYTES_MAX }),
  picture: pictureField(),
  createdAtSeconds: integerField('c'),
  expirySeconds: integerField('E'),
  deleteBeforeSeconds: integerField('d'),
  deleteAttachmentsBeforeSeconds: integerField('D'),
  isDestroyed: flagField('!'),
}

const CODEC: RecordCodec<GroupInfo> = {
  fields: FIELDS,
  read: (record) => ({
    name: FIELDS.name.read(record),
    description: FIELDS.description.read(record),
    picture: FIELDS.picture.read(record),
    createdAtSeconds: FIELDS.createdAtSeconds.read(record),
    expirySeconds: FIELDS.expirySeconds.read(record),
    deleteBeforeSeconds: FIELDS.deleteBeforeSeconds.read(record),
    deleteAttachmentsBeforeSeconds: FIELDS.deleteAttachmentsBeforeSeconds.read(record),
    isDestroyed: FIELDS.isDestroyed.read(record),
  }),
}

export function readGroupInfo(config: SharedConfig): GroupInfo {
  return CODEC.read(config.data)
}

export function updateGroupInfo(config: SharedConfig, changes: Partial<GroupInfo>): void {
  writeRecord(config, [], { codec: CODEC, changes })
}
