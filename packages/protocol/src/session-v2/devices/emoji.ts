/**
 * What two people compare when a device is linked, and by what a person tells groups apart (spec 12 §6.2). The table is
 * Matrix's. Whether they matched is for a person to say; nothing here says it for them.
 *
 * @module
 */
import { deriveSlowHash } from '@sotto/crypto/passphrase'
import { hashInDomain, PERSONALISATION } from '../domains.ts'

/** Spec 12 §6.2. */
export const LINK_EMOJI_SHOWN = 7
/** Spec 12 §6.2. */
export const LINK_EMOJI_EXTENDED = 21
/** Spec 12 §5.4. */
export const GROUP_EMOJI_SHOWN = 4

const SEED_BYTES = 16
const SALT_BYTES = 16
/** Spec 12 §6.2. Whoever searches for a request with the same emoji pays it for each try, within ten minutes. */
const COST = { passes: 2, memoryKibibytes: 16_384, bytes: SEED_BYTES }
const INDEX_BITS = 6n
const INDEX_MASK = 63n

const EMOJI: readonly string[] = [
  ...'🐶 🐱 🦁 🐎 🦄 🐷 🐘 🐰 🐼 🐓 🐧 🐢 🐟 🐙 🦋 🌷'.split(' '),
  ...'🌳 🌵 🍄 🌏 🌙 ☁️ 🔥 🍌 🍎 🍓 🌽 🍕 🎂 ❤️ 😀 🤖'.split(' '),
  ...'🎩 👓 🔧 🎅 👍 ☂️ ⌛ ⏰ 🎁 💡 📕 ✏️ 📎 ✂️ 🔒 🔑'.split(' '),
  ...'🔨 ☎️ 🏁 🚂 🚲 ✈️ 🚀 🏆 ⚽ 🎸 🎺 🔔 ⚓ 🎧 📁 📌'.split(' '),
]

/** Slow on purpose, half a second in plain TypeScript: to be computed once for a request, and not where a person types. */
export function deriveLinkEmojiSeed(signedRequest: Uint8Array): Uint8Array {
  const salt = hashInDomain({
    domain: PERSONALISATION.linkEmoji,
    length: SALT_BYTES,
    parts: [signedRequest],
  })
  return deriveSlowHash(signedRequest, salt, COST)
}

/** Informs and proves nothing: whoever has the account's seed can give a group the id of another. */
export function deriveGroupEmojiSeed(groupId: Uint8Array): Uint8Array {
  return hashInDomain({
    domain: PERSONALISATION.groupEmoji,
    length: SEED_BYTES,
    parts: [groupId],
  })
}

export function showEmoji(seed: Uint8Array, count: number): string {
  return emojiIndexes(seed, count)
    .map((index) => EMOJI[index])
    .join(' ')
}

/** Six bits each, from the lowest of the seed as a little-endian number. */
export function emojiIndexes(seed: Uint8Array, count: number): readonly number[] {
  if (seed.length !== SEED_BYTES || count > LINK_EMOJI_EXTENDED) {
    throw new RangeError('a seed of 16 bytes gives 21 emoji')
  }
  const value = seed.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  return Array.from({ length: count }, (_, index) =>
    Number((value >> (INDEX_BITS * BigInt(index))) & INDEX_MASK),
  )
}
