/**
 * How this device is set. Other clients keep these on each device too, so they are not shared.
 *
 * @module
 */
import type { StateTable } from '../../storage/state-table.ts'

/** Each is off until a person turns it on. */
export interface Settings {
  /** Tells people whom the account accepted when their messages were read. */
  readonly sendsReadReceipts: boolean
  /** Tells them when something is being written. */
  readonly sendsTyping: boolean
  /** Tells them when a file of theirs was saved, or a picture of the conversation was taken. */
  readonly sendsExtractionNotices: boolean
  /** Drops what strangers write, instead of showing it as a request. */
  readonly knownContactsOnly: boolean
  /**
   * Publishes keys of half a day, so that messages to the account need one of them (spec 12 §2). Devices that are
   * not linked cannot read what is sealed to them (ADR 19).
   */
  readonly forwardSecrecy: boolean
  /** Erases replaced keys after some days instead of sixteen (spec 12 §2.7). */
  readonly erasesKeysEarly: boolean
}

const PREFIX = 'setting:'
const ON = 'on'

export class DeviceSettings {
  readonly #state: StateTable

  constructor(state: StateTable) {
    this.#state = state
  }

  get current(): Settings {
    return {
      sendsReadReceipts: this.#isOn('sendsReadReceipts'),
      sendsTyping: this.#isOn('sendsTyping'),
      sendsExtractionNotices: this.#isOn('sendsExtractionNotices'),
      knownContactsOnly: this.#isOn('knownContactsOnly'),
      forwardSecrecy: this.#isOn('forwardSecrecy'),
      erasesKeysEarly: this.#isOn('erasesKeysEarly'),
    }
  }

  update(changes: Partial<Settings>): void {
    for (const [name, isOn] of Object.entries(changes))
      this.#state.put(`${PREFIX}${name}`, isOn ? ON : 'off')
  }

  #isOn(name: keyof Settings): boolean {
    return this.#state.find(`${PREFIX}${name}`) === ON
  }
}
