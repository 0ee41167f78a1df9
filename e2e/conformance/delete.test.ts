/**
 * Deleting by hash, by namespace and by time: what goes, what stays, and what each member signs about it.
 */

import { describe, expect, it } from 'vitest'
import { type Json, isJson, readList } from '../foreign/foreign-rpc.ts'
import { readTimeMs } from '../foreign/system-clock.ts'
import {
  DAY_MS,
  SECOND_MS,
  type Namespace,
  signDelete,
  signDeleteAll,
  signDeleteBefore,
  signRetrieve,
  signStore,
} from './signed-requests.ts'
import { expectSigned, readEntries, readStrings } from './swarm-entries.ts'
import { type Caller, createGroup, createUser } from './wire-account.ts'
import { useNetwork } from './wire-network.ts'

const UNKNOWN = 'C'.repeat(43)
const network = useNetwork()

async function store(owner: Caller, data: string, namespace = 0, age = 0): Promise<string> {
  const timestamp = readTimeMs() - age
  const sigTimestamp = readTimeMs()
  const params = signStore(owner, { namespace, data, timestamp, sigTimestamp })
  const reply = await network.ask(owner, 'store', params)
  expect(reply.status).toBe(200)
  return String(reply.object['hash'])
}

/** The hashes that every member gives out; they agree or the test fails. */
async function readEverywhere(owner: Caller, namespace = 0): Promise<string[]> {
  const held = await Promise.all(
    network.members(owner).map(async (node) => {
      const { object } = await network.call(node, 'retrieve', signRetrieve(owner, { namespace }))
      return readList(object, 'messages').map((message) => String(message['hash']))
    }),
  )
  expect(new Set(held.map((hashes) => hashes.toSorted().join())).size).toBe(1)
  return held[0] ?? []
}

async function succeed(owner: Caller, method: string, params: Json): Promise<Json> {
  const reply = await network.ask(owner, method, params)
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 })
  expect(Object.keys(reply.object).toSorted()).toEqual(['hf', 'swarm', 't'])
  return reply.object
}

const OWNERS = [
  ['an 05 account', createUser],
  ['a group', createGroup],
] as const

describe.each(OWNERS)('delete by hash for %s', (_, create) => {
  const check = (owner: Caller, body: Json, requested: readonly string[], deleted: string[]) => {
    const entries = readEntries(network, owner, body)
    expect(entries.map(({ entry }) => entry['deleted'])).toEqual(entries.map(() => deleted))
    expectSigned(entries, () => [owner.id, ...requested, ...deleted])
  }

  it('removes these from every member and no others, and says which in order', async () => {
    const owner = create()
    const kept = await store(owner, 'kept')
    const gone = [await store(owner, '1'), await store(owner, '2', 2), await store(owner, '3')]
    const requested = [...gone.toReversed(), UNKNOWN]
    check(
      owner,
      await succeed(owner, 'delete', signDelete(owner, requested)),
      requested,
      gone.toSorted(),
    )
    expect(await readEverywhere(owner)).toEqual([kept])
    expect(await readEverywhere(owner, 2)).toEqual([])
  })

  it('takes one hash as a text', async () => {
    const owner = create()
    const hash = await store(owner, 'x')
    const params = { ...signDelete(owner, [hash]), messages: hash }
    check(owner, await succeed(owner, 'delete', params), [hash], [hash])
  })

  it('can be sent again, for it has no time', async () => {
    const owner = create()
    const hash = await store(owner, 'x')
    const params = signDelete(owner, [hash])
    check(owner, await succeed(owner, 'delete', params), [hash], [hash])
    check(owner, await succeed(owner, 'delete', params), [hash], [])
  })

  it('gets 404 with the whole body when "required" and nothing was there', async () => {
    const owner = create()
    const hash = await store(owner, 'x')
    const reply = await network.ask(
      owner,
      'delete',
      signDelete(owner, [UNKNOWN], { required: true }),
    )
    expect(reply.status).toBe(404)
    check(owner, reply.object, [UNKNOWN], [])
    const found = signDelete(owner, [UNKNOWN, hash], { required: true })
    check(owner, await succeed(owner, 'delete', found), [UNKNOWN, hash], [hash])
  })

  it('touches no message of somebody else', async () => {
    const owner = create()
    const hash = await store(owner, 'x')
    const other = { ...create() }
    await network.ask(other, 'delete', signDelete(other, [hash]))
    expect(await readEverywhere(owner)).toEqual([hash])
  })
})

describe.each(OWNERS)('delete_all for %s', (_, create) => {
  const fill = async (owner: Caller) => ({
    inbox: [await store(owner, '1'), await store(owner, '2')],
    second: [await store(owner, '1', 2), await store(owner, '2', 2)],
    kick: [await store(owner, '1', -11)],
  })

  it.each([
    ['the inbox', 0],
    ['a namespace', 2],
    ['a negative namespace', -11],
  ] as const)('empties %s alone', async (_name, namespace: Namespace) => {
    const owner = create()
    const held = await fill(owner)
    const by = new Map<Namespace, string[]>([
      [0, held.inbox],
      [2, held.second],
      [-11, held.kick],
    ])
    const timestamp = readTimeMs()
    const params = signDeleteAll(owner, { namespace, timestamp })
    const entries = readEntries(network, owner, await succeed(owner, 'delete_all', params))
    const gone = (by.get(namespace) ?? []).toSorted()
    expect(entries.map(({ entry }) => entry['deleted'])).toEqual(entries.map(() => gone))
    expectSigned(entries, () => [owner.id, timestamp, ...gone])
    for (const [other, hashes] of by) {
      expect((await readEverywhere(owner, Number(other))).toSorted()).toEqual(
        other === namespace ? [] : hashes.toSorted(),
      )
    }
  })

  it('means the inbox when no namespace is given (trap 25)', async () => {
    const owner = create()
    const held = await fill(owner)
    const { namespace: _none, ...params } = signDeleteAll(owner)
    const entries = readEntries(network, owner, await succeed(owner, 'delete_all', params))
    expect(entries[0]?.entry['deleted']).toEqual(held.inbox.toSorted())
    expect((await readEverywhere(owner, 2)).toSorted()).toEqual(held.second.toSorted())
  })

  it('empties every namespace with "all", and lists the hashes by namespace', async () => {
    const owner = create()
    const held = await fill(owner)
    const timestamp = readTimeMs()
    const params = signDeleteAll(owner, { namespace: 'all', timestamp })
    const entries = readEntries(network, owner, await succeed(owner, 'delete_all', params))
    const lists = {
      0: held.inbox.toSorted(),
      2: held.second.toSorted(),
      [-11]: held.kick,
    }
    expect(entries.map(({ entry }) => entry['deleted'])).toEqual(entries.map(() => lists))
    expectSigned(entries, (entry) => [
      owner.id,
      timestamp,
      ...readStrings(entry['deleted']).toSorted(),
    ])
    expect(await readEverywhere(owner, 2)).toEqual([])
  })

  it('signs an empty list when there was nothing', async () => {
    const owner = create()
    const timestamp = readTimeMs()
    const reply = await succeed(owner, 'delete_all', signDeleteAll(owner, { timestamp }))
    const entries = readEntries(network, owner, reply)
    expect(entries.map(({ entry }) => entry['deleted'])).toEqual(entries.map(() => []))
    expectSigned(entries, () => [owner.id, timestamp])
    const all = signDeleteAll(owner, { namespace: 'all', timestamp })
    const nothing = readEntries(network, owner, await succeed(owner, 'delete_all', all))
    expect(nothing.every(({ entry }) => isJson(entry['deleted']))).toBe(true)
    expectSigned(nothing, () => [owner.id, timestamp])
  })
})

describe.each(OWNERS)('delete_before for %s', (_, create) => {
  it('removes what is as old as the time or older', async () => {
    const owner = create()
    const ages = [3, 2, 1].map((hours) => hours * 3600 * SECOND_MS)
    const now = readTimeMs()
    const stored: string[] = []
    for (const age of ages) {
      const params = signStore(owner, {
        data: `${age}`,
        timestamp: now - age,
        sigTimestamp: now,
        more: { ttl: 2 * DAY_MS },
      })
      stored.push(String((await network.ask(owner, 'store', params)).object['hash']))
    }
    const before = now - (ages[1] ?? 0)
    const reply = await succeed(owner, 'delete_before', signDeleteBefore(owner, before))
    const entries = readEntries(network, owner, reply)
    const gone = stored.slice(0, 2).toSorted()
    expect(entries.map(({ entry }) => entry['deleted'])).toEqual(entries.map(() => gone))
    expectSigned(entries, () => [owner.id, before, ...gone])
    expect(await readEverywhere(owner)).toEqual(stored.slice(2))
  })

  it('keeps to its namespace, or goes through all of them', async () => {
    const owner = create()
    const [inbox, other] = [await store(owner, 'x', 0, 1000), await store(owner, 'x', 2, 1000)]
    const before = readTimeMs()
    const one = await succeed(
      owner,
      'delete_before',
      signDeleteBefore(owner, before, { namespace: 2 }),
    )
    expect(readEntries(network, owner, one)[0]?.entry['deleted']).toEqual([other])
    expect(await readEverywhere(owner)).toEqual([inbox])
    const all = signDeleteBefore(owner, before, { namespace: 'all' })
    const entries = readEntries(network, owner, await succeed(owner, 'delete_before', all))
    expect(entries.map(({ entry }) => entry['deleted'])).toEqual(
      entries.map(() => ({ 0: [inbox] })),
    )
    expectSigned(entries, () => [owner.id, before, inbox])
  })

  it('may name a time 59 seconds ahead and not 61', async () => {
    const owner = create()
    const at = (seconds: number) => signDeleteBefore(owner, readTimeMs() + seconds * SECOND_MS)
    await succeed(owner, 'delete_before', at(59))
    expect(await network.ask(owner, 'delete_before', at(61))).toMatchObject({
      status: 401,
      text: 'delete_before timestamp too far in the future',
    })
  })
})
