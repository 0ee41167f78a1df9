/** What is sent arrives, is kept before it leaves, and says the truth about itself. */
import {
  createMessageContent,
  createTypingContent,
  type ConversationTimer,
} from '@sotto/protocol/session'
import { describe, expect, it } from 'vitest'
import { createHistoryDevice, type HistoryDevice } from '../../../test/history-device.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { codeOf, createAccount, unwrap } from '../../../test/simulated-person.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import type { HistoryMessage } from '../../storage/history-message.ts'

const ALICE = createAccount('alice')
const BOB = createAccount('bob')

interface Setting {
  readonly network: SimulatedNetwork
  readonly alice: HistoryDevice
  readonly bob: HistoryDevice
}

function createSetting(): Setting {
  const network = new SimulatedNetwork()
  return {
    network,
    alice: createHistoryDevice(network, ALICE),
    bob: createHistoryDevice(network, BOB),
  }
}

function send(
  { network, alice }: Setting,
  text: string,
  options: { readonly timer?: ConversationTimer; readonly to?: typeof BOB } = {},
) {
  const { timer = { mode: 'off', seconds: 0 }, to = BOB } = options
  return network.settle(
    alice.sender.send({
      to: to.accountId,
      timer,
      compose: () => unwrap(createMessageContent({ text, timer })),
      keep: (_, sentAtMs) => {
        alice.history.messages.add({
          conversation: to.accountId,
          author: ALICE.accountId,
          sentAtMs,
          receivedAtMs: sentAtMs,
          kind: 'message',
          state: 'queued',
          text,
          details: {},
          timer,
        })
      },
    }),
  )
}

function sentBy({ alice }: Setting, to = BOB): HistoryMessage | undefined {
  return alice.history.messages.list(to.accountId, { limit: 1 })[0]
}

function boxes({ network }: Setting, account: typeof BOB) {
  const swarm = network.swarmOf(toAccountBytes(account.accountId))
  return swarm.map(({ store }) => store.boxOf(toAccountBytes(account.accountId)))
}

describe('sending', () => {
  it('brings a message to its recipient and to our other devices', async () => {
    const setting = createSetting()
    const sent = unwrap(await send(setting, 'hello'))
    expect(sent.storedOn.length).toBeGreaterThanOrEqual(2)
    unwrap(await setting.network.settle(setting.bob.poller.poll(2)))
    expect(setting.bob.textsWith(ALICE.accountId)).toEqual(['hello'])
    const tablet = createHistoryDevice(setting.network, ALICE)
    unwrap(await setting.network.settle(tablet.poller.poll(2)))
    expect(tablet.textsWith(BOB.accountId)).toEqual(['hello'])
  })

  it('says that it is sent, and remembers the copy by which it can be deleted', async () => {
    const setting = createSetting()
    unwrap(await send(setting, 'hello'))
    const [copy] = boxes(setting, ALICE).flat()
    expect(sentBy(setting)).toMatchObject({ state: 'sent', hash: copy?.hash })
    unwrap(await setting.network.settle(setting.alice.poller.poll(2)))
    expect(setting.alice.textsWith(BOB.accountId)).toEqual(['hello'])
  })

  it('keeps a note to ourselves once', async () => {
    const setting = createSetting()
    unwrap(await send(setting, 'milk', { to: ALICE }))
    expect(boxes(setting, ALICE).every((box) => box.length === 1)).toBe(true)
    expect(sentBy(setting, ALICE)).toMatchObject({ state: 'sent' })
  })

  it('sends nothing to ourselves of what our other devices need not know', async () => {
    const setting = createSetting()
    const compose = (sentAtMs: number) => createTypingContent(true, sentAtMs)
    unwrap(await setting.network.settle(setting.alice.sender.send({ to: BOB.accountId, compose })))
    expect(boxes(setting, ALICE).flat()).toEqual([])
    expect(boxes(setting, BOB).every((box) => box.length === 1)).toBe(true)
  })

  it('lets swarms keep it as long as its timer says', async () => {
    const setting = createSetting()
    const timer = { mode: 'after_read', seconds: 60 } as const
    unwrap(await send(setting, 'secret', { timer }))
    const livesOf = (account: typeof BOB) =>
      new Set(
        boxes(setting, account).flatMap((box) =>
          box.map(({ expiryMs, timestampMs }) => expiryMs - timestampMs),
        ),
      )
    expect(livesOf(BOB)).toEqual(new Set([14 * 86_400_000]))
    expect(livesOf(ALICE)).toEqual(new Set([60_000]))
  })
})

describe('what could not be sent', () => {
  it('says so, and is not sent behind the person’s back', async () => {
    const setting = createSetting()
    setting.network.isOffline = true
    expect(codeOf(await send(setting, 'hello'))).not.toBe('success')
    expect(sentBy(setting)).toMatchObject({ state: 'failed' })
    setting.network.isOffline = false
    expect(await setting.network.settle(setting.alice.sender.resume())).toBe(0)
    expect(boxes(setting, BOB).flat()).toEqual([])
  })

  it('is sent after a restart as the same bytes when nobody was told that it failed', async () => {
    const setting = createSetting()
    const { history } = setting.alice
    unwrap(await send(setting, 'hello'))
    const entries = history.outbox.listOf(sentBy(setting)?.sentAtMs ?? 0)
    const crashed = createHistoryDevice(setting.network, ALICE)
    for (const entry of entries) crashed.history.outbox.add({ ...entry, state: 'sending' })
    expect(await setting.network.settle(crashed.sender.resume())).toBe(2)
    expect(boxes(setting, BOB).every((box) => box.length === 1)).toBe(true)
    expect(crashed.history.outbox.listWaiting()).toEqual([])
  })

  it('leaves nothing in the outbox when the content is too large', async () => {
    const setting = createSetting()
    const text = '🎂'.repeat(10_000)
    const quote = { author: BOB.accountId, sentAtMs: 1 }
    const preview = { url: `https://sotto.example/${'x'.repeat(2000)}`, title: '🎂'.repeat(10_000) }
    const result = await setting.network.settle(
      setting.alice.sender.send({
        to: BOB.accountId,
        compose: () => unwrap(createMessageContent({ text, quote, preview })),
      }),
    )
    expect(codeOf(result)).toBe('message_too_large')
    expect(setting.alice.history.outbox.listWaiting()).toEqual([])
  })
})
