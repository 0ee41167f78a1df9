/**
 * The numbers of configurations, each written once (spec 11).
 *
 * @module
 */

/** Spec 11 §3.2. A revision serialised; what decompresses to more is refused before memory is taken for it. */
export const CONFIG_MESSAGE_BYTES_MAX: number = 4 * 1024 * 1024
/** Spec 11 §2.4. Values in one revision. */
export const CONFIG_ITEMS_MAX = 400_000
/** Spec 11 §2.4. Deepest nesting in one revision. */
export const CONFIG_DEPTH_MAX = 16
/** Spec 11 §2.4. Dicts inside one another that we write, so that data and diffs stay within what is read. */
export const DATA_DEPTH_MAX = 8
/** Spec 11 §2.2. */
export const CONFIG_INTEGER_MIN: bigint = -(2n ** 63n)
/** Spec 11 §2.2. */
export const CONFIG_INTEGER_MAX: bigint = 2n ** 63n - 1n
/** Spec 11 §2.3. Beyond every honest count, and far enough from where numbers stop being exact. */
export const SEQNO_MAX: number = 2 ** 48
/** Spec 11 §2.3. Revisions that are this much older than the newest have no say in a merge. */
export const CONFIG_LAG = 5

/** Spec 11 §3.4. What a swarm accepts at most for one message. */
export const CONFIG_STORED_BYTES_MAX = 76_800
/** Spec 11 §3.4. Leaves room in a stored message for the frame of a part, at its longest. */
export const PART_CHUNK_BYTES_MAX = 76_710
/** Spec 11 §3.4. The count is one byte. */
export const PARTS_MAX = 255
/** Spec 11 §3.4. Sets of parts that wait for their rest; a further one displaces the oldest. */
export const PARTIAL_SETS_MAX = 4
/** Spec 11 §6.2. Message hashes that wait to be deleted; older ones expire by themselves. */
export const OBSOLETE_HASHES_MAX = 256
