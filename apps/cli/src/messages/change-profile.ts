/**
 * What `sotto profile` and `sotto settings` do.
 *
 * @module
 */
import type { Settings } from '@sotto/client/engine'
import { CliError } from '../errors.ts'
import { makePrintable, type Outcome } from '../output.ts'
import { type AccountPlace, describeSharing, withMessenger } from './with-messenger.ts'

const NAME_BYTES_MAX = 100

/** Without a name it shows the one that is set. */
export function changeProfile(place: AccountPlace, name: string | undefined): Promise<Outcome> {
  if (name !== undefined && Buffer.byteLength(name) > NAME_BYTES_MAX)
    throw new CliError('usage', `A name has at most ${NAME_BYTES_MAX} bytes.`)
  return withMessenger(place, async (messenger) => {
    const failure = name === undefined ? undefined : await messenger.updateProfile({ name })
    const { accountId, profile } = messenger
    const shown = profile.name === '' ? 'No name is set.' : `Name  ${makePrintable(profile.name)}`
    return describeSharing(
      { accountId, name: profile.name },
      `${shown}\nAccount id  ${accountId}`,
      failure,
    )
  })
}

function say(isOn: boolean): string {
  return isOn ? 'on' : 'off'
}

/** Without changes it shows what is set. */
export function changeSettings(place: AccountPlace, changes: Partial<Settings>): Promise<Outcome> {
  return withMessenger(place, ({ settings }) => {
    settings.update(changes)
    const { sendsReadReceipts, sendsTyping, knownContactsOnly } = settings.current
    return {
      json: { sendsReadReceipts, sendsTyping, knownContactsOnly },
      text: [
        `Read receipts        ${say(sendsReadReceipts)}   others learn when you read what they wrote`,
        `Typing               ${say(sendsTyping)}   others learn when you are writing`,
        `Known contacts only  ${say(knownContactsOnly)}   what strangers write is dropped`,
      ].join('\n'),
    }
  })
}
