/** Authorities that agree on epochs (spec 08, ADR 0009), while some of them are down, cut off, late or lying. */
import { encodeHex } from '@sotto/crypto/bytes'
import {
  createAuthoritySigner,
  decodeAgreementMessage,
  decodeVote,
  encodeAgreementMessage,
  encodeVote,
  encodeVoteStatement,
  hashVote,
  verifyVoteEquivocation,
} from '@sotto/protocol/authority'
import { decodeDescriptor, EpochTracker, REASONS } from '@sotto/protocol/directory'
import { COMMANDS } from '@sotto/protocol/link'
import { describe, expect, it } from 'vitest'
import type { PeerRequest } from '../../src/swarm/peer-client.ts'
import {
  describe as describeNode,
  keyOf,
  recordOf,
  START_MS,
} from '../directory/directory-fixture.ts'
import {
  createAuthorityNetwork,
  EPOCH_MS,
  FIRST_EPOCH,
  NO_OPINION,
  ROUND_MS,
  type TestAuthority,
} from './authority-network.ts'

const SECOND = FIRST_EPOCH + 1
/** Longer than validity and grace (spec 07 §6). */
const EXPIRED_EPOCHS = 800

/** The request with another vote of the same author, as only the author can make it. */
function changeVote(request: PeerRequest, { key }: TestAuthority): PeerRequest {
  const message = decodeAgreementMessage(request.body)
  if (!message.ok) throw message.error
  const vote = decodeVote(message.value.voteBytes, () => {
    throw new Error('a vote without descriptors')
  })
  if (!vote.ok) throw vote.error
  const voteBytes = encodeVote({ ...vote.value, softwareMin: [9, 9, 9] })
  const { network, epoch } = vote.value
  const hash = hashVote(voteBytes)
  const author = key.publicKey
  const statement = encodeVoteStatement({ network, epoch, author, hash })
  const signature = createAuthoritySigner(key).sign(statement)
  const body = encodeAgreementMessage({ voteBytes, signatures: [{ authority: author, signature }] })
  return { ...request, body }
}

describe('authorities', () => {
  it.each([1, 3, 4, 5])(
    'of whom there are %i complete the same document in each epoch',
    async (count) => {
      await using network = await createAuthorityNetwork({ count })
      const indices = network.authorities.map(({ index }) => index)
      for (const epochs of [1, 2, 3]) {
        await network.run(EPOCH_MS)
        expect(network.epochsOf(...indices)).toEqual(indices.map(() => FIRST_EPOCH + epochs))
      }
      for (const { decided, skipped, liars, keeper } of network.authorities) {
        expect([decided, skipped, liars]).toEqual([[11, 12, 13], [], []])
        expect(keeper.document?.content.epoch).toBe(13)
        expect(keeper.document?.content.commitments).toHaveLength(count)
      }
    },
  )

  it('have the next document before its epoch begins', async () => {
    await using network = await createAuthorityNetwork({ count: 3 })
    await network.run(13 * ROUND_MS)
    expect(network.epochsOf(0, 1, 2)).toEqual([SECOND, SECOND, SECOND])
    expect(network.at(0).keeper.document?.content.epoch).toBe(FIRST_EPOCH)
  })

  it('make a beacon that is new in each epoch', async () => {
    await using network = await createAuthorityNetwork({ count: 3 })
    const beacons = new Set<string>()
    for (let epoch = 0; epoch < 4; epoch += 1) {
      beacons.add(encodeHex(network.at(0).keeper.newest?.content.beacon ?? new Uint8Array()))
      await network.run(EPOCH_MS)
    }
    expect(beacons.size).toBe(4)
  })

  it('decommission a node that the threshold finds failing, and not one that fewer do', async () => {
    await using network = await createAuthorityNetwork({ count: 3 })
    const reasons = REASONS.unreachable
    const verdictOn = (index: number) => ({ node: recordOf(index).ed25519, reasons })
    network.at(0).opinion = { ...NO_OPINION, verdicts: [verdictOn(1), verdictOn(2)] }
    network.at(1).opinion = { ...NO_OPINION, verdicts: [verdictOn(2)] }
    await network.run(EPOCH_MS)
    const states = [0, 1, 2].map((index) => {
      const node = network
        .at(0)
        .keeper.document?.content.nodes.find(({ ed25519 }) => encodeHex(ed25519) === keyOf(index))
      return [node?.state, node?.reasonsSeen, node?.reasonsAgreed]
    })
    expect(states).toEqual([
      ['active', 0, 0],
      ['active', reasons, 0],
      ['decommissioned', reasons, reasons],
    ])
  })

  it('admit a node that the threshold describes', async () => {
    await using network = await createAuthorityNetwork({ count: 3 })
    const signed = decodeDescriptor(describeNode(50, { issuedAt: START_MS }))
    if (!signed.ok) throw signed.error
    for (const index of [0, 1]) {
      network.at(index).opinion = { ...NO_OPINION, descriptors: [signed.value] }
    }
    await network.run(EPOCH_MS)
    const node = network.at(2).keeper.current?.findByEd25519(keyOf(50))
    expect(node).toMatchObject({ state: 'awaiting', since: SECOND })
  })
})

describe('authorities of whom some are down', () => {
  it('go on without one', async () => {
    await using network = await createAuthorityNetwork({ count: 3 })
    network.stop(2)
    await network.run(2 * EPOCH_MS)
    expect(network.epochsOf(0, 1)).toEqual([12, 12])
    expect(network.at(0).skipped).toEqual([])
    expect(network.at(0).keeper.document?.content.commitments).toHaveLength(2)
  })

  it('take back one that was down and has the document again', async () => {
    await using network = await createAuthorityNetwork({ count: 3 })
    network.stop(2)
    await network.run(2 * EPOCH_MS)
    await network.start(2)
    network.at(2).keeper.accept(network.at(0).keeper.encodeCurrent() ?? new Uint8Array())
    await network.run(EPOCH_MS)
    expect(network.epochsOf(0, 1, 2)).toEqual([13, 13, 13])
    expect(network.at(0).keeper.document?.content.commitments).toHaveLength(3)
  })

  it('make no document below the threshold, and go on from the last one when enough are back', async () => {
    await using network = await createAuthorityNetwork({ count: 3 })
    await network.run(EPOCH_MS)
    network.stop(1)
    network.stop(2)
    await network.run(3 * EPOCH_MS)
    expect(network.epochsOf(0)).toEqual([SECOND])
    expect(network.at(0).decided).toEqual([SECOND])
    expect(network.at(0).skipped).toEqual(['12 votes', '13 votes', '14 votes'])
    await network.start(1)
    await network.run(EPOCH_MS)
    expect(network.epochsOf(0, 1)).toEqual([15, 15])
    const content = network.at(0).keeper.document?.content
    expect(content?.startsAt).toBe(START_MS + 5 * EPOCH_MS)
    expect(network.at(0).liars).toEqual([])
  })

  it('go on from a document that has expired, which nobody else may use, when enough are back', async () => {
    await using network = await createAuthorityNetwork({ count: 3 })
    await network.run(EPOCH_MS)
    for (const { index } of network.authorities) network.stop(index)
    for (const { clock } of network.authorities) clock.step(EXPIRED_EPOCHS * EPOCH_MS)
    const { keeper, clock } = network.at(0)
    const old = keeper.document
    if (old === undefined) throw new Error('a document')
    const reader = new EpochTracker({ network: old.content.network, authorities: network.set })
    expect(reader.restore(old).ok).toBe(true)
    expect(reader.freshness(clock.now())).toBe('expired')
    await network.start(0)
    await network.run(2 * EPOCH_MS)
    expect(keeper.document?.hash).toEqual(old.hash)
    await network.start(1)
    await network.run(2 * EPOCH_MS)
    const [epoch, same] = network.epochsOf(0, 1)
    expect(same).toBe(epoch)
    expect(epoch).toBeGreaterThan(FIRST_EPOCH + EXPIRED_EPOCHS)
    const next = keeper.document
    if (next === undefined) throw new Error('a document')
    expect(next.content.nodes).toHaveLength(old.content.nodes.length)
    expect(reader.accept(next, clock.now())).toMatchObject({ ok: true, value: 'current' })
    expect(reader.freshness(clock.now())).toBe('fresh')
    expect(network.at(0).liars).toEqual([])
  })

  it('forgive one that restarts after it has voted: it does not vote again', async () => {
    await using network = await createAuthorityNetwork({ count: 3 })
    // Half a round into the first: all have voted.
    await network.run(8 * ROUND_MS + ROUND_MS / 2)
    network.stop(2)
    network.at(2).opinion = { ...NO_OPINION, softwareMin: [2, 0, 0] }
    await network.start(2)
    await network.run(EPOCH_MS / 2)
    expect(network.epochsOf(0, 1)).toEqual([SECOND, SECOND])
    for (const { liars } of network.authorities) expect(liars).toEqual([])
    expect(network.at(0).keeper.newest?.content.commitments).toHaveLength(3)
  })

  it('agree though two of them cannot reach each other', async () => {
    await using network = await createAuthorityNetwork({ count: 3 })
    network.road = (request, from, to) => (from + to === 1 ? undefined : request)
    await network.run(2 * EPOCH_MS)
    expect(network.epochsOf(0, 1, 2)).toEqual([12, 12, 12])
    expect(network.at(1).keeper.document?.content.commitments).toHaveLength(3)
  })

  it('complete a document whose signatures had to be asked for again', async () => {
    await using network = await createAuthorityNetwork({ count: 3 })
    let lost = 0
    network.road = (request) => {
      if (request.command !== COMMANDS.epochSignature || lost >= 10) return request
      lost += 1
      return undefined
    }
    await network.run(EPOCH_MS)
    expect(lost).toBe(10)
    expect(network.epochsOf(0, 1, 2)).toEqual([SECOND, SECOND, SECOND])
  })

  it('say that an epoch failed for want of signatures', async () => {
    await using network = await createAuthorityNetwork({ count: 3 })
    network.road = (request) => (request.command === COMMANDS.epochSignature ? undefined : request)
    await network.run(2 * EPOCH_MS)
    expect(network.epochsOf(0, 1, 2)).toEqual([FIRST_EPOCH, FIRST_EPOCH, FIRST_EPOCH])
    for (const { decided, skipped } of network.authorities) {
      expect([decided, skipped]).toEqual([[], ['11 signatures', '12 signatures']])
    }
  })
})

describe('an authority that lies', () => {
  it.each([3, 5])(
    'to some of %i is found out by all others, who agree without it',
    async (count) => {
      await using network = await createAuthorityNetwork({ count })
      const liar = network.at(0)
      network.road = (request, from, to) =>
        from === 0 && to > 1 && isOwnVote(request, liar) ? changeVote(request, liar) : request
      await network.run(EPOCH_MS)
      const honest = network.authorities.slice(1)
      expect(network.epochsOf(...honest.map(({ index }) => index))).toEqual(
        honest.map(() => SECOND),
      )
      for (const { liars, proofs, keeper } of honest) {
        expect(liars).toEqual([encodeHex(liar.key.publicKey)])
        expect(proofs).toMatchObject([{ author: liar.key.publicKey, epoch: SECOND }])
        expect(proofs.every((proof) => verifyVoteEquivocation(proof).ok)).toBe(true)
        expect(keeper.document?.content.commitments).toHaveLength(count - 1)
      }
    },
  )

  it('by telling only one of its vote does not part the others', async () => {
    await using network = await createAuthorityNetwork({ count: 3 })
    const teller = network.at(0)
    network.road = (request, from, to) =>
      from === 0 && to === 2 && isOwnVote(request, teller) ? undefined : request
    await network.run(EPOCH_MS)
    expect(network.epochsOf(1, 2)).toEqual([SECOND, SECOND])
    expect(network.at(2).keeper.document?.content.commitments).toHaveLength(3)
  })

  it('by garbage does no harm', async () => {
    await using network = await createAuthorityNetwork({ count: 3 })
    network.road = (request, from) =>
      from === 0 ? { ...request, body: request.body.map((byte, index) => byte ^ index) } : request
    await network.run(EPOCH_MS)
    expect(network.epochsOf(1, 2)).toEqual([SECOND, SECOND])
    expect(network.at(1).liars).toEqual([])
    const [agreement, signature] = network.at(1).service?.commands ?? []
    expect(await agreement?.[1](Uint8Array.of(1), recordOf(0))).toBe('malformed')
    expect(await signature?.[1](Uint8Array.of(1), recordOf(0))).toBe('malformed')
  })
})

describe('an authority whose clock is off', () => {
  it.each([EPOCH_MS, -EPOCH_MS, 3 * EPOCH_MS])(
    'by %i ms does no harm to the others',
    async (off) => {
      await using network = await createAuthorityNetwork({ count: 3, aheadMs: [0, 0, off] })
      await network.run(3 * EPOCH_MS)
      expect(network.epochsOf(0, 1)).toEqual([13, 13])
      expect(network.at(0).skipped).toEqual([])
      expect(network.at(0).liars).toEqual([])
    },
  )

  it.each([300, 750, -300, -750])('by less than a round, %i ms, takes part', async (off) => {
    await using network = await createAuthorityNetwork({ count: 3, aheadMs: [0, 0, off] })
    await network.run(3 * EPOCH_MS)
    expect(network.epochsOf(0, 1, 2)).toEqual([13, 13, 13])
    expect(network.at(0).keeper.document?.content.commitments).toHaveLength(3)
    for (const { skipped, liars } of network.authorities) expect([skipped, liars]).toEqual([[], []])
  })
})

function isOwnVote({ command, body }: PeerRequest, { key }: TestAuthority): boolean {
  const message = command === COMMANDS.agreement ? decodeAgreementMessage(body) : undefined
  if (message?.ok !== true) return false
  const [author, ...others] = message.value.signatures
  return (
    author !== undefined &&
    encodeHex(author.authority) === encodeHex(key.publicKey) &&
    others.length === 0
  )
}
