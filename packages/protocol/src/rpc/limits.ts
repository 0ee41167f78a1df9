/**
 * The numbers of the storage RPC, each written once (spec 03 §3).
 *
 * Times are milliseconds unless the name says otherwise. Limits that belong to a listener (body size,
 * rate limit) stand here too, because clients must respect them; enforcing them is the node's part.
 *
 * @module
 */

const SECOND_MS = 1000
const DAY_MS = 86_400 * SECOND_MS

/** Spec 03 §3.1. Shortest time a message may live. */
export const TTL_MIN_MS: number = 10 * SECOND_MS
/** Spec 03 §3.1. Longest life in a namespace that anybody may write to. */
export const TTL_MAX_PUBLIC_INBOX_MS: number = 14 * DAY_MS
/** Spec 03 §3.1. Longest life in every other namespace; also the cap that `expire` clamps to. */
export const TTL_MAX_MS: number = 30 * DAY_MS
/** Spec 03 §3.2. How far ahead a store's timestamp, and how far back its expiry, may lie. */
export const STORE_TOLERANCE_MS: number = 10 * SECOND_MS
/** Spec 03 §3.2. How far a signed timestamp may lie from the node's clock. */
export const SIGNATURE_TOLERANCE_MS: number = 60 * SECOND_MS
/** Spec 03 §3.2. The same for a forwarded delete_all or expire_all, which spent time on the way. */
export const FORWARDED_SIGNATURE_TOLERANCE_MS: number = 70 * SECOND_MS
/** Spec 03 §3.2. A smaller number is no time of ours in milliseconds; it is most likely in seconds. */
export const TIMESTAMP_MIN_MS = 100_000_000_000

/** Spec 03 §3.3. Largest message. */
export const DATA_MAX_BYTES = 76_800
/** Spec 03 §3.3. The same in base64. */
export const DATA_MAX_BASE64_CHARACTERS: number = (DATA_MAX_BYTES / 3) * 4
/** Spec 03 §3.3. Sub-requests of one batch or sequence. */
export const BATCH_REQUESTS_MAX = 20
/** Spec 03 §3.3. Hashes in one request; the body's size bounds them anyway. */
export const MESSAGES_MAX = 100_000
/** Spec 03 §3.3. Revoked subaccounts kept per account, and accepted in one request. */
export const REVOCATIONS_MAX = 50
/** Spec 03 §3.3. How deep ifelse may stand inside ifelse; our own bound against exhausted stacks. */
export const IFELSE_DEPTH_MAX = 8

/** Spec 03 §3.4. What one retrieve may return at most, counted as `messageCostBytes` counts. */
export const RETRIEVE_BUDGET_BYTES = 7_800_000
/** Spec 03 §3.4. The fraction of the budget (one fifth) when the client sets neither limit. */
export const RETRIEVE_DEFAULT_MAX_SIZE = -5
/** Spec 03 §3.4. What each message costs in addition to its hash and its data. */
export const MESSAGE_OVERHEAD_BYTES = 100

/** Spec 03 §3.6. How long an entry node waits for each member of its swarm. */
export const SWARM_FORWARD_TIMEOUT_MS: number = 5 * SECOND_MS
/** Spec 03 §3.6. Largest request body. */
export const BODY_MAX_BYTES: number = 10 * 1024 * 1024
/** Spec 03 §3.6. Tokens of one address's bucket, and what flows back each second. */
export const RATE_LIMIT_BURST = 600
/** Spec 03 §3.6. */
export const RATE_LIMIT_PER_SECOND = 300
/** Spec 03 §3.6. The refill for an address that belongs to a node of the directory. */
export const RATE_LIMIT_PER_SECOND_NODE = 600
/** Spec 03 §3.6. Longest time between the expiry of a message and its removal. */
export const EXPIRY_SWEEP_INTERVAL_MS: number = 10 * SECOND_MS
/** Spec 03 §3.6. Database size at which a node refuses further messages. */
export const DATABASE_MAX_BYTES = 3_500_000_000

/** Spec 03 §4. Version that the emulated storage server reports, and its hard fork. */
export const STORAGE_VERSION: readonly [number, number, number] = [2, 8, 0]
/** Spec 03 §4. */
export const HARD_FORK: readonly [number, number] = [19, 4]
