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
/** Spec 05 §5.5. The longest emoji in use has 35 bytes. */
export const EMOJI_MAX_BYTES = 64
/** Spec 05 §5.6. Messages that one receipt may name. */
export const RECEIPT_TIMES_MAX = 256
/** Spec 05 §5.4. What is shown of a name, a title or an address; longer ones are cut or dropped. */
export const PROFILE_NAME_MAX_CODE_POINTS = 100
export const PREVIEW_TITLE_MAX_CODE_POINTS = 300
export const URL_MAX_LENGTH = 2048
/** Spec 05 §5.7. A year; the longest that other clients offer is two weeks. */
export const TIMER_MAX_SECONDS: number = 365 * 24 * 60 * 60
/** Spec 05 §5.4. The year 2100: what comes later is no time that a clock shows. */
export const TIME_MAX_MS = 4_102_444_800_000
