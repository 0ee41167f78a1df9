/**
 * What one inbox may cost (ADR 0006). Anybody can store into it (trap 26), so a flood must end at a bound: in time for
 * one round, in space for all strangers together. People to whom we wrote are not bounded.
 *
 * @module
 */

/** Messages that are opened in one round; the next round goes on where this one stopped. */
export const ROUND_MESSAGES_MAX = 2000
/** Pages that are read from one node in one round. */
export const ROUND_PAGES_MAX = 20
/** Conversations that strangers may begin. */
export const STRANGER_CONVERSATIONS_MAX = 1000
/** Messages of one stranger that are kept. */
export const STRANGER_MESSAGES_MAX = 5000
/** Messages of all strangers together that are kept. */
export const STRANGER_MESSAGES_TOTAL_MAX = 20_000
/** Hashes that are remembered so that their messages are not opened twice. */
export const SEEN_HASHES_MAX = 100_000
