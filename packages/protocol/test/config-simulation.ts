/**
 * Devices that share one configuration over a swarm that loses requests and answers. Steps are data, so that fast-check
 * can shrink them.
 *
 * @module
 */
import { deriveMessageHash } from '@sotto/crypto/hash'
import {
  type ConfigDict,
  type ConfigValue,
  loadSharedConfig,
  SharedConfig,
  type SharedConfigOptions,
  type StoredConfig,
} from '../src/config/index.ts'

export type ConfigStep =
  | {
      readonly kind: 'set'
      readonly device: number
      readonly path: readonly string[]
      readonly value: ConfigValue | undefined
    }
  /** What becomes of the request, and of its answer. */
  | {
      readonly kind: 'push'
      readonly device: number
      readonly fate: 'confirmed' | 'lost' | 'unconfirmed'
    }
  /** Takes the messages of these places, in this order; the places wrap round. `undefined` takes all. */
  | { readonly kind: 'poll'; readonly device: number; readonly places?: readonly number[] }
  | { readonly kind: 'restart'; readonly device: number }
  | { readonly kind: 'garbage'; readonly bytes: Uint8Array }

const ACCOUNT = new Uint8Array(33).fill(5)

export class ConfigSimulation {
  readonly #devices: SharedConfig[]
  readonly #options: SharedConfigOptions
  #swarm: StoredConfig[] = []

  constructor(options: SharedConfigOptions, deviceCount: number) {
    this.#options = options
    this.#devices = Array.from({ length: deviceCount }, () => new SharedConfig(options))
  }

  get devices(): readonly SharedConfig[] {
    return this.#devices
  }

  get storedHashes(): readonly string[] {
    return this.#swarm.map(({ hash }) => hash)
  }

  run(step: ConfigStep): void {
    switch (step.kind) {
      case 'garbage':
        this.#store([step.bytes])
        break
      case 'set':
        this.#device(step.device).set(step.path, step.value)
        break
      case 'poll':
        this.#device(step.device).merge(this.#take(step.places))
        break
      case 'restart':
        this.#restart(step.device)
        break
      case 'push':
        this.#push(this.#device(step.device), step.fate)
        break
    }
  }

  /** Everybody reads everything, then everybody who has to writes, until nobody has. Gives the rounds it took. */
  settle(roundsMax: number): number {
    for (let round = 0; round < roundsMax; round++) {
      for (const device of this.#devices) device.merge(this.#swarm)
      const writers = this.#devices.filter((device) => device.state !== 'clean')
      if (writers.length === 0) return round
      for (const writer of writers) this.#push(writer, 'confirmed')
    }
    return roundsMax
  }

  readAll(): readonly ConfigDict[] {
    return this.#devices.map(({ data }) => data)
  }

  #device(index: number): SharedConfig {
    const device = this.#devices[index % this.#devices.length]
    if (device === undefined) throw new RangeError('no devices')
    return device
  }

  #take(places: readonly number[] | undefined): readonly StoredConfig[] {
    if (places === undefined) return this.#swarm
    return places.flatMap((place) => this.#swarm[place % Math.max(1, this.#swarm.length)] ?? [])
  }

  #restart(index: number): void {
    const position = index % this.#devices.length
    const loaded = loadSharedConfig(this.#options, this.#device(index).dump())
    if (!loaded.ok) throw loaded.error
    this.#devices[position] = loaded.value
  }

  #push(device: SharedConfig, fate: 'confirmed' | 'lost' | 'unconfirmed'): void {
    if (device.state === 'clean') return
    const push = device.push()
    if (!push.ok) throw push.error
    if (fate === 'lost') return
    const hashes = this.#store(push.value.messages)
    this.#swarm = this.#swarm.filter(({ hash }) => !push.value.obsoleteHashes.includes(hash))
    if (fate === 'confirmed') device.confirmPushed(push.value.seqno, hashes)
  }

  #store(messages: readonly Uint8Array[]): readonly string[] {
    return messages.map((data) => {
      const hash = deriveMessageHash({ account: ACCOUNT, namespace: 2, data })
      if (!this.#swarm.some((stored) => stored.hash === hash)) this.#swarm.push({ hash, data })
      return hash
    })
  }
}
