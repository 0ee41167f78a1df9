/** Sending, and what happens when it is interrupted (TM-S4). */
import { describe, expect, it } from 'vitest'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import type { SimulatedNode } from '../../../test/simulated-node.ts'
import {
  type SimulatedPerson,
  codeOf,
  createPerson,
  unwrap,
} from '../../../test/simulated-person.ts'
import type { Messenger } from '../messenger.ts'

interface Setting {
  readonly network: SimulatedNetwork
  readonly alice: SimulatedPerson
  readonly bob: SimulatedPerson
  readonly swarm: readonly SimulatedNode[]
}

function createSetting(): Setting {
  const network = new SimulatedNetwork()
  const bob = createPerson(network, 'bob')
  return {
    network,
    alice: createPerson(network, 'alice'),
    bob,
    swarm: network.swarmOf(bob.accountBytes),
  }
}

function send({ network, alice, bob }: Setting, text = 'hello'): ReturnType<Messenger['send']> {
  return network.settle(alice.messenger.send({ to: bob.account.accountId, text }))
}

/** Of everything that was composed, the message before its copy. */
function listStates({ alice }: Setting): readonly unknown[] {
  const rows = alice.database.prepare('SELECT state FROM outbox ORDER BY rowid').all()
  return rows.map(({ state }) => state)
}

function countKept({ bob }: Setting, nodes: readonly SimulatedNode[]): readonly number[] {
  return nodes.map(({ store }) => store.boxOf(bob.accountBytes).length)
}

describe('sending', () => {
  it('stores the message on all members and a copy in our own swarm', async () => {
    const setting = createSetting()
    unwrap(await send(setting))
    expect(countKept(setting, setting.swarm)).toEqual(setting.swarm.map(() => 1))
    const own = setting.network.swarmOf(setting.alice.accountBytes)
    expect(own.every(({ store }) => store.boxOf(setting.alice.accountBytes).length === 1)).toBe(
      true,
    )
    expect(listStates(setting)).toEqual(['sent', 'sent'])
  })

  it('keeps it for fourteen days, from the time that it carries', async () => {
    const setting = createSetting()
    const { sentAtMs } = unwrap(await send(setting))
    const [kept] = setting.swarm[0]?.store.boxOf(setting.bob.accountBytes) ?? []
    expect(kept?.timestampMs).toBe(sentAtMs)
    expect((kept?.expiryMs ?? 0) - sentAtMs).toBe(14 * 86_400_000)
  })

  it('is shown as sent in our own list, once, also after the copy came back', async () => {
    const setting = createSetting()
    const { sentAtMs } = unwrap(await send(setting))
    unwrap(await setting.network.settle(setting.alice.messenger.poll()))
    const to = setting.bob.account.accountId
    const messages = setting.alice.messenger.conversations.messages(to, { limit: 9 })
    expect(messages).toMatchObject([{ sentAtMs, state: 'sent' }])
  })

  it('shows what another device of ours sent in the conversation with whom it went to', async () => {
    const setting = createSetting()
    unwrap(await send(setting, 'from the first device'))
    const second = createPerson(setting.network, 'alice')
    unwrap(await setting.network.settle(second.messenger.poll()))
    const to = setting.bob.account.accountId
    expect(second.messenger.conversations.messages(to, { limit: 9 })).toMatchObject([
      { text: 'from the first device', state: 'sent' },
    ])
  })

  it('trap 10: gives messages of one moment different times, or one would be taken for the other', async () => {
    const setting = createSetting()
    const { network, alice, bob } = setting
    const to = bob.account.accountId
    const sent = await network.settle(
      Promise.all(['a', 'b', 'c'].map((text) => alice.messenger.send({ to, text }))),
    )
    expect(new Set(sent.map((result) => unwrap(result).sentAtMs)).size).toBe(3)
    unwrap(await network.settle(bob.messenger.poll()))
    expect(bob.texts().toSorted()).toEqual(['a', 'b', 'c'])
  })

  it('trap 9: puts the network’s time into the message on a device whose clock is wrong', async () => {
    const setting = createSetting()
    for (const { faults } of setting.network.nodes) faults.skewMs = 3_600_000
    const { sentAtMs } = unwrap(await send(setting))
    expect(Math.abs(sentAtMs - setting.network.clock.now() - 3_600_000)).toBeLessThan(10_000)
  })

  it('refuses an empty text before a packet leaves', async () => {
    const setting = createSetting()
    expect(codeOf(await send(setting, ''))).toBe('text_empty')
    expect(setting.network.packets).toEqual([])
    expect(listStates(setting)).toEqual([])
  })

  it('keeps a note to ourselves once', async () => {
    const { network, alice } = createSetting()
    const to = alice.account.accountId
    unwrap(await network.settle(alice.messenger.send({ to, text: 'note' })))
    unwrap(await network.settle(alice.messenger.poll()))
    unwrap(await network.settle(alice.messenger.poll()))
    expect(alice.allTexts()).toEqual(['note'])
  })
})

describe('a swarm in trouble', () => {
  it('gets the message with any two members dead', async () => {
    const size = createSetting().swarm.length
    for (let first = 0; first < size; first++) {
      const setting = createSetting()
      const dead = [setting.swarm[first], setting.swarm[(first + 2) % size]]
      for (const node of dead) if (node) node.faults.isDead = true
      const { storedOn } = unwrap(await send(setting))
      expect(storedOn).toHaveLength(size - 2)
    }
  })

  it('TM-S4: asks another member when the first lies about the others', async () => {
    const setting = createSetting()
    for (const node of setting.swarm.slice(1)) node.faults.signsWrong = true
    const { storedOn } = unwrap(await send(setting))
    expect(storedOn).toEqual([setting.swarm[0]?.id])
    const asked = setting.swarm.filter(({ executed }) => executed.includes('store'))
    expect(asked).toHaveLength(3)
  })

  it('TM-S4: does not count as sent what nobody proved to keep', async () => {
    const setting = createSetting()
    for (const node of setting.swarm) node.faults.signsWrong = true
    expect(codeOf(await send(setting))).toBe('not_stored')
    expect(listStates(setting)).toEqual(['failed', 'failed'])
  })

  it('follows an account that moved to another swarm', async () => {
    const setting = createSetting()
    unwrap(await send(setting, 'before'))
    const ids = [...new Set(setting.network.nodes.map(({ record }) => record.swarm))]
    setting.network.changeRecords((record) => ({
      ...record,
      swarm: ids.find((id) => id !== record.swarm) ?? 0n,
    }))
    const { storedOn } = unwrap(await send(setting, 'after'))
    const moved = setting.network.swarmOf(setting.bob.accountBytes)
    expect(moved).not.toEqual(setting.swarm)
    expect(storedOn.toSorted()).toEqual(moved.map(({ id }) => id).toSorted())
  })

  it.each([
    [406, 'clock_out_of_sync', 1],
    [401, 'unauthorized', 1],
    [500, 'node_failed', 3],
    [503, 'node_failed', 3],
  ])('tells %d as %s after %d members', async (status, code, attempts) => {
    const setting = createSetting()
    for (const { faults } of setting.network.nodes) {
      faults.answer = (request, honest) =>
        request.method === 'store' ? { status, body: 'no' } : honest()
    }
    expect(codeOf(await send(setting))).toBe(code)
    const asked = setting.network.nodes.flatMap(({ executed }) => executed)
    expect(asked.filter((method) => method === 'store')).toHaveLength(attempts)
  })
})

describe('an outbox after a restart', () => {
  /** Stops the world when the first store arrives, as a killed process would. */
  async function interrupt(setting: Setting, afterStoring: boolean): Promise<void> {
    const { network } = setting
    const killed = Promise.withResolvers<void>()
    for (const { faults } of network.nodes) {
      faults.relay = async (honest) => {
        const reply = await honest()
        const isStored = network.nodes.some(({ executed }) => executed.includes('store'))
        if (!isStored) return reply
        killed.resolve()
        return new Promise(() => undefined)
      }
      if (!afterStoring) {
        faults.answer = (request, honest) =>
          request.method === 'store' ? { status: 500, body: 'killed' } : honest()
      }
    }
    void setting.alice.messenger.send({ to: setting.bob.account.accountId, text: 'once' })
    await network.settle(killed.promise)
    for (const { faults } of network.nodes) {
      delete faults.relay
      delete faults.answer
    }
  }

  it.each([true, false])(
    'delivers once what was interrupted (after the first store: %s)',
    async (afterStoring) => {
      const setting = createSetting()
      await interrupt(setting, afterStoring)
      expect(listStates(setting)).toEqual(['sending', 'queued'])
      expect(await setting.network.settle(setting.alice.restart().resume())).toBe(2)
      expect(countKept(setting, setting.swarm)).toEqual(setting.swarm.map(() => 1))
      unwrap(await setting.network.settle(setting.bob.messenger.poll()))
      expect(setting.bob.texts()).toEqual(['once'])
      expect(listStates(setting)).toEqual(['sent', 'sent'])
    },
  )

  it('does not send what the person was told to have failed', async () => {
    const setting = createSetting()
    const { network } = setting
    unwrap(await send(setting, 'first'))
    for (const node of setting.swarm) node.faults.isDead = true
    expect(codeOf(await send(setting, 'failed'))).not.toBe('success')
    for (const node of setting.swarm) node.faults.isDead = false
    expect(await network.settle(setting.alice.restart().resume())).toBe(0)
    unwrap(await network.settle(setting.bob.messenger.poll()))
    expect(setting.bob.texts()).toEqual(['first'])
  })

  it('keeps a copy for later that could not go out, and the message counts as sent', async () => {
    const setting = createSetting()
    const own = setting.network.swarmOf(setting.alice.accountBytes)
    expect(own).not.toEqual(setting.swarm)
    for (const { faults } of own) {
      faults.answer = (request, honest) =>
        request.method === 'store' ? { status: 500, body: 'no' } : honest()
    }
    unwrap(await send(setting))
    expect(listStates(setting)).toEqual(['sent', 'queued'])
    for (const { faults } of own) delete faults.answer
    expect(await setting.network.settle(setting.alice.restart().resume())).toBe(1)
    expect(listStates(setting)).toEqual(['sent', 'sent'])
  })

  it('sends no copy of a message that still cannot go out', async () => {
    const setting = createSetting()
    await interrupt(setting, false)
    for (const node of setting.swarm) node.faults.isDead = true
    expect(await setting.network.settle(setting.alice.restart().resume())).toBe(0)
    const own = setting.network.swarmOf(setting.alice.accountBytes)
    expect(own.every(({ store }) => store.boxOf(setting.alice.accountBytes).length === 0)).toBe(
      true,
    )
    expect(listStates(setting)).toEqual(['queued', 'queued'])
  })

  it('has nothing to do when everything went out', async () => {
    const setting = createSetting()
    unwrap(await send(setting))
    const packets = setting.network.packets.length
    expect(await setting.network.settle(setting.alice.restart().resume())).toBe(0)
    expect(setting.network.packets).toHaveLength(packets)
  })
})
