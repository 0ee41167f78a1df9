/** What members, those who were some, strangers and nodes put into a group to mislead the others. */
import { createGroupSeed, deriveGroupAdmin } from '@sotto/crypto/session'
import type { GroupId } from '@sotto/protocol/config'
import { createGroupNotice, createKickNotice, GroupKeys } from '@sotto/protocol/group'
import { describe, expect, it } from 'vitest'
import type { GroupDevice } from '../../../test/group-device.ts'
import { placeText, placeUpdate, stealKey } from '../../../test/group-forgery.ts'
import { GroupStory, membersOf } from '../../../test/group-story.ts'
import { createAccount, unwrap } from '../../../test/simulated-person.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'

const [MESSAGES, KEYS, KICKED] = [11, 12, -11]

async function createGroup(name: string): Promise<{ story: GroupStory; id: GroupId }> {
  const story = new GroupStory(name)
  return { story, id: await story.createGroup() }
}

function removeCarol({ alice, carol, network }: GroupStory, id: GroupId) {
  const wish = { members: [carol.id], deletesMessages: false }
  return network.settle(alice.groups.remove(id, wish))
}

function textsOf(devices: readonly GroupDevice[], id: GroupId): readonly (readonly string[])[] {
  return devices.map((device) => device.textsWith(id))
}

describe('somebody who was removed', () => {
  it('is not heard with the key of his time, although nodes keep what he wrote (TM-GM2)', async () => {
    const { story, id } = await createGroup('old key')
    const { alice, bob, carol } = story
    const secret = stealKey(carol, id)
    await story.network.clock.advance(1000)
    unwrap(await removeCarol(story, id))
    await story.syncAll()
    await story.network.clock.advance(1000)
    placeText(story, id, { author: carol.account, secret, text: 'still here' })
    await story.syncAll(2)
    expect(textsOf([alice, bob], id)).toEqual([[], []])
  })

  it('is not heard with a key that somebody gave him either', async () => {
    const { story, id } = await createGroup('new key')
    const { alice, bob, carol } = story
    await story.network.clock.advance(1000)
    unwrap(await removeCarol(story, id))
    await story.syncAll()
    await story.network.clock.advance(1000)
    placeText(story, id, { author: carol.account, secret: stealKey(bob, id), text: 'leaked' })
    await story.syncAll(2)
    expect(textsOf([alice, bob], id)).toEqual([[], []])
  })

  it('cannot ask in the name of a member', async () => {
    const { story, id } = await createGroup('name of another')
    const { alice, bob, carol } = story
    const secret = stealKey(carol, id)
    unwrap(await removeCarol(story, id))
    await story.syncAll()
    const leaving = createGroupNotice({ kind: 'leaving' }, { sentAtMs: 5 })
    placeUpdate(story, id, { author: carol.account, secret, update: leaving })
    await story.syncAll(2)
    expect(membersOf(alice, id)).toEqual([alice.id, bob.id].toSorted())
  })
})

describe('a stranger with a stolen key', () => {
  it('is not heard, not even after a day', async () => {
    const { story, id } = await createGroup('stranger')
    const { alice, bob, carol } = story
    const author = createAccount('mallory')
    placeText(story, id, { author, secret: stealKey(bob, id), text: 'hello all' })
    await story.syncAll(2)
    await story.network.clock.advance(90_000_000)
    unwrap(await story.settle(alice.groups.rename(id, 'Same')))
    await story.syncAll(2)
    expect(textsOf([alice, bob, carol], id)).toEqual([[], [], []])
  })

  it('is heard once an admin makes him a member, for it may only be early', async () => {
    const { story, id } = await createGroup('early member')
    const { alice, bob } = story
    const dave = story.addDevice('dave')
    placeText(story, id, { author: dave.account, secret: stealKey(bob, id), text: 'early' })
    await story.syncAll(2)
    expect(bob.textsWith(id)).toEqual([])
    const wish = { members: [dave.id], sharesHistory: true }
    unwrap(await story.settle(alice.groups.invite(id, wish)))
    await story.syncAll(2)
    expect(bob.textsWith(id)).toEqual(['early'])
  })
})

describe('a member who does not lead', () => {
  it('cannot announce a name with a signature of its own', async () => {
    const { story, id } = await createGroup('forged name')
    const { bob, carol } = story
    const admin = deriveGroupAdmin(createGroupSeed(story.network.randomness))
    const sentAtMs = story.network.clock.now()
    const update = createGroupNotice({ kind: 'name_changed', name: 'Forged' }, { admin, sentAtMs })
    placeUpdate(story, id, { author: carol.account, secret: stealKey(carol, id), update, sentAtMs })
    expect(await bob.sync()).toEqual([])
    expect(bob.groups.describe(id)?.info.name).toBe('Hikers')
  })

  it('cannot put other words under an admin’s signature of the same moment', async () => {
    const { story, id } = await createGroup('borrowed signature')
    const { alice, bob, carol } = story
    const sentAtMs = story.network.clock.now()
    const admin = story.adminOf(alice, id)
    const update = createGroupNotice({ kind: 'name_changed', name: 'Forged' }, { admin, sentAtMs })
    const secret = stealKey(carol, id)
    placeUpdate(story, id, { author: carol.account, secret, update, sentAtMs })
    expect(await bob.sync()).toEqual([])
    placeUpdate(story, id, { author: alice.account, secret, update, sentAtMs })
    expect(await bob.sync()).toHaveLength(1)
  })

  it('cannot delete what others wrote, neither on devices nor through an admin (TM-GM1)', async () => {
    const { story, id } = await createGroup('forged deletion')
    const { alice, bob, carol } = story
    const hash = await alice.say(id, 'stays')
    await story.syncAll()
    await story.network.clock.advance(1000)
    const sentAtMs = story.network.clock.now()
    const secret = stealKey(carol, id)
    const members = [alice.id]
    const own = { kind: 'deletion', members, hashes: [hash], isByAdmin: false } as const
    const update = createGroupNotice(own, { sentAtMs })
    placeUpdate(story, id, { author: carol.account, secret, update, sentAtMs })
    const admin = deriveGroupAdmin(createGroupSeed(story.network.randomness))
    const forged = createGroupNotice({ ...own, isByAdmin: true }, { admin, sentAtMs })
    placeUpdate(story, id, { author: carol.account, secret, update: forged, sentAtMs })
    await story.syncAll(2)
    expect(textsOf([alice, bob, carol], id)).toEqual([['stays'], ['stays'], ['stays']])
    expect(story.stored(id, MESSAGES).map((message) => message.hash)).toContain(hash)
    const late = story.addDevice('bob')
    await late.sync()
    expect(late.textsWith(id)).toEqual(['stays'])
  })

  it('cannot give keys, nor change who is a member (TM-GM1)', async () => {
    const { story, id } = await createGroup('forged keys')
    const { alice, bob, carol } = story
    const admin = deriveGroupAdmin(createGroupSeed(story.network.randomness))
    const { publicKey: groupKey } = admin.signing
    const forger = new GroupKeys({ groupKey, account: carol.account, admin })
    story.place(id, KEYS, forger.rekey([alice.id, bob.id, carol.id]).bytes)
    for (const namespace of [KEYS, 13, 14, MESSAGES, KICKED]) {
      story.place(id, namespace, story.network.randomness.bytes(300))
      story.place(id, namespace, new Uint8Array(1))
    }
    const info = story.stored(id, 13)[0]?.data ?? new Uint8Array()
    story.place(id, 13, info.with(info.length - 30, 0x55))
    story.place(id, 14, info)
    expect(await story.syncAll(2)).toEqual([])
    expect(membersOf(bob, id)).toHaveLength(3)
    await bob.say(id, 'as before')
    await story.syncAll()
    expect(textsOf([alice, carol], id)).toEqual([['as before'], ['as before']])
  })

  it('cannot tell others that they are out', async () => {
    const { story, id } = await createGroup('forged kick')
    const { bob } = story
    const admin = deriveGroupAdmin(createGroupSeed(story.network.randomness))
    const notice = createKickNotice(
      admin,
      { members: [bob.id], generation: 99 },
      story.network.randomness,
    )
    story.place(id, KICKED, notice)
    await story.syncAll(2)
    expect(bob.groups.list()).toEqual([id])
  })
})

describe('a node', () => {
  it('that refuses a token does not make a member think that it is out (TM-S4)', async () => {
    const { story, id } = await createGroup('lying node')
    const { alice, bob } = story
    await alice.say(id, 'still with us')
    const [liar] = story.network.swarmOf(toAccountBytes(id))
    if (liar === undefined) throw new Error('a node')
    liar.faults.answer = (request, honest) =>
      request.method === 'retrieve' && request.params.namespace !== KICKED
        ? { status: 401, body: 'retrieve signature verification failed' }
        : honest()
    for (let round = 0; round < 6; round++) await bob.sync()
    expect(bob.groups.list()).toEqual([id])
    expect(bob.textsWith(id)).toEqual(['still with us'])
  })

  it('that gives an old removal again does not put out who was invited since', async () => {
    const { story, id } = await createGroup('old removal')
    const { alice, carol, network } = story
    await network.clock.advance(2000)
    unwrap(await removeCarol(story, id))
    await story.syncAll()
    await network.clock.advance(2000)
    const wish = { members: [carol.id], sharesHistory: false }
    unwrap(await story.settle(alice.groups.invite(id, wish)))
    // The new key has not arrived at the nodes that the device reads first.
    const account = toAccountBytes(id)
    const hidden = network.swarmOf(account).map(({ store }) => store.boxOf(account, KEYS).splice(0))
    await carol.sync()
    expect(carol.groups.list()).toEqual([id])
    for (const [index, { store }] of network.swarmOf(account).entries())
      store.boxOf(account, KEYS).push(...(hidden[index] ?? []))
    await story.syncAll(2)
    expect(carol.groups.describe(id)).toMatchObject({ isReady: true, info: { name: 'Hikers' } })
  })
})
