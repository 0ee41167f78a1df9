/**
 * Turns whatever a command met into the code and the one sentence that a person reads. The sentences of the engine's
 * codes live here and nowhere else.
 *
 * @module
 */
import type { ClientErrorCode } from '@sotto/client/errors'
import { ClientError } from '@sotto/client/errors'
import { CommanderError } from 'commander'
import { CliError } from './errors.ts'

export interface Failure {
  readonly code: string
  readonly message: string
  readonly exitCode: number
}

const EXIT_FAILED = 1
const EXIT_USAGE = 2

const SENTENCES: Readonly<Record<ClientErrorCode, string>> = {
  no_nodes: 'No node could be found: the network’s seed did not answer. Is the network running?',
  no_guard: 'No node of the network could be reached. Is the network running, and are you online?',
  keys_unsettled:
    'Nodes say that the recipient has no keys any more, which one of them could make up; it has to stay so for an hour.',
  awaiting_keys:
    'Nothing was sent yet: the recipient’s keys are not known. It waits here and is sent by itself, never less protected; sotto read and sotto chat try again.',
  emoji_invalid: 'A reaction is one emoji.',
  message_unknown: 'This device does not have that message.',
  timer_invalid:
    'A timer is off, or runs for at most a year; that of a note to yourself runs from when it was written.',
  group_unknown: 'You are not in that group, or not any more.',
  group_not_admin: 'Only an admin of the group can do that.',
  devices_unread: 'Nothing is known of your other devices yet. Are you online?',
  device_linked: 'This device is linked already.',
  device_removed:
    'This device was removed by another one. “sotto device renew” makes it a new device, which can ask to be linked.',
  device_group_unknown:
    'There is no device to ask, or more than one group of them: on the other device, turn forward secrecy on (sotto settings --forward-secrecy on) and let it read once.',
  device_not_linked: 'This device is not linked to the others. See “sotto device link”.',
  device_unknown: 'No other device of that id is linked. See “sotto device list”.',
  device_not_removed: 'This device was not removed; nothing has to be renewed.',
  devices_full: 'An account has at most 24 devices. Remove one first.',
  link_request_unknown: 'There is no such request, or it is older than ten minutes. Ask again.',
  group_full: 'A group has at most 100 members.',
  group_member_unknown:
    'That account is no member of the group, or an admin who cannot be removed.',
  group_last_admin: 'Nobody else leads the group. Make somebody an admin first, or destroy it.',
  group_key_missing: 'No key of the group has arrived yet. Try again in a moment.',
  file_server_unknown:
    'No file server is known: the network names none, or the file lies on one that is not yours.',
  file_server_refused: 'The file server does not take the file.',
  file_server_full: 'The file server has no room for the file now. Try again later.',
  file_gone:
    'The file server does not have the file any more. Ask whoever sent it to send it again.',
  file_broken: 'The file is not what it was said to be, so nothing of it was kept.',
  file_too_large: 'The file is too large to be sent.',
  file_unknown: 'No such file came with that message.',
  file_not_fetched: 'The file is not on this device yet; fetch it first.',
  picture_refused:
    'The picture is damaged, of an unknown kind, or too large: what it tells about you cannot be taken out of it. You can send it as it is.',
  preview_link_refused:
    'No page is fetched from that link: it has to begin with https://, with a name and nobody’s user in it.',
  preview_node_unknown: 'The network names no node that fetches previews. Send without one.',
  preview_node_busy:
    'The node that was asked fetches too many previews now. Try again in a minute.',
  preview_unreachable:
    'The site did not answer the node that asked it, or may not be asked. Nothing was sent; send without a preview, or try again.',
  preview_none:
    'There is no page at that link, or one that says nothing of itself. Nothing was sent; send without a preview.',
  cancelled: 'It was cancelled.',
  history_newer: 'This home was written by a newer sotto; update this one.',
  directory_refused:
    'What was given as the list of nodes is not signed by the authorities of this network; nothing was sent.',
  directory_expired:
    'The list of nodes is out of date and nobody has a newer one; nothing was sent.',
  no_path: 'The network has too few nodes: a message travels over three nodes to a fourth.',
  path_failed: 'The request got lost on its way, several times. Try again in a moment.',
  node_gone: 'The node that was asked has left the network. Try again in a moment.',
  node_failed: 'The nodes that keep this account’s messages failed. Try again in a moment.',
  node_refused: 'The node refused the request; this sotto and the network may not fit together.',
  reply_malformed: 'A node answered with something that is no answer. Try again in a moment.',
  clock_out_of_sync:
    'The time of this machine and of the network differ. Set the clock, then try again.',
  unauthorized: 'The node did not accept the account’s signature; check that the clock is right.',
  wrong_swarm: 'The account’s messages are being moved to other nodes. Try again in a moment.',
  swarm_unknown:
    'The nodes that keep this account’s messages were not found. Try again in a moment.',
  not_stored: 'No node proved that it keeps the message, so it counts as not sent. Try again.',
  text_empty: 'There is nothing to send: the text is empty.',
  text_too_long: 'The text is too long: a message has at most 10,000 characters.',
  message_too_large: 'The text is too long: sealed, it does not fit into one message.',
  closed: 'The command was interrupted.',
}

/** The one boundary between unknown errors and the command line. `undefined` when nothing failed. */
export async function describeFailure(error: unknown): Promise<Failure | undefined> {
  if (error instanceof CliError) {
    const exitCode = error.code === 'usage' ? EXIT_USAGE : EXIT_FAILED
    return { code: error.code, message: error.message, exitCode }
  }
  if (error instanceof ClientError) {
    return { code: error.code, message: describeClientError(error), exitCode: EXIT_FAILED }
  }
  if (error instanceof CommanderError) return describeUsage(error)
  return describeOther(error)
}

/** Of what waits, why it waits too: most of the time nobody can be reached at all. */
function describeClientError({ code, cause }: ClientError): string {
  const isWaiting = code === 'awaiting_keys' && cause instanceof ClientError
  return isWaiting ? `${SENTENCES[code]} ${SENTENCES[cause.code]}` : SENTENCES[code]
}

/** Help and version come as errors too. */
function describeUsage({ code, exitCode, message }: CommanderError): Failure | undefined {
  if (exitCode === 0) return undefined
  if (code === 'commander.help') {
    return { code: 'usage', message: 'A command is missing.', exitCode: EXIT_USAGE }
  }
  return { code: 'usage', message: message.replace(/^error: /u, ''), exitCode: EXIT_USAGE }
}

/** Refusals of text that a person typed say their own sentence; the rest is the local network's or a mistake. */
async function describeOther(error: unknown): Promise<Failure> {
  const { RefusedText } = await import('./refused-text.ts')
  if (error instanceof RefusedText) {
    return { code: error.code, message: error.message, exitCode: EXIT_FAILED }
  }
  const { DevnetError } = await import('@sotto/devnet/errors')
  if (error instanceof DevnetError) {
    return { code: error.code, message: error.message, exitCode: EXIT_FAILED }
  }
  const { describeNodeFailure } = await import('./node/describe-node-failure.ts')
  const refusal = describeNodeFailure(error)
  if (refusal !== undefined) return { ...refusal, exitCode: EXIT_FAILED }
  const detail = error instanceof Error ? error.message : String(error)
  return { code: 'unexpected', message: `Something unexpected failed: ${detail}`, exitCode: 1 }
}
