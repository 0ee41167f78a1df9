/**
 * Every way in which the messenger can fail to do what it was asked. The sentence that a person reads lives in the
 * application and is looked up by `code`; bytes that cannot be read have codes in `crypto` and `protocol`.
 *
 * @module
 */

/**
 * The one table of codes of this package; `docs/errors.md` has an entry for each. `retryable` says whether the same
 * request may succeed later without anything being changed by the person.
 */
export const CLIENT_ERRORS = {
  no_nodes: { retryable: true, meaning: 'no seed answered and no node is known' },
  directory_refused: {
    retryable: true,
    meaning: 'no document of the directory is signed by enough of the authorities',
  },
  directory_expired: {
    retryable: true,
    meaning: 'the directory has had no new document for too long',
  },
  no_guard: { retryable: true, meaning: 'no node answered a direct call' },
  no_path: { retryable: true, meaning: 'too few nodes for a path of three' },
  path_failed: { retryable: true, meaning: 'the request got lost on its path' },
  node_gone: { retryable: true, meaning: 'the destination is not in the network any more' },
  node_failed: { retryable: true, meaning: 'the destination failed' },
  node_refused: { retryable: false, meaning: 'the destination refused the request' },
  reply_malformed: { retryable: true, meaning: 'the destination answered with nonsense' },
  clock_out_of_sync: { retryable: false, meaning: 'the time differs from the network’s' },
  unauthorized: { retryable: false, meaning: 'the destination does not accept the signature' },
  wrong_swarm: { retryable: true, meaning: 'the account belongs to another swarm' },
  swarm_unknown: { retryable: true, meaning: 'the swarm of the account was not found' },
  keys_unsettled: {
    retryable: true,
    meaning: 'it is not certain yet that the recipient has no keys any more',
  },
  awaiting_keys: {
    retryable: true,
    meaning: 'it waits until the keys of the recipient are known, and is then sent by itself',
  },
  not_stored: {
    retryable: true,
    meaning: 'no member of the swarm proved that it keeps the message',
  },
  text_empty: { retryable: false, meaning: 'there is nothing to send' },
  text_too_long: { retryable: false, meaning: 'a text has at most 10,000 code points' },
  message_too_large: { retryable: false, meaning: 'the sealed message does not fit into a swarm' },
  emoji_invalid: { retryable: false, meaning: 'a reaction is one emoji' },
  timer_invalid: { retryable: false, meaning: 'no timer of this conversation can be like that' },
  message_unknown: { retryable: false, meaning: 'this device does not have that message' },
  group_unknown: { retryable: false, meaning: 'the account is not, or no longer, in that group' },
  group_not_admin: { retryable: false, meaning: 'only an admin of the group may do this' },
  group_full: { retryable: false, meaning: 'a group has at most 100 members' },
  group_member_unknown: {
    retryable: false,
    meaning: 'the account cannot be changed in that group',
  },
  group_last_admin: { retryable: false, meaning: 'nobody else leads the group' },
  group_key_missing: { retryable: true, meaning: 'no key of the group has arrived yet' },
  devices_unread: { retryable: true, meaning: 'nothing of the account’s devices was read yet' },
  device_linked: { retryable: false, meaning: 'this device is linked already' },
  device_removed: { retryable: false, meaning: 'this device was removed or replaced' },
  device_group_unknown: { retryable: false, meaning: 'no device is there that could be asked' },
  device_not_linked: { retryable: false, meaning: 'this device is not linked' },
  device_unknown: { retryable: false, meaning: 'no other device of that name is linked' },
  device_not_removed: { retryable: false, meaning: 'this device was not removed' },
  devices_full: { retryable: false, meaning: 'an account has at most 24 devices' },
  link_request_unknown: { retryable: false, meaning: 'there is no such request, or not any more' },
  file_server_unknown: { retryable: false, meaning: 'no file server is known that keeps it' },
  file_server_refused: { retryable: false, meaning: 'the file server does not take the file' },
  file_server_full: { retryable: true, meaning: 'the file server has no room now' },
  file_gone: { retryable: false, meaning: 'the file server does not have the file any more' },
  file_broken: { retryable: false, meaning: 'a file is not what it was said to be' },
  file_too_large: { retryable: false, meaning: 'a file is larger than any that can be sent' },
  file_unknown: { retryable: false, meaning: 'no such file came with the message' },
  file_not_fetched: { retryable: false, meaning: 'the file is not on this device yet' },
  picture_refused: { retryable: false, meaning: 'a picture is damaged, or has too many pixels' },
  preview_link_refused: { retryable: false, meaning: 'no page is fetched from such a link' },
  preview_node_unknown: { retryable: false, meaning: 'no node is known that fetches previews' },
  preview_node_busy: { retryable: true, meaning: 'the node fetches too many previews now' },
  preview_unreachable: { retryable: true, meaning: 'the site does not answer' },
  preview_none: { retryable: false, meaning: 'there is no page at the link, or one without title' },
  cancelled: { retryable: true, meaning: 'the person did not want it any more' },
  history_newer: { retryable: false, meaning: 'the history was written by a newer version' },
  closed: { retryable: false, meaning: 'the messenger was closed' },
} as const

export type ClientErrorCode = keyof typeof CLIENT_ERRORS

export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: ClientErrorCode

  /** `detail` reaches logs: counts, statuses and sizes only, never keys, ids, addresses or payload. */
  constructor(code: ClientErrorCode, detail = '', options?: ErrorOptions) {
    super(`${code}: ${CLIENT_ERRORS[code].meaning}${detail && ` (${detail})`}`, options)
    this.code = code
  }

  get isRetryable(): boolean {
    return CLIENT_ERRORS[this.code].retryable
  }
}
