/**
 * People with forward secrecy on a simulated network, and what stands between them.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { isSecondVersion, OUTBOX_NAMESPACE } from '@sotto/protocol/session-v2'
import type { Messenger } from '../src/engine/index.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { createPerson, type SimulatedPerson, unwrap } from './simulated-person.ts'

export const HOUR_MS = 3_600_000

export interface SecretPeople {
  readonly network: SimulatedNetwork
  readonly alice: SimulatedPerson
  readonly bob: SimulatedPerson
  poll(...people: readonly SimulatedPerson[]): Promise<void>
  say(from: SimulatedPerson, to: SimulatedPerson, text: string): Promise<void>
  protection(
    of: SimulatedPerson,
    other: SimulatedPerson,
  ): ReturnType<Messenger['protections']['of']>
}

/** Both have forward secrecy turned on, and their keys are published. */
export function createSecretPeople(...on: readonly ('alice' | 'bob')[]): Promise<SecretPeople> {
  return createSecretPeopleOn(new SimulatedNetwork(), on)
}

export async function createSecretPeopleOn(
  network: SimulatedNetwork,
  on: readonly ('alice' | 'bob')[],
): Promise<SecretPeople> {
  const [alice, bob] = [createPerson(network, 'alice'), createPerson(network, 'bob')]
  if (on.includes('alice')) alice.messenger.settings.update({ forwardSecrecy: true })
  if (on.includes('bob')) bob.messenger.settings.update({ forwardSecrecy: true })
  const poll = async (...people: readonly SimulatedPerson[]): Promise<void> => {
    for (const { messenger } of people) unwrap(await network.settle(messenger.poll()))
  }
  await poll(alice, bob)
  return {
    network,
    alice,
    bob,
    poll,
    async say(from, to, text) {
      const message = { to: to.account.accountId, text }
      unwrap(await network.settle(from.messenger.send(message)))
    },
    protection: (of, other) => of.messenger.protections.of(other.account.accountId),
  }
}

/** The versions of what a swarm keeps for somebody, oldest first. */
export function versionsFor(network: SimulatedNetwork, to: SimulatedPerson): readonly number[] {
  const [node] = network.swarmOf(to.accountBytes)
  if (node === undefined) throw new Error('a swarm has members')
  return node.store.boxOf(to.accountBytes).map(({ data }) => (isSecondVersion(data) ? 2 : 1))
}

/** What each member of the swarm keeps in somebody's outbox. */
export function outboxesOf(network: SimulatedNetwork, person: SimulatedPerson) {
  return network
    .swarmOf(person.accountBytes)
    .map(({ store }) => store.boxOf(person.accountBytes, OUTBOX_NAMESPACE))
}

export function idOf({ account }: SimulatedPerson): AccountId {
  return account.accountId
}
