/**
 * Three people with five devices on a real local network: each device is a messenger with a database of its own, and everything between
 * them goes over onions and swarms.
 *
 * @module
 */

import {
  type Conversation,
  type ConversationId,
  createMessenger,
  type FileServer,
  type HistoryMessage,
  type Messenger,
  type MessageName,
} from '@sotto/client/engine'
import { systemClock } from '@sotto/client-node/clock'
import { openPorts } from '@sotto/client-node/ports'
import {
  type Account,
  createAccountSeed,
  deriveAccount,
  parseAccountId,
} from '@sotto/crypto/identity'
import { systemRandomness } from '@sotto/crypto/randomness'
import { toEd25519PublicKey } from '@sotto/crypto/signing'
import { expect, inject } from 'vitest'
import { ForeignDevice, type ForeignDeviceOptions } from '../foreign/foreign-device.ts'

/** A round in which nobody got anything new ends a sync. */
const ROUNDS_MAX = 8
const MEMBERS_ASKED = 3

export type PersonName = 'alice' | 'bob' | 'carol'

/** Alice has a laptop beside her phone, Bob a tablet. */
const DEVICES = { alice: 2, bob: 2, carol: 1 } as const

export interface Device {
  readonly account: Account
  readonly messenger: Messenger
}

export class Cast implements AsyncDisposable {
  readonly #resources = new AsyncDisposableStack()
  readonly #secrets: Readonly<Record<PersonName, Uint8Array>> = {
    alice: createAccountSeed(systemRandomness),
    bob: createAccountSeed(systemRandomness),
    carol: createAccountSeed(systemRandomness),
  }
  readonly #accounts: Readonly<Record<PersonName, Account>> = {
    alice: deriveAccount(this.#secrets.alice),
    bob: deriveAccount(this.#secrets.bob),
    carol: deriveAccount(this.#secrets.carol),
  }
  readonly #devices: Record<PersonName, Device[]> = { alice: [], bob: [], carol: [] }

  constructor(devices: Readonly<Record<PersonName, number>> = DEVICES) {
    for (const name of ['alice', 'bob', 'carol'] as const)
      for (let count = 0; count < devices[name]; count++) this.addDevice(name)
  }

  id(name: PersonName): Account['accountId'] {
    return this.#accounts[name].accountId
  }

  /** The messenger of a person's first device, or of another one. */
  of(name: PersonName, device = 0): Messenger {
    const messenger = this.#devices[name][device]?.messenger
    if (messenger === undefined) throw new Error(`${name} has no such device`)
    return messenger
  }

  devicesOf(name: PersonName): readonly Messenger[] {
    return this.#devices[name].map(({ messenger }) => messenger)
  }

  /** Another device that knows nothing but the recovery phrase. */
  addDevice(name: PersonName): Messenger {
    const ports = this.#resources.use(openPorts())
    const account = this.#accounts[name]
    const messenger = createMessenger({
      account,
      network: {
        seedUrls: [inject('seedUrl')],
        fileServers: listRoles('fileServers'),
        previewNodes: listRoles('previewNodes'),
      },
      ports,
    })
    this.#resources.defer(() => messenger.close())
    this.#devices[name].push({ account, messenger })
    return messenger
  }

  /** Another device of a person, with a client that others wrote. */
  addForeignDevice(name: PersonName): Promise<ForeignDevice> {
    return this.meetForeigner({ secret: this.#secrets[name] })
  }

  /** Somebody whose client others wrote. */
  meetForeigner(options: ForeignDeviceOptions = {}): Promise<ForeignDevice> {
    return ForeignDevice.join(inject('seedUrl'), options)
  }

  /** All devices fetch, again and again, until nobody gets anything new. */
  async sync(): Promise<void> {
    const all = Object.values(this.#devices).flat()
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const events = await Promise.all(
        all.map(async ({ messenger }) => {
          const polled = await messenger.poll({ members: MEMBERS_ASKED })
          if (!polled.ok) throw polled.error
          return polled.value.length
        }),
      )
      if (events.every((count) => count === 0)) return
    }
    throw new Error('the devices do not come to rest')
  }

  /** Sends a text from the first device; gives its name on the devices of who wrote it. */
  async say(from: PersonName, to: PersonName, text: string): Promise<MessageName> {
    const sent = await this.of(from).send({ to: this.id(to), text })
    if (!sent.ok) throw sent.error
    const { sentAtMs } = sent.value
    return { conversation: this.id(to), author: this.id(from), sentAtMs }
  }

  /** Both have written to each other, so that neither is a stranger. */
  async befriend(first: PersonName, second: PersonName): Promise<void> {
    await this.say(first, second, `hello, ${second}`)
    await this.sync()
    await this.say(second, first, `hello, ${first}`)
    await this.sync()
  }

  /** Somebody whose client others wrote, and who is no stranger to this person, nor the other way round. */
  async befriendForeigner(name: PersonName): Promise<ForeignDevice> {
    const foreigner = await this.meetForeigner()
    must(await this.of(name).send({ to: idOf(foreigner), text: 'hello' }))
    await foreigner.send(this.id(name), { dataMessage: { body: `hello, ${name}` } })
    await foreigner.receive()
    await this.sync()
    return foreigner
  }

  /** What a person's first device shows of a conversation, oldest first. */
  texts(name: PersonName, conversation: ConversationId): readonly string[] {
    return listMessages(this.of(name), conversation).map(({ text }) => text)
  }

  /** How every story ends: all devices of each person show the same. */
  expectEqualDevices(): void {
    for (const name of ['alice', 'bob', 'carol'] as const) {
      const [first, ...others] = this.devicesOf(name).map(describeDevice)
      for (const other of others) expect(other, `another device of ${name}`).toEqual(first)
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync()
  }
}

/** Milliseconds since 1970, by the clock that all devices share. */
export function readTimeMs(): number {
  return systemClock.now()
}

/** Gives the value of a success, and ends the story otherwise. */
export function must<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Error },
): T {
  if (!result.ok) throw result.error
  return result.value
}

/** As our client names somebody whom another client names by a text. */
export function idOf({ id }: ForeignDevice): Account['accountId'] {
  const parsed = parseAccountId(id)
  if (!parsed.ok) throw new Error(parsed.error.code)
  return parsed.value
}

/** As whoever received a message names it. */
export function seenByOther({ author, sentAtMs }: MessageName): MessageName {
  return { conversation: author, author, sentAtMs }
}

export function listMessages(
  { conversations }: Messenger,
  id: ConversationId,
): readonly HistoryMessage[] {
  return conversations.messages(id, { limit: 10_000 }).toReversed()
}

function listRoles(role: 'fileServers' | 'previewNodes'): readonly FileServer[] {
  return inject(role).flatMap(({ url, ed25519 }) => {
    const key = toEd25519PublicKey(Buffer.from(ed25519, 'hex'))
    return key === undefined ? [] : [{ url, key }]
  })
}

/** Everything that a person sees, without what belongs to one device alone. */
function describeDevice(messenger: Messenger): object {
  const { conversations, contacts, profile } = messenger
  return {
    profile,
    contacts: contacts.list(),
    conversations: conversations.list().map((conversation) => describeOne(conversation, messenger)),
  }
}

function describeOne(conversation: Conversation, messenger: Messenger): object {
  const { id, latestMs, unread, name, kind, isMarkedUnread } = conversation
  const { isRequest, isBlocked, isHidden, isPinned, isMuted } = conversation
  const messages = listMessages(messenger, id).map((message) => describeMessage(message, messenger))
  const standing = { isRequest, isBlocked, isHidden, isPinned, isMuted, isMarkedUnread, unread }
  return { id, name, kind, latestMs, standing, messages }
}

function describeMessage(message: HistoryMessage, { conversations }: Messenger): object {
  const { author, sentAtMs, kind, state, text, details, editedAtMs, expiresAtMs } = message
  const { isReadByThem, readAtMs } = message
  const reactions = conversations.reactions(message)
  const base = { author, sentAtMs, kind, state, text, details, editedAtMs, expiresAtMs }
  return { ...base, isReadByThem, isRead: readAtMs !== undefined, reactions }
}
