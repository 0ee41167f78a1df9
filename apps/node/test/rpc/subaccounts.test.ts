/** What members of a group may do, and what revoking takes away (spec 03 §5.3, §4.10). */
import { concatBytes, decodeBase64, encodeBase64, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { verify } from '@sotto/crypto/signing'
import { describe, expect, it } from 'vitest'
import { readEntry, readHashes, readText, storeText } from './read-reply.ts'
import {
  alice,
  createGroup,
  createMember,
  DAY_MS,
  draftStore,
  FLAGS,
  group,
  signedBy,
  type TestMember,
} from './test-accounts.ts'
import { createTestNetwork, type TestNetwork, type TestReply } from './test-network.ts'

const NAMESPACE = 11
const UNKNOWN_HASH = 'A'.repeat(43)
const ordinary = createMember({ flags: FLAGS.read | FLAGS.write })

function retrieveAs(network: TestNetwork, member: TestMember, namespace = NAMESPACE) {
  const nowMs = network.clock.now()
  const params = member.signed(`retrieve${namespace}${nowMs}`, { namespace, timestamp: nowMs })
  return network.call('retrieve', params)
}

function storeAs(network: TestNetwork, member: TestMember, namespace = NAMESPACE) {
  const nowMs = network.clock.now()
  const draft = draftStore(nowMs, { account: group, namespace })
  return network.call('store', member.signed(`store${namespace}${nowMs}`, draft))
}

function revoke(network: TestNetwork, tokens: readonly Uint8Array[], method = 'revoke_subaccount') {
  const nowMs = network.clock.now()
  const name = method === 'revoke_subaccount' ? 'revoke' : 'unrevoke'
  const text = concatBytes([encodeUtf8(`${method}${nowMs}`), ...tokens])
  const list = tokens.map((token) => encodeBase64(token))
  return network.call(method, signedBy(group, text, { [name]: list, timestamp: nowMs }))
}

describe('a member with a token', () => {
  it('may store and read with flags for both', async () => {
    await using network = createTestNetwork()
    expect(await storeAs(network, ordinary)).toMatchObject({ status: 200 })
    expect(readHashes(await retrieveAs(network, ordinary))).toHaveLength(1)
  })

  it('may do only what its flags say', async () => {
    await using network = createTestNetwork()
    const reader = createMember({ flags: FLAGS.read })
    const writer = createMember({ flags: FLAGS.write })
    expect(await storeAs(network, reader)).toMatchObject({ status: 401 })
    expect(await retrieveAs(network, writer)).toMatchObject({ status: 401 })
  })

  it('may delete with the delete flag only (trap 24)', async () => {
    await using network = createTestNetwork()
    const ask = (member: TestMember) =>
      network.call('delete', member.signed(`delete${UNKNOWN_HASH}`, { messages: [UNKNOWN_HASH] }))
    const admin = createMember({ flags: FLAGS.read | FLAGS.write | FLAGS.delete })
    expect(await ask(ordinary)).toMatchObject({ status: 401 })
    expect(await ask(admin)).toMatchObject({ status: 200 })
  })

  it('can only extend without the delete flag, whether it asks for it or not (trap 24)', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const hash = await storeText(network, 'hello', { account: group, namespace: NAMESPACE })
    const ask = (expiry: number, mode = '') => {
      const params = { messages: [hash], expiry, ...(mode && { [mode]: true }) }
      return network.call('expire', ordinary.signed(`expire${mode}${expiry}${hash}`, params))
    }
    const [node] = network.nodes
    expect(readEntry(await ask(nowMs + 1000), node)).toMatchObject({ updated: [] })
    expect(readEntry(await ask(nowMs + 2 * DAY_MS), node)).toMatchObject({ updated: [hash] })
    expect(await ask(nowMs + 1000, 'shorten')).toMatchObject({ status: 400 })
  })

  it('needs write and delete for a public outbox, where storing deletes', async () => {
    await using network = createTestNetwork()
    const admin = createMember({ flags: FLAGS.write | FLAGS.delete })
    expect(await storeAs(network, ordinary, -1)).toMatchObject({ status: 401 })
    expect(await storeAs(network, admin, -1)).toMatchObject({ status: 200 })
  })

  it('may not use a token of another group, or one that its own hand has signed', async () => {
    await using network = createTestNetwork()
    const other = createMember({ flags: FLAGS.read, owner: createGroup('other') })
    const nowMs = network.clock.now()
    const text = `retrieve${NAMESPACE}${nowMs}`
    const borrowed = {
      ...other.signed(text, { namespace: NAMESPACE, timestamp: nowMs }),
      pubkey: group.id,
    }
    expect(await network.call('retrieve', borrowed)).toMatchObject({ status: 401 })
  })

  it('may use a token of another prefix only when that has the flag for any', async () => {
    await using network = createTestNetwork()
    const foreign = createMember({ flags: FLAGS.read, prefix: 5 })
    const anywhere = createMember({ flags: FLAGS.read | FLAGS.anyPrefix, prefix: 5 })
    expect(await retrieveAs(network, foreign)).toMatchObject({ status: 401 })
    expect(await retrieveAs(network, anywhere)).toMatchObject({ status: 200 })
  })

  it('may act for a person’s account too', async () => {
    await using network = createTestNetwork()
    const device = createMember({ flags: FLAGS.read, owner: alice, prefix: 5 })
    const nowMs = network.clock.now()
    const params = device.signed(`retrieve2${nowMs}`, { namespace: 2, timestamp: nowMs })
    expect(await network.call('retrieve', params)).toMatchObject({ status: 200 })
  })

  it('must send token and its signature together', async () => {
    await using network = createTestNetwork()
    const nowMs = network.clock.now()
    const params = ordinary.signed(`retrieve${NAMESPACE}${nowMs}`, {
      namespace: NAMESPACE,
      timestamp: nowMs,
      subaccount_sig: null,
    })
    expect(await network.call('retrieve', params)).toMatchObject({ status: 400 })
  })
})

describe('revoking', () => {
  it('locks a member out, except where it reads that it was removed (trap 23)', async () => {
    await using network = createTestNetwork()
    await storeText(network, 'hello', { account: group, namespace: NAMESPACE })
    await storeText(network, 'you were removed', { account: group, namespace: -11 })
    expect(await revoke(network, [ordinary.token])).toMatchObject({ status: 200 })
    expect(await retrieveAs(network, ordinary)).toMatchObject({ status: 401 })
    expect(await storeAs(network, ordinary)).toMatchObject({ status: 401 })
    expect(readHashes(await retrieveAs(network, ordinary, -11))).toHaveLength(1)
    expect(await storeAs(network, ordinary, -11)).toMatchObject({ status: 401 })
  })

  it('leaves other members alone', async () => {
    await using network = createTestNetwork()
    await storeText(network, 'hello', { account: group, namespace: NAMESPACE })
    await revoke(network, [ordinary.token])
    const other = createMember({ flags: FLAGS.read, name: 'other member' })
    expect(await retrieveAs(network, other)).toMatchObject({ status: 200 })
  })

  it('can be taken back, and says how many it took back', async () => {
    await using network = createTestNetwork()
    await storeText(network, 'hello', { account: group, namespace: NAMESPACE })
    await revoke(network, [ordinary.token])
    const reply = await revoke(network, [ordinary.token], 'unrevoke_subaccount')
    expect(readEntry(reply, network.nodes[0])).toMatchObject({ count: 1 })
    expect(await retrieveAs(network, ordinary)).toMatchObject({ status: 200 })
  })

  it.each(['revoke_subaccount', 'unrevoke_subaccount'])(
    '%s is signed by the node',
    async (method) => {
      await using network = createTestNetwork()
      const [node] = network.nodes
      await storeText(network, 'hello', { account: group, namespace: NAMESPACE })
      const reply: TestReply = await revoke(network, [ordinary.token], method)
      const text = encodeUtf8(`${group.id}${network.clock.now()}`)
      const message = concatBytes([text, ordinary.token])
      const signature =
        decodeBase64(readText(readEntry(reply, node)['signature'])) ?? new Uint8Array()
      if (node === undefined) throw new Error('no node')
      expect(verify({ publicKey: node.signing.publicKey, message, signature })).toBe(true)
    },
  )

  it('takes one token in hex', async () => {
    await using network = createTestNetwork()
    await storeText(network, 'hello', { account: group, namespace: NAMESPACE })
    const nowMs = network.clock.now()
    const text = concatBytes([encodeUtf8(`revoke_subaccount${nowMs}`), ordinary.token])
    const params = { revoke: encodeHex(ordinary.token), timestamp: nowMs }
    await network.call('revoke_subaccount', signedBy(group, text, params))
    expect(await retrieveAs(network, ordinary)).toMatchObject({ status: 401 })
  })

  it('is the owner’s alone: no flag lets a member revoke', async () => {
    await using network = createTestNetwork()
    const admin = createMember({ flags: 15 })
    const nowMs = network.clock.now()
    const params = admin.signed(`revoke_subaccount${nowMs}`, {
      revoke: [encodeBase64(ordinary.token)],
      timestamp: nowMs,
    })
    expect(await network.call('revoke_subaccount', params)).toMatchObject({ status: 401 })
  })

  it('refuses more than fifty tokens at once', async () => {
    await using network = createTestNetwork()
    const tokens = Array.from({ length: 51 }, () => ordinary.token)
    expect(await revoke(network, tokens)).toMatchObject({ status: 400 })
  })
})
