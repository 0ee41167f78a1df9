/**
 * A device of an account that is in groups, on a simulated network, and what people do with it.
 *
 * @module
 */
import type { Account, AccountId } from '@sotto/crypto/identity'
import type { GroupId } from '@sotto/protocol/config'
import { createMessageContent } from '@sotto/protocol/session'
import { pushConfigs } from '../src/engine/configs/push-configs.ts'
import { GroupActions, type GroupEvent } from '../src/engine/groups/index.ts'
import type { NewMessage } from '../src/storage/history-message.ts'
import { History } from '../src/storage/history.ts'
import { createHistoryDevice, type HistoryDevice } from './history-device.ts'
import type { SimulatedNetwork } from './simulated-network.ts'
import { createAccount, unwrap } from './simulated-person.ts'
import { openSqlite } from './sqlite-database.ts'
import { zstdCompression } from './zstd-compression.ts'

export interface GroupDevice extends HistoryDevice {
  readonly id: AccountId
  readonly groups: GroupActions
  /** One round of everything, and what changed in groups. */
  sync(): Promise<readonly GroupEvent[]>
  say(groupId: GroupId, text: string): Promise<string>
}

export function createGroupDevice(
  network: SimulatedNetwork,
  who: string | Account,
  history: History = new History(openSqlite()),
): GroupDevice {
  const account = typeof who === 'string' ? createAccount(who) : who
  const device = createHistoryDevice(network, account, history, (received, update) =>
    groups.takeFromAccount(received, update),
  )
  const { configs, sender, client } = device
  const { time, swarms, swarmCaller } = client
  const { randomness } = network
  const parts = { account, history, configs, sender, time, swarms, swarmCaller, randomness }
  const groups = new GroupActions({ ...parts, compression: zstdCompression })
  return {
    ...device,
    id: account.accountId,
    groups,
    sync: () => network.settle(syncAll(device, groups)),
    async say(groupId, text) {
      const sent = await network.settle(groups.send(composeText(device, groupId, text)))
      return unwrap(sent).messageHash
    },
  }
}

async function syncAll(device: HistoryDevice, groups: GroupActions): Promise<GroupEvent[]> {
  const { account, configs, client, poller } = device
  const { swarms, swarmCaller, time } = client
  const push = (): ReturnType<typeof pushConfigs> =>
    pushConfigs({ account, configs, swarms, swarmCaller, time })
  unwrap(await poller.poll(1))
  await push()
  const events: GroupEvent[] = []
  for (const id of groups.list()) {
    const round = await groups.poll(id, 2)
    if (round.ok) events.push(...round.value)
  }
  await push()
  return events
}

/** As a messenger writes it: shown at once, and sent. */
export function composeText(
  { account, history }: Pick<HistoryDevice, 'account' | 'history'>,
  to: GroupId,
  text: string,
): Parameters<GroupActions['send']>[0] {
  return {
    to,
    compose: (_sentAtMs, timer) => unwrap(createMessageContent({ text, timer })),
    keep({ sentAtMs, ttlMs }, timer) {
      const message: NewMessage = {
        conversation: to,
        author: account.accountId,
        sentAtMs,
        receivedAtMs: sentAtMs,
        kind: 'message',
        state: 'queued',
        text,
        details: {},
        timer,
        ...(timer.mode !== 'off' && { expiresAtMs: sentAtMs + ttlMs }),
      }
      history.messages.add(message)
    },
  }
}

/** Both know each other, so that invitations need no answer. */
export function befriend(...devices: readonly GroupDevice[]): void {
  for (const device of devices)
    for (const { id } of devices)
      if (id !== device.id) device.configs.contacts.update(id, { isApproved: true, name: 'friend' })
}
