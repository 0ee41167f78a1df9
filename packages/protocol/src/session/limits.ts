/**
 * The numbers of messages between accounts, each written once (spec 05).
 *
 * @module
 */

/** Spec 05 §3.3. What a swarm accepts at most; nothing larger is decoded. */
export const STORED_MESSAGE_MAX_BYTES = 76_800
/** Spec 05 §5.1. Code points of one text. */
export const TEXT_MAX_CODE_POINTS = 10_000
/** Spec 05 §5.1. */
export const ATTACHMENTS_MAX = 32
/** Spec 05 §5.1. The only flag of a data message: the conversation's timer changed. */
export const FLAG_EXPIRATION_TIMER_UPDATE = 2
/** Spec 05 §3.2. What the newest clients write; it says nothing about the device. */
export const SOURCE_DEVICE = 1
