/**
 * The vector files of spec 08: votes, messages of the agreement, decisions about nodes, and the arithmetic of credit.
 *
 * @module
 */
import { err } from '@sotto/crypto/result'
import { type Ed25519PublicKey, toEd25519PublicKey, verify } from '@sotto/crypto/signing'
import { toX25519PublicKey } from '@sotto/crypto/agreement'
import { drainCredit, earnCredit, restoreCredit } from '../src/authority/credit.ts'
import {
  type Vote,
  decideEpoch,
  decodeAgreementMessage,
  decodeVote,
  decodeVoteEquivocation,
  encodeVoteStatement,
  hashVote,
  verifyVoteEquivocation,
} from '../src/authority/index.ts'
import type { EpochContent, EpochNode, NodeState } from '../src/directory/epoch-content.ts'
import type { NodeDescriptor, SoftwareVersion } from '../src/directory/node-descriptor.ts'
import { ProtocolError } from '../src/errors.ts'
import { INVALID_SWARM_ID } from '../src/swarm/index.ts'
import {
  type VectorEvaluator,
  type Verdict,
  bytesOf,
  defineEvaluator,
  hexOf,
  verdictOf,
} from './vector-evaluator.ts'

function keyOf(hex: string): Ed25519PublicKey {
  const key = toEd25519PublicKey(bytesOf(hex))
  if (key === undefined) throw new TypeError('a vector holds a key that is none')
  return key
}

/** The files hold no descriptor that is well-formed: what one is, is another document's matter. */
function evaluateVote(input: { readonly vote: string }): Verdict {
  const bytes = bytesOf(input.vote)
  const decoded = decodeVote(bytes, () => err(new ProtocolError('directory_node', 'in a vector')))
  return verdictOf(decoded, (vote) => {
    const { network, epoch, authority, softwareMin } = vote
    const hash = hashVote(bytes)
    return {
      network: hexOf(network),
      epoch,
      previous: hexOf(vote.previous),
      authority: hexOf(authority),
      reveal: hexOf(vote.reveal),
      commitment: hexOf(vote.commitment),
      softwareMin,
      descriptors: vote.descriptors.length,
      verdicts: vote.verdicts.map(({ node, reasons }) => ({ node: hexOf(node), reasons })),
      readiness: vote.readiness.map(hexOf),
      hash: hexOf(hash),
      statement: hexOf(encodeVoteStatement({ network, epoch, author: authority, hash })),
    }
  })
}

interface MessageInput {
  readonly network: string
  readonly epoch: number
  readonly message: string
}

function evaluateMessage({ network, epoch, message }: MessageInput): Verdict {
  return verdictOf(decodeAgreementMessage(bytesOf(message)), ({ voteBytes, signatures }) => {
    const author = signatures[0]?.authority ?? keyOf('')
    const place = { network: bytesOf(network), epoch, author, hash: hashVote(voteBytes) }
    const statement = encodeVoteStatement(place)
    return {
      vote: hexOf(voteBytes),
      signatures: signatures.map(({ authority, signature }) => ({
        authority: hexOf(authority),
        isGenuine: verify({ publicKey: authority, message: statement, signature }),
      })),
    }
  })
}

interface NodeInput {
  readonly ed25519: string
  readonly state: NodeState
  readonly since: number
  readonly credit: number
}

interface DescriptorInput {
  readonly ed25519: string
  readonly issuedAt: number
  readonly isLeaving: boolean
}

interface VoteInput {
  readonly authority: string
  readonly previous: string
  readonly epoch: number
  readonly reveal: string
  readonly commitment: string
  readonly softwareMin: SoftwareVersion
  readonly descriptors: readonly DescriptorInput[]
  readonly verdicts: readonly { readonly node: string; readonly reasons: number }[]
  readonly readiness: readonly string[]
}

interface DecisionInput {
  readonly network: string
  readonly authorities: readonly string[]
  readonly threshold: number
  readonly previous: {
    readonly hash: string
    readonly epoch: number
    readonly startsAt: number
    readonly epochMs: number
    readonly beacon: string
    readonly commitments: readonly { readonly authority: string; readonly commitment: string }[]
    readonly nodes: readonly NodeInput[]
  }
  readonly epoch: number
  readonly votes: readonly VoteInput[]
}

/** What the files leave out of a node: keys and an address that no other one has, and a descriptor of time 1. */
function createRecord(ed25519: string): Omit<NodeDescriptor, 'issuedAt' | 'isLeaving'> {
  const key = keyOf(ed25519)
  const x25519 = toX25519PublicKey(bytesOf(ed25519))
  if (x25519 === undefined) throw new TypeError('a vector holds a key that is none')
  return {
    ed25519: key,
    x25519,
    legacy: key,
    hybrid: new Uint8Array(0),
    host: `10.${key[0]}.${key[1]}.1`,
    ports: { https: 1, web: 2, peer: 3 },
    roles: ['storage'],
    software: [1, 0, 0],
    contact: '',
    name: '',
  }
}

function createNode({ ed25519, state, since, credit }: NodeInput): EpochNode {
  const { hybrid: _, contact: __, name: ___, ...record } = createRecord(ed25519)
  const isMember = state === 'active' || state === 'leaving'
  return {
    ...record,
    hybridHash: new Uint8Array(32),
    swarm: isMember ? 0n : INVALID_SWARM_ID,
    describedAt: 1,
    state,
    since,
    credit,
    reasonsSeen: 0,
    reasonsAgreed: 0,
  }
}

function createContent({ network, previous }: DecisionInput): EpochContent {
  return {
    network: bytesOf(network),
    epoch: previous.epoch,
    startsAt: previous.startsAt,
    epochMs: previous.epochMs,
    beacon: bytesOf(previous.beacon),
    previous: new Uint8Array(32),
    softwareMin: [0, 0, 0],
    commitments: previous.commitments.map(({ authority, commitment }) => ({
      authority: keyOf(authority),
      commitment: bytesOf(commitment),
    })),
    nodes: previous.nodes.map(createNode),
  }
}

function createVote(network: string, vote: VoteInput): Vote {
  return {
    network: bytesOf(network),
    epoch: vote.epoch,
    previous: bytesOf(vote.previous),
    authority: keyOf(vote.authority),
    reveal: bytesOf(vote.reveal),
    commitment: bytesOf(vote.commitment),
    softwareMin: vote.softwareMin,
    descriptors: vote.descriptors.map(({ ed25519, issuedAt, isLeaving }) => ({
      descriptor: Object.assign(createRecord(ed25519), { issuedAt, isLeaving }),
      bytes: Uint8Array.of(issuedAt),
      hash: Uint8Array.of(issuedAt),
    })),
    verdicts: vote.verdicts.map(({ node, reasons }) => ({ node: keyOf(node), reasons })),
    readiness: vote.readiness.map(keyOf),
  }
}

function evaluateDecision(input: DecisionInput): Verdict {
  const content = decideEpoch({
    previous: createContent(input),
    previousHash: bytesOf(input.previous.hash),
    epoch: input.epoch,
    votes: input.votes.map((vote) => createVote(input.network, vote)),
    authorities: { keys: input.authorities.map(keyOf), threshold: input.threshold },
    // Swarms are not shown: how nodes are divided is another document's matter.
    assign: (_, active) => new Map(active.map((name) => [name, 0n])),
  })
  if (content === undefined) return { reject: 'no_decision' }
  const { startsAt, beacon, softwareMin, commitments, nodes } = content
  return {
    expect: {
      startsAt,
      beacon: hexOf(beacon),
      softwareMin,
      commitments: commitments.map(({ authority }) => hexOf(authority)),
      nodes: nodes.map(({ ed25519, state, since, credit, reasonsSeen, reasonsAgreed }) => ({
        ed25519: hexOf(ed25519),
        state,
        since,
        credit,
        reasonsSeen,
        reasonsAgreed,
      })),
    },
  }
}

type CreditInput =
  | { readonly change: 'earn' | 'drain'; readonly credit: number; readonly epochs: number }
  | { readonly change: 'return'; readonly credit: number; readonly downEpochs: number }

/** On a return, `credit` is what the node had when it was decommissioned. */
function evaluateCredit(input: CreditInput): Verdict {
  const { credit } = input
  if (input.change === 'return') {
    const { downEpochs } = input
    return { expect: restoreCredit({ credit, drainedEpochs: 0, downEpochs }) }
  }
  const change = input.change === 'earn' ? earnCredit : drainCredit
  return { expect: change(credit, input.epochs) }
}

function evaluateTwoVotes(input: { readonly proof: string }): Verdict {
  const decoded = decodeVoteEquivocation(bytesOf(input.proof))
  if (!decoded.ok) return { reject: decoded.error.code }
  const { network, epoch, author, first, second } = decoded.value
  return verdictOf(verifyVoteEquivocation(decoded.value), () => ({
    network: hexOf(network),
    epoch,
    author: hexOf(author),
    hashes: [first, second].map(({ hash }) => hexOf(hash)),
  }))
}

export const AUTHORITY_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('08-authority/vote.json', evaluateVote),
  defineEvaluator('08-authority/agreement-message.json', evaluateMessage),
  defineEvaluator('08-authority/decide.json', evaluateDecision),
  defineEvaluator('08-authority/credit.json', evaluateCredit),
  defineEvaluator('08-authority/two-votes.json', evaluateTwoVotes),
]
