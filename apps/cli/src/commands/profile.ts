/**
 * `sotto profile` and `sotto settings`. The work is in `../messages/change-profile.ts`.
 *
 * @module
 */
import { Command, Option } from 'commander'
import { type Print, printOutcome } from '../output.ts'
import {
  type MessageCommandOptions,
  addHome,
  addJson,
  addNetwork,
  findPlace,
} from './shared-options.ts'

type Switch = 'on' | 'off'

interface SettingOptions extends MessageCommandOptions {
  readonly readReceipts?: Switch
  readonly typing?: Switch
  readonly savedNotices?: Switch
  readonly knownContactsOnly?: Switch
  readonly forwardSecrecy?: Switch
  readonly earlyErasure?: Switch
}

interface ProfileOptions extends MessageCommandOptions {
  readonly name?: string
  readonly picture?: string
}

function create(name: string): Command {
  return addJson(addNetwork(addHome(new Command(name))))
}

export function createProfileCommand(print: Print): Command {
  return create('profile')
    .description('show or set the name and the picture that others see')
    .option('--name <name>', 'the new name; an empty one takes it away')
    .option('--picture <file>', 'a JPEG, PNG, WebP or GIF, without what it tells about you')
    .action(async (options: ProfileOptions) => {
      const { changeProfile } = await import('../messages/change-profile.ts')
      printOutcome(await changeProfile(findPlace(options), options), options, print)
    })
}

function createSwitch(name: string, about: string): Option {
  return new Option(`--${name} <on|off>`, about).choices(['on', 'off'])
}

export function createSettingsCommand(print: Print): Command {
  return create('settings')
    .description('show or change how this device behaves')
    .addOption(createSwitch('read-receipts', 'tell people when you read what they wrote'))
    .addOption(createSwitch('typing', 'tell people when you are writing'))
    .addOption(createSwitch('saved-notices', 'tell people when you save a file of theirs'))
    .addOption(createSwitch('known-contacts-only', 'drop what strangers write'))
    .addOption(
      createSwitch(
        'forward-secrecy',
        'publish keys of half a day; other devices have to be linked to read on',
      ),
    )
    .addOption(createSwitch('early-erasure', 'erase replaced keys after two days, not sixteen'))
    .action(async (given: SettingOptions) => {
      const {
        readReceipts,
        typing,
        savedNotices,
        knownContactsOnly,
        forwardSecrecy,
        earlyErasure,
        ...options
      } = given
      const { changeSettings } = await import('../messages/change-profile.ts')
      const changes = {
        ...(readReceipts && { sendsReadReceipts: readReceipts === 'on' }),
        ...(typing && { sendsTyping: typing === 'on' }),
        ...(savedNotices && { sendsExtractionNotices: savedNotices === 'on' }),
        ...(knownContactsOnly && { knownContactsOnly: knownContactsOnly === 'on' }),
        ...(forwardSecrecy && { forwardSecrecy: forwardSecrecy === 'on' }),
        ...(earlyErasure && { erasesKeysEarly: earlyErasure === 'on' }),
      }
      printOutcome(await changeSettings(findPlace(options), changes), options, print)
    })
}
