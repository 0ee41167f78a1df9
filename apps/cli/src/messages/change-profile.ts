/**
 * What `sotto profile` and `sotto settings` do.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import type { Messenger, Settings } from '@sotto/client/engine'
import { CliError } from '../errors.ts'
import { makePrintable, type Outcome } from '../output.ts'
import { type AccountPlace, describeSharing, withMessenger } from './with-messenger.ts'

const NAME_BYTES_MAX = 100

export interface ProfileChanges {
  readonly name?: string
  /** The path of a picture. */
  readonly picture?: string
}

/** Without changes it shows what is set. */
export function changeProfile(
  place: AccountPlace,
  { name, picture: path }: ProfileChanges,
): Promise<Outcome> {
  if (name !== undefined && Buffer.byteLength(name) > NAME_BYTES_MAX)
    throw new CliError('usage', `A name has at most ${NAME_BYTES_MAX} bytes.`)
  return withMessenger(place, async (messenger) => {
    const picture = path === undefined ? undefined : await uploadPicture(messenger, path)
    const changes = { ...(name !== undefined && { name }), ...(picture && { picture }) }
    const hasChanges = Object.keys(changes).length > 0
    const failure = hasChanges ? await messenger.updateProfile(changes) : undefined
    const { accountId, profile } = messenger
    const shown = profile.name === '' ? 'No name is set.' : `Name  ${makePrintable(profile.name)}`
    return describeSharing(
      { accountId, name: profile.name, hasPicture: profile.picture !== undefined },
      `${shown}\nAccount id  ${accountId}`,
      failure,
    )
  })
}

async function uploadPicture(messenger: Messenger, path: string) {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new CliError('usage', `${path} cannot be read.`, { cause })
  })
  const uploaded = await messenger.files.uploadPicture(Uint8Array.from(bytes))
  if (!uploaded.ok) throw uploaded.error
  return uploaded.value
}

function say(isOn: boolean): string {
  return isOn ? 'on' : 'off'
}

/** Without changes it shows what is set. */
export function changeSettings(place: AccountPlace, changes: Partial<Settings>): Promise<Outcome> {
  return withMessenger(place, ({ settings }) => {
    settings.update(changes)
    const now = settings.current
    return {
      json: { ...now },
      text: [
        `Read receipts        ${say(now.sendsReadReceipts)}   others learn when you read what they wrote`,
        `Typing               ${say(now.sendsTyping)}   others learn when you are writing`,
        `Saved files          ${say(now.sendsExtractionNotices)}   others learn when you save a file of theirs`,
        `Known contacts only  ${say(now.knownContactsOnly)}   what strangers write is dropped`,
        `Forward secrecy      ${say(now.forwardSecrecy)}   keys of half a day; another device of the account could not read`,
        `Early erasure        ${say(now.erasesKeysEarly)}   replaced keys go after two days, not sixteen`,
      ].join('\n'),
    }
  })
}
