/**
 * Which message somebody means: by its hash, or by the time that lists and `--json` show.
 *
 * @module
 */
import type { HistoryMessage, Messenger } from '@sotto/client/engine'
import { ClientError } from '@sotto/client/errors'
import { CliError } from '../errors.ts'

const TIME = /^\d{1,16}$/u

/** Throws for none, and for several of one time. */
export function findMessage(messenger: Messenger, reference: string): HistoryMessage {
  const time = TIME.test(reference) ? Number(reference) : reference
  const [message, ...others] = messenger.conversations.findAll(time)
  if (message === undefined) throw new ClientError('message_unknown')
  if (others.length > 0)
    throw new CliError('usage', 'Several messages have this time; name the one by its hash.')
  return message
}
