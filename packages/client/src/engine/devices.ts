/**
 * The account's devices, as a person sees and orders them (spec 12 §6, §7): who is linked, and who may be. What devices do among themselves
 * comes with each round.
 *
 * @module
 */
import { err, ok, type Result } from '@sotto/crypto/result'
import {
  type DeviceId,
  findOtherGroups,
  GROUP_NAMESPACE,
  type GroupCommand,
  OUTBOX_NAMESPACE,
} from '@sotto/protocol/session-v2'
import { ClientError } from '../errors.ts'
import type { DeviceSettings } from './actions/device-settings.ts'
import type { Closing } from './closing.ts'
import {
  describeDevices,
  type DeviceList,
  LinkEmoji,
  type OwnLinkView,
} from './devices/describe-devices.ts'
import { toClientError } from './devices/device-refusal.ts'
import type { NetworkTime } from './network/network-clock.ts'
import type { AccountPoller } from './receive/account-poller.ts'
import type { Secrecy } from './secrecy/secrecy.ts'

/** ADR 0006. */
const MEMBERS_ASKED = 2
const NAMESPACES: readonly number[] = [GROUP_NAMESPACE, OUTBOX_NAMESPACE]

export interface DevicesParts {
  readonly secrecy: Secrecy
  readonly settings: DeviceSettings
  readonly time: NetworkTime
  readonly poller: AccountPoller
  readonly closing: Closing
}

/** An order is carried out on this device when it resolves; gives why the other devices cannot know yet. */
export type DeviceOrdered = Promise<Result<{ readonly untold?: ClientError }, ClientError>>

export class Devices {
  readonly #parts: DevicesParts
  readonly #emoji = new LinkEmoji()

  constructor(parts: DevicesParts) {
    this.#parts = parts
  }

  /** As far as this device knows; `refresh` asks the network. The first look at a request takes half a second (spec 12 §6.2). */
  list(): DeviceList {
    const { secrecy, time } = this.#parts
    return describeDevices(secrecy.group.state, this.#emoji, time.now())
  }

  /** Reads and writes what devices say to each other, and nothing else. What came of it is told with the next round. */
  refresh(): Promise<ClientError | undefined> {
    return this.#parts.closing.change(() => this.#refresh())
  }

  /**
   * Asks a group to take this device in; without a name the only one there is. Nothing may be confirmed before the person has seen the same
   * emoji on a device of the group.
   */
  requestLink(group?: string): Promise<Result<OwnLinkView, ClientError>> {
    return this.#parts.closing.run(async () => {
      const { secrecy, time } = this.#parts
      const failure = await this.#refresh()
      if (failure !== undefined) return err(failure)
      const others = findOtherGroups(secrecy.group.state, time.now())
      const chosen = group ?? (others.length === 1 ? others[0] : undefined)
      const refusal = secrecy.group.step({ kind: 'request-link', group: chosen ?? '' })
      if (refusal !== undefined) return err(toClientError(refusal))
      const stored = await secrecy.devices.storeLink()
      const { ownRequest } = this.list()
      if (!stored.ok) return stored
      return ownRequest ? ok(ownRequest) : err(new ClientError('not_stored', 'link request'))
    })
  }

  /**
   * The person has seen the same emoji on both devices. With the number of a request it takes that device in; without one, on the device that
   * asked, it believes the answer. From then on this device's messages need keys that its group alone has.
   */
  confirm(request?: number): DeviceOrdered {
    return this.#order(() => {
      const { secrecy, settings } = this.#parts
      if (request !== undefined) return [{ kind: 'accept-request', id: request }]
      const own = secrecy.group.state.ownRequests.at(-1)
      if (own === undefined) return [{ kind: 'confirm-link', updatedSeconds: 0 }]
      settings.update({ forwardSecrecy: true })
      return [{ kind: 'confirm-link', updatedSeconds: own.record.updatedSeconds }]
    })
  }

  /** On this device alone: the request is not shown here any more. */
  refuse(request: number): Promise<ClientError | undefined> {
    return this.#parts.closing.change(async () => {
      const refusal = this.#parts.secrecy.group.step({ kind: 'ignore-request', id: request })
      return refusal && toClientError(refusal)
    })
  }

  /** For good, in one step with new keys: what is sealed to them it cannot read. */
  remove(device: DeviceId): DeviceOrdered {
    return this.#order(() => [
      { kind: 'remove-device', deviceId: device },
      { kind: 'rotate-device-keys' },
    ])
  }

  /** This device gives its keys up and its name; linked again it is another one. Its history stays. */
  leave(): DeviceOrdered {
    return this.#order(() => {
      this.#parts.settings.update({ forwardSecrecy: false })
      return [{ kind: 'leave-group' }]
    })
  }

  /** Seen by the account's own devices only; cut to 64 bytes. */
  rename(description: string): DeviceOrdered {
    return this.#order(() => [{ kind: 'update-details', details: { description } }])
  }

  /** After this device was removed or displaced: a new name and new keys, with which it can ask again. */
  renew(): DeviceOrdered {
    return this.#order(() => [{ kind: 'renew-identity' }])
  }

  /** A group of one beside those that are there. For whoever has lost all other devices. */
  start(): DeviceOrdered {
    return this.#order(() => {
      this.#parts.settings.update({ forwardSecrecy: true })
      return [{ kind: 'start-group' }]
    })
  }

  dismissGroup(group: string): DeviceOrdered {
    return this.#order(() => [{ kind: 'dismiss-group', group }])
  }

  #order(list: () => readonly GroupCommand[]): DeviceOrdered {
    return this.#parts.closing.run(async () => {
      const { group } = this.#parts.secrecy
      for (const [index, command] of list().entries()) {
        const refusal = group.step(command)
        // Only the first is what the person wanted; the others are what goes with it.
        if (refusal !== undefined && index === 0) return err(toClientError(refusal))
      }
      const untold = await this.#refresh()
      return ok(untold === undefined ? {} : { untold })
    })
  }

  async #refresh(): Promise<ClientError | undefined> {
    const { secrecy, poller } = this.#parts
    const read = await poller.poll(MEMBERS_ASKED, NAMESPACES)
    if (!read.ok) return read.error
    await secrecy.devices.settle(read.value.completeMembers)
    return undefined
  }
}
