/** Agreement step by step, with real signatures: what is taken, what is passed on, and what comes out. */
import { sign, verify } from '@sotto/crypto/signing'
import { describe, expect, it } from 'vitest'
import {
  EPOCH,
  NETWORK,
  createAuthorityKeys,
  createHash32,
  createVote,
  decodeTestDescriptor,
} from '../../test/authority-fixtures.ts'
import { createSigningKeys } from '../../test/node-fixtures.ts'
import { isSame } from './compare-keys.ts'
import {
  type Agreement,
  type AgreementMessage,
  type AgreementOptions,
  type Vote,
  createAgreement,
  createAuthoritySigner,
  decodeVote,
  encodeVote,
  encodeVoteStatement,
  findFaultsMax,
  hashVote,
  isEquivocation,
} from './index.ts'

const PAIRS = createAuthorityKeys(5)
const KEYS = PAIRS.map(({ publicKey }) => publicKey)
const STRANGER = createSigningKeys('stranger')
/** In the order of their keys. `A` is the one that is looked at. */
const A = 0
const B = 1
const C = 2
const D = 3

function pairOf(index: number): (typeof PAIRS)[number] {
  const pair = PAIRS[index]
  if (pair === undefined) throw new Error('no such authority')
  return pair
}

function create(changes: Partial<AgreementOptions> = {}): Agreement {
  return createAgreement({
    self: createAuthoritySigner(pairOf(A)),
    authorities: KEYS,
    network: NETWORK,
    epoch: EPOCH,
    faultsMax: 2,
    decode: (bytes) => {
      const decoded = decodeVote(bytes, decodeTestDescriptor)
      return decoded.ok ? decoded.value : undefined
    },
    ...changes,
  })
}

function voteOf(index: number, changes: Partial<Vote> = {}): Uint8Array {
  return encodeVote(createVote(pairOf(index).publicKey, changes))
}

function indexOf(key: Uint8Array): number {
  return KEYS.findIndex((other) => isSame(other, key))
}

interface SigningPlace {
  readonly network?: Uint8Array
  readonly epoch?: number
}

/** Signed by the given authorities, the author first, whatever the bytes are. */
function signAs(
  signers: readonly number[],
  voteBytes: Uint8Array,
  { network = NETWORK, epoch = EPOCH }: SigningPlace = {},
): AgreementMessage {
  const author = pairOf(signers[0] ?? -1).publicKey
  const statement = encodeVoteStatement({ network, epoch, author, hash: hashVote(voteBytes) })
  const signatures = signers.map((signer) => ({
    authority: pairOf(signer).publicKey,
    signature: sign(pairOf(signer), statement),
  }))
  return { voteBytes, signatures }
}

function authorsOf(agreement: Agreement): readonly number[] {
  return agreement.conclude().votes.map(({ authority }) => indexOf(authority))
}

/** What `A` counts after one message in one round. */
function countAfter(message: AgreementMessage, round: number): number {
  const agreement = create()
  agreement.receive(message, round)
  return agreement.conclude().votes.length
}

describe('an authority', () => {
  it('sends its vote with its signature, and counts it', () => {
    const agreement = create()
    const [message, ...others] = agreement.propose(voteOf(A))
    expect(others).toEqual([])
    expect(message).toEqual(signAs([A], voteOf(A)))
    expect(agreement.conclude().votes).toEqual([createVote(pairOf(A).publicKey)])
  })

  it('cannot be made to sign a second vote', () => {
    const agreement = create()
    agreement.propose(voteOf(A))
    expect(() => agreement.propose(voteOf(A))).toThrow(/already/)
    expect(() => agreement.propose(voteOf(A, { reveal: createHash32('b') }))).toThrow(/already/)
  })

  it('passes a vote on to all with its own signature in its place, once', () => {
    const agreement = create()
    const message = signAs([B], voteOf(B))
    expect(agreement.receive(message, 1)).toEqual([signAs([B, A], voteOf(B))])
    expect(agreement.receive(message, 1)).toEqual([])
    expect(agreement.receive(signAs([B, C], voteOf(B)), 2)).toEqual([])
    expect(agreement.receive(signAs([D, C, B], voteOf(D)), 2)).toEqual([])
    expect(agreement.receive(signAs([D, B, C], voteOf(D)), 2)).toEqual([
      signAs([D, A, B, C], voteOf(D)),
    ])
  })

  it('passes on what comes early, with more signatures than the round asks for', () => {
    expect(create().receive(signAs([B, C], voteOf(B)), 1)).toHaveLength(1)
  })

  it('passes nothing on in the last round, when nobody would take it', () => {
    const agreement = create()
    expect(agreement.receive(signAs([B, C, D], voteOf(B)), 3)).toEqual([])
    expect(authorsOf(agreement)).toEqual([B])
  })

  it('shows a second vote of one author to all, and no third', () => {
    const agreement = create()
    const votes = ['x', 'y', 'z'].map((name) => voteOf(B, { reveal: createHash32(name) }))
    const passed = votes.map((bytes) => agreement.receive(signAs([B], bytes), 1).length)
    expect(passed).toEqual([1, 1, 0])
  })

  it('does not pass on what has its signature already, from before a restart', () => {
    const agreement = create()
    expect(agreement.receive(signAs([B, A], voteOf(B)), 2)).toEqual([])
    expect(authorsOf(agreement)).toEqual([B])
  })
})

describe('a message', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 3],
  ])('is taken in round %i with %i signatures and not with one fewer', (round, count) => {
    const signers = [B, C, D].slice(0, count)
    expect(countAfter(signAs(signers, voteOf(B)), round)).toBe(1)
    if (count > 1) expect(countAfter(signAs(signers.slice(1), voteOf(C)), round)).toBe(0)
  })

  it.each([0, 4, -1, 1.5, Number.NaN])('is not taken in round %d, which there is not', (round) => {
    expect(countAfter(signAs([B, C, D], voteOf(B)), round)).toBe(0)
  })

  it('is not taken when the agreement is over', () => {
    const agreement = create()
    expect(agreement.conclude().votes).toEqual([])
    expect(agreement.receive(signAs([B], voteOf(B)), 1)).toEqual([])
    expect(agreement.conclude().votes).toEqual([])
  })

  it('is not taken without a signature, or with one of a stranger', () => {
    const voteBytes = voteOf(B)
    const message = signAs([B], voteBytes)
    const [first] = message.signatures
    if (first === undefined) throw new Error('no signature')
    const foreign = { authority: STRANGER.publicKey, signature: first.signature }
    expect(countAfter({ voteBytes, signatures: [] }, 1)).toBe(0)
    expect(countAfter({ voteBytes, signatures: [foreign] }, 1)).toBe(0)
    expect(countAfter({ voteBytes, signatures: [first, foreign] }, 1)).toBe(0)
  })

  it('is not taken with one false signature among genuine ones', () => {
    const { voteBytes, signatures } = signAs([B, C, D], voteOf(B))
    const forged = signatures.map(({ authority, signature }, index) => ({
      authority,
      signature: index === 2 ? Uint8Array.from(signature).fill(1, 0, 1) : signature,
    }))
    expect(countAfter({ voteBytes, signatures: forged }, 1)).toBe(0)
  })

  it('is not taken with one authority counted twice', () => {
    const { voteBytes, signatures } = signAs([B, C], voteOf(B))
    const [author, other] = signatures
    if (author === undefined || other === undefined) throw new Error('no signatures')
    expect(countAfter({ voteBytes, signatures: [author, other, other] }, 3)).toBe(0)
    expect(countAfter({ voteBytes, signatures: [author, author, other] }, 3)).toBe(0)
  })

  it('is not taken for another epoch or another network than it was signed for', () => {
    const bytes = voteOf(B)
    expect(countAfter(signAs([B], bytes, { epoch: EPOCH + 1 }), 1)).toBe(0)
    expect(countAfter(signAs([B], bytes, { network: new Uint8Array(16) }), 1)).toBe(0)
  })

  it('is not taken with signatures that others gave to the same bytes of another author', () => {
    // B sends A's very bytes as its own. Had C and D signed for both, B could show this to one alone, at the end.
    const bytes = voteOf(D)
    const [own] = signAs([B], bytes).signatures
    const [, ...lent] = signAs([D, A, C], bytes).signatures
    if (own === undefined) throw new Error('no signature')
    expect(countAfter({ voteBytes: bytes, signatures: [own, ...lent] }, 3)).toBe(0)
  })
})

describe('the outcome', () => {
  it('has the votes in the order of their authors', () => {
    const agreement = create()
    for (const author of [D, B, C]) agreement.receive(signAs([author], voteOf(author)), 1)
    agreement.propose(voteOf(A))
    expect(authorsOf(agreement)).toEqual([A, B, C, D])
  })

  it('counts no vote of an author of two, and proves why to anybody', () => {
    const agreement = create()
    const other = voteOf(B, { reveal: createHash32('other') })
    agreement.receive(signAs([B], voteOf(B)), 1)
    agreement.receive(signAs([B], other), 1)
    const { votes, equivocations } = agreement.conclude()
    const [evidence] = equivocations
    if (evidence === undefined) throw new Error('no evidence')
    expect(votes).toEqual([])
    expect(equivocations.map(({ author }) => indexOf(author))).toEqual([B])
    const check = { network: NETWORK, epoch: EPOCH, verify }
    expect(isEquivocation(evidence, check)).toBe(true)
    expect(isEquivocation({ ...evidence, author: pairOf(C).publicKey }, check)).toBe(false)
    expect(isEquivocation({ ...evidence, second: evidence.first }, check)).toBe(false)
    expect(isEquivocation(evidence, { ...check, epoch: EPOCH + 1 })).toBe(false)
    expect(isEquivocation(evidence, { ...check, network: new Uint8Array(16) })).toBe(false)
    const unsigned = { bytes: voteOf(C), signature: evidence.second.signature }
    expect(isEquivocation({ ...evidence, second: unsigned }, check)).toBe(false)
  })

  it('shows the same pair whichever of the two votes came first', () => {
    const messages = [voteOf(B), voteOf(B, { epoch: 7 })].map((bytes) => signAs([B], bytes))
    const outcomes = [messages, messages.toReversed()].map((order) => {
      const agreement = create()
      for (const message of order) agreement.receive(message, 1)
      return agreement.conclude()
    })
    expect(outcomes[0]).toEqual(outcomes[1])
  })

  it.each<[string, Uint8Array]>([
    ['no vote at all', Uint8Array.of(1, 2, 3)],
    ['a vote for another epoch', voteOf(B, { epoch: EPOCH + 1 })],
    ['a vote of another network', voteOf(B, { network: new Uint8Array(16) })],
    ['a vote in the name of another authority', voteOf(C)],
  ])('counts nothing for an author of %s, and passes it on nevertheless', (_, bytes) => {
    const agreement = create()
    expect(agreement.receive(signAs([B], bytes), 1)).toHaveLength(1)
    const { votes, malformed } = agreement.conclude()
    expect(votes).toEqual([])
    expect(malformed.map((key) => indexOf(key))).toEqual([B])
  })
})

describe('createAgreement', () => {
  it.each([
    [1, 0],
    [2, 0],
    [3, 1],
    [4, 1],
    [5, 2],
    [7, 3],
    [9, 4],
  ])('among %i authorities allows %i to lie', (count, faults) => {
    expect(findFaultsMax(count)).toBe(faults)
  })

  it('has one round more than liars', () => {
    expect(create().rounds).toBe(3)
    expect(create({ faultsMax: 0 }).rounds).toBe(1)
    expect(create({ faultsMax: 4 }).rounds).toBe(5)
  })

  it.each<[string, Partial<AgreementOptions>]>([
    ['more liars than others', { faultsMax: 5 }],
    ['fewer liars than none', { faultsMax: -1 }],
    ['half a liar', { faultsMax: 0.5 }],
    ['oneself missing', { self: createAuthoritySigner(STRANGER) }],
    ['an authority twice', { authorities: [...KEYS, pairOf(A).publicKey] }],
    ['ten authorities', { authorities: createAuthorityKeys(10).map(({ publicKey }) => publicKey) }],
  ])('throws for %s, because it is a mistake of ours', (_, changes) => {
    expect(() => create(changes)).toThrow(RangeError)
  })
})
