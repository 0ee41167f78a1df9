/**
 * The numbers of groups, each written once (spec 14).
 *
 * @module
 */

/** Spec 14 §1. What clients let a group grow to. */
export const GROUP_MEMBERS_MAX = 100
/** Spec 14 §4.4. Beyond every honest count, and far enough from where numbers stop being exact. */
export const GENERATION_MAX: number = 2 ** 32
/** Spec 14 §4.4. Keys that a device keeps, and that one supplement may hold. */
export const GROUP_KEYS_MAX = 512
/** Spec 14 §4.5. How long the last message under an older key may be on its way, or lie in a swarm. */
export const GROUP_KEY_LIFE_MS: number = 60 * 24 * 60 * 60 * 1000
/** Spec 14 §5.2. What a message decompresses to at most. */
export const GROUP_PLAINTEXT_BYTES_MAX = 1_000_000
/** Spec 14 §5.1. */
export const GROUP_PADDING_STEP = 256
/** What a swarm accepts at most for one message (spec 05 §3.3). */
export const GROUP_STORED_BYTES_MAX = 76_800
