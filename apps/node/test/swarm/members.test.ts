/** What members believe of each other, and what a failing or hostile one can do (spec 03 §6.1 to §6.3). */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { err, ok } from '@sotto/crypto/result'
import { encodeBt } from '@sotto/protocol/bt'
import { createDirectory } from '@sotto/protocol/directory'
import {
  decodeMemberReply,
  encodeForward,
  encodeStampedForward,
  parseParams,
  type MemberReply,
} from '@sotto/protocol/rpc'
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readEntry, readHashes } from '../rpc/read-reply.ts'
import {
  alice,
  bob,
  DAY_MS,
  draftRetrieve,
  draftSignedStore,
  draftStore,
  signedBy,
} from '../rpc/test-accounts.ts'
import { createTestNetwork, type PeerAnswer, type TestNetwork } from '../rpc/test-network.ts'

const PROPERTY_TIMEOUT_MS = 120_000
const MEGABYTE = 1024 * 1024
const HASH_CHARACTERS = 43
const UPPER_SWARM = 2n ** 63n
const SIGNATURE = new Uint8Array(64)

function createSwarm(): TestNetwork {
  return createTestNetwork({ membersPerSwarm: 3 })
}

async function storeWithAnswer(answer: PeerAnswer) {
  await using network = createSwarm()
  const [own, member, honest] = network.nodes
  if (member === undefined) throw new Error('too few nodes')
  network.answerPeersOf(member, () => answer)
  const reply = await network.call('store', draftStore(network.clock.now()))
  expect(network.mistakes).toEqual([])
  // One bad member costs its own entry and nothing else.
  for (const node of [own, honest]) {
    expect(readEntry(reply, node)['hash']).toHaveLength(HASH_CHARACTERS)
  }
  return { status: reply.status, entry: readEntry(reply, member) }
}

const BAD_PEER = { failed: true, bad_peer_response: true }
const TIMED_OUT = { failed: true, timeout: true }

describe('a member that fails', () => {
  it.each([
    ['does not answer in time', err({ kind: 'timeout' as const }), TIMED_OUT],
    ['cannot be reached', err({ kind: 'unreachable' as const }), TIMED_OUT],
    ['refuses on the link', err({ kind: 'refused' as const }), BAD_PEER],
    [
      'refuses with a reason',
      ok(
        encodeBt(
          new Map<string, number | string>([
            ['code', 401],
            ['reason', 'no'],
          ]),
        ),
      ),
      { failed: true, code: '401', reason: 'no' },
    ],
    [
      'has a full disk',
      ok(
        encodeBt(
          new Map([
            ['failed', 1],
            ['query_failure', 1],
          ]),
        ),
      ),
      { failed: 1, query_failure: 1 },
    ],
  ])('and %s is reported in its entry, and the store counts', async (_name, answer, entry) => {
    expect(await storeWithAnswer(answer)).toEqual({ status: 200, entry })
  })

  it('does not keep the others from answering, even when all fail', async () => {
    await using network = createSwarm()
    for (const node of network.nodes.slice(1)) {
      network.answerPeersOf(node, () => err({ kind: 'timeout' }))
    }
    const reply = await network.call('store', draftStore(network.clock.now()))
    expect(reply.status).toBe(200)
    expect(network.nodes.slice(1).map((node) => readEntry(reply, node))).toEqual([
      TIMED_OUT,
      TIMED_OUT,
    ])
  })
})

describe('a hostile member', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['garbage', encodeUtf8('garbage')],
    ['a megabyte of garbage', new Uint8Array(MEGABYTE).fill(0x64)],
    ['a list', encodeBt(['hash', SIGNATURE])],
    ['an empty dict', encodeBt(new Map())],
    ['a result without a signature', encodeBt(new Map([['hash', 'A'.repeat(43)]]))],
    ['a signature of 63 bytes', encodeBt(new Map([['signature', SIGNATURE.subarray(1)]]))],
    ['a signature of a megabyte', encodeBt(new Map([['signature', new Uint8Array(MEGABYTE)]]))],
    ['a signature that is a number', encodeBt(new Map([['signature', 7]]))],
    ['text that is no UTF-8', encodeBt(new Map([['hash', Uint8Array.of(0xff)]]))],
    ['a dict with more behind it', encodeUtf8('dee')],
    ['lists without an end', encodeUtf8('l'.repeat(10_000))],
  ])('that answers %s is reported as such', async (_name, bytes) => {
    expect(await storeWithAnswer(ok(bytes))).toEqual({ status: 200, entry: BAD_PEER })
  })

  it('cannot change the reply’s prototype by a key of its entry', async () => {
    const bytes = encodeBt(
      new Map(
        [
          ['__proto__', 'x'],
          ['signature', SIGNATURE],
        ].map(toPair),
      ),
    )
    const { entry } = await storeWithAnswer(ok(bytes))
    expect(Object.hasOwn(entry, '__proto__')).toBe(true)
    expect(Object.getPrototypeOf(entry)).toBe(Object.prototype)
  })

  it(
    'that answers random bytes changes only its own entry',
    async () => {
      await using network = createSwarm()
      const [, member] = network.nodes
      if (member === undefined) throw new Error('too few nodes')
      await fc.assert(
        fc.asyncProperty(arbitraryBytes(), async (bytes) => {
          network.answerPeersOf(member, () => ok(bytes))
          const reply = await network.call('store', draftStore(network.clock.now()))
          expect(reply.status).toBe(200)
        }),
        { numRuns: 500 },
      )
      expect(network.mistakes).toEqual([])
    },
    PROPERTY_TIMEOUT_MS,
  )
})

function toPair([key, value]: (string | Uint8Array)[]): [string, string | Uint8Array] {
  return [String(key), value ?? '']
}

/** A forward as the sender would write it. */
function createForward(method: 'store' | 'delete_all' | 'expire_all', params: object): Uint8Array {
  const request = parseParams(method, params)
  if (!request.ok) throw new Error(request.error.text)
  return encodeForward(request.value)
}

/** What the second node answers to a forward by the first, or by another sender. */
async function forward(
  network: TestNetwork,
  body: Uint8Array,
  sender = network.nodes[0],
): Promise<MemberReply | undefined> {
  const target = network.nodes[1]
  if (target === undefined || sender === undefined) throw new Error('too few nodes')
  const stamped = encodeStampedForward({ receivedMs: network.clock.now(), forward: body })
  return decodeMemberReply(await target.service.answerForward(stamped, sender.record))
}

describe('a forwarded request', () => {
  it('is applied and not forwarded again', async () => {
    await using network = createSwarm()
    const nowMs = network.clock.now()
    expect(await forward(network, createForward('store', draftStore(nowMs)))).toMatchObject({
      kind: 'entry',
      entry: { expiry: nowMs + DAY_MS },
    })
    expect(network.forwards).toEqual([])
  })

  it('is checked in full, so that no neighbour can store or delete in a user’s name', async () => {
    await using network = createSwarm()
    const nowMs = network.clock.now()
    const forged = {
      ...draftSignedStore(nowMs, { account: bob, namespace: 2 }),
      ...alice.identity,
    }
    const unsigned = { ...alice.identity, timestamp: nowMs }
    for (const body of [createForward('store', forged), createForward('delete_all', unsigned)]) {
      expect(await forward(network, body)).toMatchObject({
        kind: 'failure',
        failure: { status: 401 },
      })
    }
  })

  it('is refused when the sender is a node of another swarm', async () => {
    await using network = createTestNetwork({ swarms: [0n, UPPER_SWARM], membersPerSwarm: 2 })
    const stranger = network.nodes[3]
    const body = createForward('store', draftStore(network.clock.now()))
    expect(await forward(network, body, stranger)).toMatchObject({
      kind: 'failure',
      failure: { status: 403 },
    })
  })

  it('is refused when the sender has left the swarm, though its link is still open', async () => {
    await using network = createSwarm()
    const [sender, ...others] = network.nodes
    const body = createForward('store', draftStore(network.clock.now()))
    expect(await forward(network, body, sender)).toMatchObject({ kind: 'entry' })
    network.directory = createDirectory(
      others.map(({ record }) => record),
      { height: 8, issuedAt: network.clock.now() },
    )
    expect(await forward(network, body, sender)).toMatchObject({ failure: { status: 403 } })
  })

  it('is refused for an account of another swarm', async () => {
    await using network = createTestNetwork({ swarms: [0n, UPPER_SWARM], membersPerSwarm: 2 })
    const draft = draftStore(network.clock.now())
    const near = createForward('store', { ...draft, pubkey: `0500${'0'.repeat(62)}` })
    const far = createForward('store', { ...draft, pubkey: `0580${'0'.repeat(62)}` })
    expect(await forward(network, near)).toMatchObject({ kind: 'entry' })
    expect(await forward(network, far)).toMatchObject({ failure: { status: 421 } })
  })

  it.each([
    ['delete_all', (time: number) => ({ text: `delete_all${time}`, params: { timestamp: time } })],
    ['expire_all', (time: number) => ({ text: `expire_all${time}`, params: { expiry: time } })],
  ] as const)('%s may be 70 s old, 10 s more than from a client', async (method, draft) => {
    await using network = createSwarm()
    const at = (ageMs: number) => {
      const { text, params } = draft(network.clock.now() - ageMs)
      return signedBy(alice, text, params)
    }
    const late = await forward(network, createForward(method, at(70_000)))
    const tooLate = await forward(network, createForward(method, at(70_001)))
    expect(late).toMatchObject({ kind: 'entry' })
    expect(tooLate).toMatchObject({ kind: 'failure', failure: { status: 406 } })
    expect(await network.call(method, at(60_001))).toMatchObject({ status: 406 })
  })

  it('store may be 60 s old, forwarded or not', async () => {
    await using network = createSwarm()
    const nowMs = network.clock.now()
    const at = (signedAt: number) =>
      signedBy(alice, `store2${signedAt}`, {
        ...draftStore(nowMs, { namespace: 2 }),
        sig_timestamp: signedAt,
      })
    const late = await forward(network, createForward('store', at(nowMs - 60_000)))
    const tooLate = await forward(network, createForward('store', at(nowMs - 60_001)))
    expect(late).toMatchObject({ kind: 'entry' })
    expect(tooLate).toMatchObject({ kind: 'failure', failure: { status: 406 } })
  })

  it('gets 503 from a node without a directory', async () => {
    await using network = createSwarm()
    const body = createForward('store', draftStore(network.clock.now()))
    network.directory = undefined
    expect(await forward(network, body)).toMatchObject({ failure: { status: 503 } })
  })

  it('cannot be a method that is not forwarded', async () => {
    await using network = createSwarm()
    const account = new Uint8Array(33)
    const body = encodeBt(['retrieve', new Map([['pubkey', account]])])
    expect(await forward(network, body)).toMatchObject({ failure: { status: 400 } })
  })

  it('of random bytes is refused, never a throw', { timeout: PROPERTY_TIMEOUT_MS }, async () => {
    await using network = createSwarm()
    const valid = createForward('store', draftStore(network.clock.now()))
    const bodies = fc.oneof(arbitraryBytes(), arbitraryMutation(valid))
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        expect(await forward(network, body)).toBeDefined()
      }),
      { numRuns: DECODER_RUNS },
    )
    expect(network.mistakes).toEqual([])
    expect(
      readHashes(await network.call('retrieve', draftRetrieve(network.clock.now()))),
    ).toBeDefined()
  })
})
