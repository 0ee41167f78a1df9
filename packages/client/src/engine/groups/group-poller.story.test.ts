/** Reading a group from nodes that forget, withhold, refuse and lie (TM-S4), and at what cost. */
import type { GroupId } from '@sotto/protocol/config'
import { describe, expect, it } from 'vitest'
import { placeText, stealKey } from '../../../test/group-forgery.ts'
import { GroupStory } from '../../../test/group-story.ts'
import type { SimulatedNode } from '../../../test/simulated-node.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'

const [MESSAGES, KEYS, INFO] = [11, 12, 13]
const DAY_MS = 86_400_000

interface Setting {
  readonly story: GroupStory
  readonly id: GroupId
  readonly swarm: readonly SimulatedNode[]
}

async function createSetting(name: string): Promise<Setting> {
  const story = new GroupStory(name)
  const id = await story.createGroup()
  await story.syncAll()
  return { story, id, swarm: story.network.swarmOf(toAccountBytes(id)) }
}

function poll({ story, id }: Setting, memberCount = 2) {
  return story.settle(story.bob.groups.poll(id, memberCount))
}

function countOnions({ story }: Setting): number {
  return story.network.packetsTo('/onion_req/v2').length
}

function countExecuted({ swarm }: Setting, method: string): number {
  return swarm.flatMap(({ executed }) => executed).filter((name) => name === method).length
}

/** Every message under the hash of another one, which may be still to come. */
function renameMessages(body: object): object {
  if (!('messages' in body) || !Array.isArray(body.messages)) return body
  const messages = body.messages.map((message: object) => ({
    data: '',
    ...message,
    hash: 'x'.repeat(43),
  }))
  return { ...body, messages }
}

describe('a round', () => {
  it('asks each of two members for all five namespaces in one onion request', async () => {
    const setting = await createSetting('one request')
    const [onions, retrieves] = [countOnions(setting), countExecuted(setting, 'retrieve')]
    unwrap(await poll(setting))
    expect(countOnions(setting) - onions).toBe(2)
    expect(countExecuted(setting, 'retrieve') - retrieves).toBe(10)
    unwrap(await poll(setting, 1))
    expect(countOnions(setting) - onions).toBe(3)
  })

  it('gets what one of the members withholds, each message once', async () => {
    const setting = await createSetting('withheld')
    const { story, id, swarm } = setting
    await story.alice.say(id, 'one')
    await story.alice.say(id, 'two')
    const account = toAccountBytes(id)
    for (const { store } of swarm.slice(0, 2)) store.boxOf(account, MESSAGES).pop()
    for (let round = 0; round < 8; round++) await poll(setting)
    expect(story.bob.textsWith(id)).toEqual(['one', 'two'])
    expect(unwrap(await poll(setting))).toEqual([])
  })

  it('reads on over many pages, and stops at a node that repeats itself', async () => {
    const setting = await createSetting('pages')
    const { story, id, swarm } = setting
    const secret = stealKey(story.alice, id)
    const startMs = story.network.clock.now() - 1000
    for (let index = 0; index < 25; index++)
      placeText(story, id, {
        author: story.alice.account,
        secret,
        text: `${index}`,
        sentAtMs: startMs + index,
      })
    for (const { store } of swarm) store.pageLength = 10
    unwrap(await poll(setting, 1))
    expect(story.bob.textsWith(id)).toHaveLength(25)
    const [, ...others] = swarm
    for (const node of others)
      node.faults.answer = (request, honest) => {
        const answer = honest()
        if (request.method !== 'retrieve' || typeof answer.body === 'string') return answer
        return { status: answer.status, body: { ...answer.body, more: true } }
      }
    const before = countOnions(setting)
    unwrap(await poll(setting, 2))
    expect(countOnions(setting) - before).toBeLessThan(8)
  })

  it('does without members that fail, and fails with all of them', async () => {
    const setting = await createSetting('failing')
    const { story, id, swarm } = setting
    await story.alice.say(id, 'hello')
    const [first, ...others] = swarm
    for (const { faults } of others) faults.whole = { status: 500, body: 'no' }
    unwrap(await poll(setting))
    expect(story.bob.textsWith(id)).toEqual(['hello'])
    if (first !== undefined) first.faults.whole = { status: 500, body: 'no' }
    expect(codeOf(await poll(setting))).toBe('node_failed')
  })

  it('takes no message under a name that is not its own', async () => {
    const setting = await createSetting('renamed')
    const { story, id, swarm } = setting
    await story.alice.say(id, 'honest')
    for (const node of swarm)
      node.faults.answer = (request, honest) => {
        const answer = honest()
        if (request.method !== 'retrieve' || typeof answer.body === 'string') return answer
        return {
          ...answer,
          body: renameMessages(answer.body),
        }
      }
    await poll(setting)
    expect(story.bob.textsWith(id)).toEqual([])
    for (const node of swarm) delete node.faults.answer
    await poll(setting)
    expect(story.bob.textsWith(id)).toEqual(['honest'])
  })
})

describe('a configuration that came before its key', () => {
  it('is read again when the key comes, on whichever node', async () => {
    const setting = await createSetting('late key')
    const { story, id, swarm } = setting
    const account = toAccountBytes(id)
    const { alice, bob, carol } = story
    const wish = { members: [carol.id], deletesMessages: false }
    unwrap(await story.settle(alice.groups.remove(id, wish)))
    unwrap(await story.settle(alice.groups.rename(id, 'Under the new key')))
    await alice.say(id, 'sealed with it')
    const hidden = swarm.map(({ store }) => store.boxOf(account, KEYS).splice(1))
    unwrap(await poll(setting, swarm.length))
    expect(bob.groups.describe(id)?.info.name).toBe('Hikers')
    expect(bob.textsWith(id)).toEqual([])
    for (const [index, { store }] of swarm.entries())
      store.boxOf(account, KEYS).push(...(hidden[index] ?? []))
    await story.syncAll(2)
    expect(bob.groups.describe(id)?.info.name).toBe('Under the new key')
    expect(bob.textsWith(id)).toEqual(['sealed with it'])
  })
})

describe('what must not end', () => {
  it('is prolonged once a day, by members as by admins', async () => {
    const setting = await createSetting('prolonged')
    const { story, id } = setting
    const { clock } = story.network
    const [first] = story.stored(id, KEYS)
    for (let days = 0; days < 40; days++) {
      await clock.advance(DAY_MS)
      await story.bob.sync()
    }
    const [keys] = story.stored(id, KEYS)
    const [info] = story.stored(id, INFO)
    expect(keys?.hash).toBe(first?.hash)
    expect(keys?.expiryMs).toBeGreaterThan(clock.now() + 29 * DAY_MS)
    expect(info?.expiryMs).toBeLessThan(clock.now())
    await story.alice.sync()
    expect(story.stored(id, INFO)[0]?.expiryMs).toBeGreaterThan(clock.now() + 29 * DAY_MS)
    const before = countExecuted(setting, 'expire')
    await story.alice.sync()
    expect(countExecuted(setting, 'expire')).toBe(before)
  })
})

describe('a swarm that moved', () => {
  it('is followed, and nothing is passed over', async () => {
    const setting = await createSetting('moved')
    const { story, id } = setting
    const { alice, bob, network } = story
    await alice.say(id, 'before')
    await story.syncAll()
    const account = toAccountBytes(id)
    const old = network.swarmIdOf(account)
    const kept = [-11, MESSAGES, KEYS, INFO, 14].map((namespace) => story.stored(id, namespace))
    const target = network.nodes.find(({ record }) => record.swarm !== old)
    if (target === undefined) throw new Error('another swarm')
    const { swarm: other } = target.record
    network.changeRecords((record) => {
      if (record.swarm === old) return { ...record, swarm: other }
      return record.swarm === other ? { ...record, swarm: old } : record
    })
    for (const { store } of network.swarmOf(account))
      for (const [index, namespace] of [-11, MESSAGES, KEYS, INFO, 14].entries())
        store.boxOf(account, namespace).push(...(kept[index] ?? []))
    await alice.say(id, 'after')
    for (let round = 0; round < 4; round++) await bob.sync()
    expect(bob.textsWith(id)).toEqual(['before', 'after'])
  })
})
