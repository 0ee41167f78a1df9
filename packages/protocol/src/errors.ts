/**
 * Every way in which this package refuses input from outside, its number on the wire, and whether a retry may succeed
 * (spec 00 §4). The sentence that a person reads lives in the application and is looked up by `code`; RPC failures,
 * which are statuses and texts that Session's network prescribes, are in `rpc/failure.ts`.
 *
 * @module
 */

/** The one table of codes of this package; `docs/errors.md` has an entry for each. */
export const PROTOCOL_ERRORS = {
  bt_malformed: { wire: 0x01, retryable: false },
  bt_not_canonical: { wire: 0x02, retryable: false },
  bt_limit: { wire: 0x03, retryable: false },
  directory_malformed: { wire: 0x10, retryable: false },
  directory_limit: { wire: 0x11, retryable: false },
  directory_version: { wire: 0x12, retryable: false },
  directory_node: { wire: 0x13, retryable: false },
  directory_duplicate: { wire: 0x14, retryable: false },
  directory_signature: { wire: 0x15, retryable: false },
  directory_rollback: { wire: 0x16, retryable: true },
  descriptor_malformed: { wire: 0x17, retryable: false },
  descriptor_limit: { wire: 0x18, retryable: false },
  descriptor_field: { wire: 0x19, retryable: false },
  descriptor_signature: { wire: 0x1a, retryable: false },
  swarm_malformed: { wire: 0x20, retryable: true },
  onion_frame_malformed: { wire: 0x30, retryable: false },
  onion_reply_malformed: { wire: 0x31, retryable: true },
  onion_reply_unopened: { wire: 0x32, retryable: true },
  onion_payload_malformed: { wire: 0x33, retryable: false },
  link_frame_too_large: { wire: 0x40, retryable: false },
  link_frame_malformed: { wire: 0x41, retryable: false },
  link_message_malformed: { wire: 0x42, retryable: false },
  rpc_reply_malformed: { wire: 0x50, retryable: true },
  session_too_large: { wire: 0x60, retryable: false },
  session_malformed: { wire: 0x61, retryable: false },
  session_unopened: { wire: 0x62, retryable: false },
  session_timestamp_mismatch: { wire: 0x63, retryable: false },
  session_foreign_sync: { wire: 0x64, retryable: false },
  session_unknown_flags: { wire: 0x65, retryable: false },
  session_text_empty: { wire: 0x66, retryable: false },
  session_text_too_long: { wire: 0x67, retryable: false },
  session_emoji_invalid: { wire: 0x68, retryable: false },
  session_v2_malformed: { wire: 0xc0, retryable: false },
  session_v2_version: { wire: 0xc1, retryable: false },
  session_v2_no_key: { wire: 0xc2, retryable: true },
  session_v2_signature: { wire: 0xc3, retryable: false },
  device_group_malformed: { wire: 0xc4, retryable: false },
  device_group_unreadable: { wire: 0xc5, retryable: false },
  link_request_unreadable: { wire: 0xc6, retryable: false },
  vote_malformed: { wire: 0x70, retryable: false },
  vote_limit: { wire: 0x71, retryable: false },
  vote_version: { wire: 0x72, retryable: false },
  vote_order: { wire: 0x73, retryable: false },
  vote_descriptor: { wire: 0x74, retryable: false },
  agreement_malformed: { wire: 0x75, retryable: false },
  agreement_order: { wire: 0x76, retryable: false },
  epoch_malformed: { wire: 0x80, retryable: false },
  epoch_limit: { wire: 0x81, retryable: false },
  epoch_node: { wire: 0x82, retryable: false },
  epoch_duplicate: { wire: 0x83, retryable: false },
  epoch_signatures: { wire: 0x84, retryable: true },
  epoch_network: { wire: 0x85, retryable: false },
  epoch_rhythm: { wire: 0x86, retryable: false },
  epoch_older: { wire: 0x87, retryable: true },
  epoch_future: { wire: 0x88, retryable: true },
  epoch_expired: { wire: 0x89, retryable: true },
  epoch_fork: { wire: 0x8a, retryable: false },
  epoch_chain: { wire: 0x8b, retryable: false },
  equivocation_malformed: { wire: 0x8c, retryable: false },
  equivocation_unproven: { wire: 0x8d, retryable: false },
  config_malformed: { wire: 0x90, retryable: false },
  config_limit: { wire: 0x91, retryable: false },
  config_unopened: { wire: 0x92, retryable: true },
  config_signature: { wire: 0x93, retryable: false },
  attachment_malformed: { wire: 0xd0, retryable: false },
  attachment_limit: { wire: 0xd1, retryable: false },
  picture_unknown: { wire: 0xd2, retryable: false },
  picture_malformed: { wire: 0xd3, retryable: false },
  file_reply_malformed: { wire: 0xd4, retryable: true },
  large_file_malformed: { wire: 0xd5, retryable: false },
  preview_request_malformed: { wire: 0xd6, retryable: false },
  preview_reply_malformed: { wire: 0xd7, retryable: true },
  group_malformed: { wire: 0xe0, retryable: false },
  group_limit: { wire: 0xe1, retryable: false },
  group_signature: { wire: 0xe2, retryable: false },
  group_unopened: { wire: 0xe3, retryable: true },
  archive_malformed: { wire: 0xb0, retryable: false },
  archive_limit: { wire: 0xb1, retryable: false },
  archive_version: { wire: 0xb2, retryable: false },
  archive_cost: { wire: 0xb3, retryable: false },
  archive_unopened: { wire: 0xb4, retryable: false },
  archive_damaged: { wire: 0xb5, retryable: false },
  archive_account: { wire: 0xb6, retryable: false },
  archive_not_empty: { wire: 0xb7, retryable: false },
  archive_changed: { wire: 0xb8, retryable: true },
  replication_malformed: { wire: 0xa0, retryable: false },
  replication_limit: { wire: 0xa1, retryable: false },
  replication_answer: { wire: 0xa2, retryable: true },
} as const

export type ProtocolErrorCode = keyof typeof PROTOCOL_ERRORS

export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly code: ProtocolErrorCode

  /** `detail` reaches logs and operators: sizes and versions only, never keys, ids, addresses or payload. */
  constructor(code: ProtocolErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options)
    this.code = code
  }
}
