/** An account that goes leaves nothing in its swarm, and takes nothing from others. */
import { describe, expect, it } from 'vitest'
import { createFriends, textsWith } from '../../../test/circle.ts'
import { codeOf, createPerson, unwrap } from '../../../test/simulated-person.ts'

describe('erasing the copies in the network', () => {
  it('leaves nothing of the account in any namespace, on any member', async () => {
    const { network, alice, bob, aliceId, sync } = await createFriends()
    await network.settle(alice.messenger.updateProfile({ name: 'Alice' }))
    await sync()
    unwrap(await network.settle(alice.messenger.eraseNetworkCopies()))
    for (const { store } of network.swarmOf(alice.accountBytes))
      for (const namespace of [0, 2, 3, 4, 5])
        expect(store.boxOf(alice.accountBytes, namespace)).toEqual([])
    const restored = createPerson(network, 'alice')
    unwrap(await network.settle(restored.messenger.poll({ members: 5 })))
    expect(restored.messenger.profile.name).toBe('')
    expect(restored.messenger.conversations.list()).toEqual([])
    expect(textsWith(bob, aliceId)).toEqual(['hello'])
  })

  it('fails, and says so, when no member can be told', async () => {
    const { network, alice } = await createFriends()
    network.isOffline = true
    const erased = await network.settle(alice.messenger.eraseNetworkCopies())
    expect(codeOf(erased)).not.toBe('success')
  })
})
