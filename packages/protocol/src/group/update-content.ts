/**
 * The content that carries what is said about a group, in its swarm and between two accounts (spec 14 §6).
 *
 * @module
 */

import { create } from '@bufbuild/protobuf'
import { type Content, ContentSchema, type GroupUpdateMessage } from '../session/index.ts'

/** Without a timer: what is said about the group does not end with its messages. */
export function createUpdateContent(groupUpdateMessage: GroupUpdateMessage): Content {
  return create(ContentSchema, { dataMessage: { groupUpdateMessage } })
}
