/**
 * What people with keys that they should not use, or texts that they may not sign, put into a group's swarm.
 *
 * @module
 */
import type { Account } from '@sotto/crypto/identity'
import type { GroupId } from '@sotto/protocol/config'
import {
  composeGroupContent,
  createUpdateContent,
  decodeKeysDump,
  groupIdKey,
} from '@sotto/protocol/group'
import {
  type Content,
  createMessageContent,
  type GroupUpdateMessage,
} from '@sotto/protocol/session'
import type { GroupDevice } from './group-device.ts'
import type { GroupStory } from './group-story.ts'
import { unwrap } from './simulated-person.ts'
import { zstdCompression } from './zstd-compression.ts'

const [MESSAGES, KEYS] = [11, 12]

/** The newest key that a device has; for whoever steals it. */
export function stealKey({ history }: GroupDevice, id: GroupId): Uint8Array {
  const dump = history.configs.find(id, KEYS)
  const key = dump && unwrap(decodeKeysDump(dump)).keys.at(-1)?.key
  if (key === undefined) throw new TypeError('a key')
  return key
}

export interface Forgery {
  readonly author: Account
  readonly secret: Uint8Array
  readonly sentAtMs?: number
}

function sealForgery(
  { network }: GroupStory,
  id: GroupId,
  { author, secret, sentAtMs = network.clock.now(), content }: Forgery & { content: Content },
): Uint8Array {
  const seal = { groupKey: groupIdKey(id), secret, author, compression: zstdCompression }
  return unwrap(composeGroupContent({ ...seal, content, sentAtMs }, network.randomness))
}

/** On all nodes of the group's swarm, whatever they would say to it. */
export function placeText(
  story: GroupStory,
  id: GroupId,
  { text, ...forgery }: Forgery & { readonly text: string },
): void {
  const content = unwrap(createMessageContent({ text }))
  story.place(id, MESSAGES, sealForgery(story, id, { ...forgery, content }))
}

export function placeUpdate(
  story: GroupStory,
  id: GroupId,
  { update, ...forgery }: Forgery & { readonly update: GroupUpdateMessage },
): void {
  const content = createUpdateContent(update)
  story.place(id, MESSAGES, sealForgery(story, id, { ...forgery, content }))
}
