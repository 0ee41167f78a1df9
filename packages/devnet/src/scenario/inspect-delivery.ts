/**
 * What the receivers' own programs show: each acknowledged message, and how often.
 *
 * @module
 */

import type { Person } from './people.ts'
import type { Acknowledged } from './writes.ts'

export interface DeliveryCounts {
  readonly acknowledged: number
  readonly missing: number
  /** Shown more than once. */
  readonly doubled: number
}

/** Who asks once takes more members than somebody who asks again soon. */
const MEMBERS_ASKED = 3

async function countShown({ messenger }: Person): Promise<ReadonlyMap<string, number>> {
  await messenger.poll({ members: MEMBERS_ASKED })
  const messages = messenger.conversations.received({ isUnreadOnly: false })
  const shown = new Map<string, number>()
  for (const { text } of messages) shown.set(text, (shown.get(text) ?? 0) + 1)
  return shown
}

/** Lets each receiver fetch what is new, and counts. */
export async function inspectDelivery(
  acknowledged: readonly Acknowledged[],
): Promise<DeliveryCounts> {
  const byReceiver = Map.groupBy(acknowledged, ({ to }) => to)
  const counts = await Promise.all(
    Array.from(byReceiver, async ([person, messages]) => {
      const shown = await countShown(person)
      const times = messages.map(({ text }) => shown.get(text) ?? 0)
      return {
        missing: times.filter((count) => count === 0).length,
        doubled: times.filter((count) => count > 1).length,
      }
    }),
  )
  return {
    acknowledged: acknowledged.length,
    missing: counts.reduce((sum, { missing }) => sum + missing, 0),
    doubled: counts.reduce((sum, { doubled }) => sum + doubled, 0),
  }
}
