/**
 * Somebody with an account and a device on a simulated network. The device's stores can be given to a second messenger,
 * as after a restart.
 *
 * @module
 */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import { ACCOUNT_SEED_BYTES, type Account, deriveAccount } from '@sotto/crypto/identity'
import type { Result } from '@sotto/crypto/result'
import type { AccountBytes } from '@sotto/protocol/swarm'
import { toAccountBytes } from '../src/engine/messaging/account-bytes.ts'
import { type Messenger, createMessenger } from '../src/engine/index.ts'
import { MemoryMessageStore, MemoryOutboxStore, MemoryStateStore } from '../src/memory/index.ts'
import { SEED_URL, type SimulatedNetwork } from './simulated-network.ts'

export interface Device {
  readonly state: MemoryStateStore
  readonly messages: MemoryMessageStore
  readonly outbox: MemoryOutboxStore
}

export interface SimulatedPerson {
  readonly account: Account
  readonly accountBytes: AccountBytes
  readonly device: Device
  readonly messenger: Messenger
  /** Another program on the same device, as after a restart. */
  restart(): Messenger
  texts(): Promise<readonly string[]>
}

export function createAccount(name: string): Account {
  return deriveAccount(sha256(encodeUtf8(name)).slice(0, ACCOUNT_SEED_BYTES))
}

export function createPerson(network: SimulatedNetwork, name: string): SimulatedPerson {
  const account = createAccount(name)
  const device: Device = {
    state: new MemoryStateStore(),
    messages: new MemoryMessageStore(),
    outbox: new MemoryOutboxStore(),
  }
  const restart = (): Messenger => {
    const { clock, randomness } = network
    const ports = { ...device, transport: network, clock, randomness }
    return createMessenger({ ports, network: { seedUrls: [SEED_URL] }, account })
  }
  return {
    account,
    accountBytes: toAccountBytes(account.accountId),
    device,
    messenger: restart(),
    restart,
    async texts() {
      const received = await device.messages.list({ direction: 'received' })
      return received.map(({ text }) => text)
    },
  }
}

/** The value of a success; a failed test otherwise. */
export function unwrap<T>(result: Result<T, Error>): T {
  if (!result.ok) throw result.error
  return result.value
}

/** The error's code of a failure; a failed test otherwise. */
export function codeOf<C extends string>(
  result: Result<unknown, { readonly code: C }>,
): C | 'success' {
  return result.ok ? 'success' : result.error.code
}
