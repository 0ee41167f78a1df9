/**
 * What a removed device can still do that writes to the group (TM-V7): the model found it (models/, claims `removed-writes-to-group`,
 * `removed-unheard-rotation`), and the reducer does it. These are limits of spec 12 §7, written down so that a repair shows here.
 */
import { equalBytes } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { GroupSimulation } from '../../../test/group-simulation.ts'
import { RECIPIENT } from '../../../test/session-v2-fixtures.ts'
import { restoreAccountKey } from '../keys/account-key.ts'
import { arePublicKeysEqual, expandAccountSeed, publicKeysOf } from '../keys/key-pairs.ts'
import { GROUP_TTL_MS, sealGroupMessage } from './group-message.ts'
import { toSeconds } from './group-state.ts'

const HOUR = 3_600_000
const EVIL_SEED = new Uint8Array(32).fill(0xee)

function removeSecond(name: string) {
  const network = new GroupSimulation(RECIPIENT, name)
  const first = network.addFirst()
  const second = network.addDevice('second')
  network.link(first, second)
  const stolen = second.state
  first.run({ kind: 'remove-device', deviceId: second.state.deviceId })
  first.fetch()
  return { network, first, second, stolen }
}

/** With nothing but what the removed device had: the phrase, the group's id and the others' public keys. */
function forgeGroupMessage({
  network,
  first,
  stolen,
}: ReturnType<typeof removeSecond>): Uint8Array {
  const record = stolen.devices.get(first.state.deviceId)?.record
  if (record === undefined || stolen.groupId === undefined) throw new Error('a member knew both')
  const key = restoreAccountKey({
    seed: EVIL_SEED,
    createdSeconds: toSeconds(network.nowMs) + 60,
  })
  return sealGroupMessage(
    {
      account: network.account,
      groupId: stolen.groupId,
      payload: {
        records: new Map([[first.state.deviceId, record]]),
        tombstones: new Map(),
        accountKeys: [key],
      },
      accountKeys: [key],
    },
    network.randomness,
  )
}

describe('a device that was removed', () => {
  it('knows no key that is made afterwards, if it writes nothing', () => {
    const { network, first, second } = removeSecond('quiet')
    network.settle([first, second])
    network.advance(14 * HOUR)
    network.settle([first, second])
    const active = first.activeSeed
    if (active === undefined) throw new Error('an active key')
    const known = second.state.accountKeys.map(({ seed }) => seed)
    expect(known.some((seed) => equalBytes(seed, active))).toBe(false)
    expect(second.membership).toBe('removed')
  })

  it('can have the group publish a key that it made, by a forged group message', () => {
    const people = removeSecond('hostile')
    const { network, first } = people
    network.store(forgeGroupMessage(people), GROUP_TTL_MS)
    network.settle([first])
    expect(first.activeSeed).toEqual(EVIL_SEED)
    const evil = publicKeysOf(expandAccountSeed(EVIL_SEED))
    if (network.outbox === undefined) throw new Error('an outbox')
    expect(arePublicKeysEqual(network.outbox, evil)).toBe(true)
  })

  it('loses that again with the next key that the group makes', () => {
    const people = removeSecond('healing')
    const { network, first } = people
    network.store(forgeGroupMessage(people), GROUP_TTL_MS)
    network.settle([first])
    network.advance(14 * HOUR)
    network.settle([first])
    expect(first.activeSeed).not.toEqual(EVIL_SEED)
  })

  it('cannot do so to a device whose public keys it never knew', () => {
    const people = removeSecond('replaced')
    const { network, first, stolen } = people
    const forged = forgeGroupMessage(people)
    const third = network.addDevice('third')
    network.link(first, third)
    expect(stolen.devices.has(third.state.deviceId)).toBe(false)
    const before = third.activeSeed
    const hash = network.store(forged, GROUP_TTL_MS)
    const message = network.messages.find((stored) => stored.hash === hash)
    if (message === undefined) throw new Error('a message')
    third.run({ kind: 'message', message })
    expect(third.activeSeed).toEqual(before)
  })
})
