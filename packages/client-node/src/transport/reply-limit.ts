/**
 * How much of an answer is read. Whoever answers is a stranger; without a bound it could fill the memory.
 *
 * @module
 */

/** The largest answer of a node, base64 and sealing included, with room to spare. */
export const REPLY_BYTES_MAX = 16 * 1024 * 1024
