/** Somebody whom we accepted stores ten thousand messages: all of it ends in bounded rounds, and others get through (trap 26). */
import { describe, expect, it } from 'vitest'
import { createFriends } from '../../../test/circle.ts'
import { createTextMessage, place } from '../../../test/inbox-fixtures.ts'
import { createAccount, type SimulatedPerson, unwrap } from '../../../test/simulated-person.ts'
import { ROUND_MESSAGES_MAX } from '../messaging/limits.ts'

const FLOOD = 10_000
const FLOOD_MS = 120_000

/** Of one conversation, as a scan of all of it sees it. */
function countShown({ database }: SimulatedPerson, conversation: string): number {
  const sql =
    'SELECT count(*) AS shown, count(DISTINCT text) AS texts FROM messages WHERE author = ?'
  const { shown, texts } = database.prepare(sql).get(conversation) ?? {}
  expect(shown).toBe(texts)
  return Number(shown)
}

describe('a contact that floods', () => {
  it(
    'costs each round no more than its bound, is shown once, and keeps nobody else out',
    async () => {
      const { network, alice, bob, aliceId, bobId } = await createFriends()
      const nodes = network.swarmOf(alice.accountBytes)
      const startMs = network.clock.now()
      const flood = Array.from({ length: FLOOD }, (_, index) =>
        createTextMessage(
          { sender: bob.account, to: aliceId, text: `flood ${index}`, sentAtMs: startMs + index },
          network.randomness,
        ),
      )
      const carol = createAccount('carol')
      const stranger = { sender: carol, to: aliceId, text: 'may I?', sentAtMs: startMs }
      const junk = { ...stranger, to: bobId, text: 'for somebody else' }
      place(nodes, aliceId, [
        ...flood,
        createTextMessage(junk, network.randomness),
        createTextMessage(stranger, network.randomness),
      ])
      const before = countShown(alice, bobId)
      const told: string[] = []
      for (let rounds = 0; countShown(alice, carol.accountId) === 0; rounds++) {
        // Two members share the bound of a round, and each of them is read from its own position.
        expect(rounds).toBeLessThan((nodes.length * FLOOD * 2) / ROUND_MESSAGES_MAX)
        const added = alice.addedBy(unwrap(await network.settle(alice.messenger.poll())))
        expect(added.length).toBeLessThanOrEqual(ROUND_MESSAGES_MAX)
        told.push(...added.map(({ text }) => text))
      }
      expect(countShown(alice, bobId)).toBe(before + FLOOD)
      expect(told).toHaveLength(FLOOD + 1)
      expect(new Set(told).size).toBe(FLOOD + 1)
      expect(alice.messenger.conversations.list().map(({ unread }) => unread)).toContain(FLOOD)
    },
    FLOOD_MS,
  )
})
