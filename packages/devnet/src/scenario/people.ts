/**
 * The people of a scenario: accounts with the real messenger, whose memory ends with the run.
 *
 * @module
 */

import { type Following, type Messenger, createMessenger } from '@sotto/client/engine'
import type { Transport } from '@sotto/client/ports'
import { MemoryFileStore } from '@sotto/client/memory'
import { zstdCompression } from '@sotto/client-node/compression'
import { openDatabase } from '@sotto/client-node/database'
import { type Account, deriveAccount } from '@sotto/crypto/identity'
import { systemRandomness } from '@sotto/crypto/randomness'
import { deriveAccountSeed } from '../seeds.ts'
import { systemClock } from '../system-clock.ts'
import { nameAccounts } from './account-names.ts'

/** How clients reach nodes: the program that runs the scenario brings its own. */
export type CreateTransport = () => Transport & Disposable

export interface Person {
  readonly name: string
  readonly account: Account
  readonly messenger: Messenger
}

export interface PeopleOptions {
  readonly count: number
  /** The network's word, from which their accounts follow. */
  readonly seed: string
  readonly seedUrl: string
  readonly createTransport: CreateTransport
}

export class People implements AsyncDisposable {
  readonly all: readonly Person[]
  readonly #resources = new AsyncDisposableStack()
  #followings: readonly Following[] = []

  constructor({ count, seed, seedUrl, createTransport }: PeopleOptions) {
    this.all = nameAccounts(count).map((name) => {
      const account = deriveAccount(deriveAccountSeed(seed, name))
      const transport = this.#resources.use(createTransport())
      const messenger = createMessenger({
        ports: {
          transport,
          clock: systemClock,
          randomness: systemRandomness,
          database: this.#resources.use(openDatabase()),
          compression: zstdCompression,
          files: new MemoryFileStore(),
        },
        network: { seedUrls: [seedUrl] },
        account,
      })
      this.#resources.defer(() => messenger.close())
      return { name, account, messenger }
    })
  }

  /** They read what comes, as somebody does whose program is open. */
  startReading(): void {
    this.#followings = this.all.map(({ messenger }) =>
      messenger.follow({ onEvents: () => undefined }),
    )
  }

  async stopReading(): Promise<void> {
    const followings = this.#followings
    this.#followings = []
    await Promise.all(followings.map((following) => following.stop()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync()
  }
}
