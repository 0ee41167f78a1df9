/**
 * Two people, one of them with two devices, who know each other or are about to.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { HistoryMessage, MessageName } from '../src/engine/index.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { createPerson, type SimulatedPerson, unwrap } from './simulated-person.ts'

export interface Circle {
  readonly network: SimulatedNetwork
  readonly alice: SimulatedPerson
  /** Alice's other device. */
  readonly tablet: SimulatedPerson
  readonly bob: SimulatedPerson
  readonly aliceId: AccountId
  readonly bobId: AccountId
  /** Each fetches what is new, until nothing is. */
  sync(): Promise<void>
  write(from: SimulatedPerson, to: SimulatedPerson, text: string): Promise<MessageName>
}

export function createCircle(): Circle {
  const network = new SimulatedNetwork()
  const alice = createPerson(network, 'alice')
  const tablet = createPerson(network, 'alice')
  const bob = createPerson(network, 'bob')
  const all = [alice, tablet, bob]
  return {
    network,
    alice,
    tablet,
    bob,
    aliceId: alice.account.accountId,
    bobId: bob.account.accountId,
    async sync() {
      for (let round = 0; round < 2; round++)
        for (const { messenger } of all)
          unwrap(await network.settle(messenger.poll({ members: 3 })))
    },
    async write(from, to, text) {
      await network.clock.advance(1000)
      const conversation = to.account.accountId
      const sent = await network.settle(from.messenger.send({ to: conversation, text }))
      return { conversation, author: from.account.accountId, sentAtMs: unwrap(sent).sentAtMs }
    },
  }
}

/** Both have accepted each other, and all devices know it. */
export async function createFriends(): Promise<Circle> {
  const circle = createCircle()
  const { alice, bob, network, aliceId } = circle
  await circle.write(alice, bob, 'hello')
  await circle.sync()
  await network.settle(bob.messenger.contacts.accept(aliceId))
  await circle.sync()
  return circle
}

/** The same message as the other side of its conversation names it. */
export function seenFrom(name: MessageName): MessageName {
  return { ...name, conversation: name.author }
}

/** Newest last. */
export function listWith(
  { messenger }: SimulatedPerson,
  conversation: AccountId,
): readonly HistoryMessage[] {
  return messenger.conversations.messages(conversation, { limit: 1000 }).toReversed()
}

export function textsWith(person: SimulatedPerson, conversation: AccountId): readonly string[] {
  return listWith(person, conversation).map(({ text }) => text)
}
