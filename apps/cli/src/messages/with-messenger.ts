/**
 * The frame of commands that act on an account: opens the messenger, lets the command act, and sends what an earlier run left.
 *
 * @module
 */
import type { Messenger } from '@sotto/client/engine'
import type { ClientError } from '@sotto/client/errors'
import { describeFailure } from '../describe-failure.ts'
import type { NetworkPlace } from '../config.ts'
import type { Outcome } from '../output.ts'
import { openMessenger } from './open-messenger.ts'

export interface AccountPlace {
  readonly home: string
  readonly place: NetworkPlace
}

export async function withMessenger(
  { home, place }: AccountPlace,
  act: (messenger: Messenger) => Promise<Outcome> | Outcome,
): Promise<Outcome> {
  await using open = await openMessenger(home, place)
  return await act(open.messenger)
}

/** What was changed holds on this device whatever became of telling the others. */
export async function describeSharing(
  json: Readonly<Record<string, unknown>>,
  text: string,
  failure: ClientError | undefined,
): Promise<Outcome> {
  const described = await describeFailure(failure)
  if (failure === undefined || described === undefined)
    return { json: { ...json, shared: true }, text }
  return {
    json: { ...json, shared: false, reason: failure.code },
    text: `${text}\nOther devices of the account learn it later: ${described.message}`,
  }
}
