/**
 * The vector files of spec 02: accounts on the ring, their swarm, namespaces, subaccount tokens, swarm answers,
 * and the assignment of nodes.
 *
 * @module
 */
import { parseSwarmMembers } from '../src/directory/index.ts'
import {
  assignSwarms,
  computeSwarmSpace,
  decodeSubaccountToken,
  encodeSwarmId,
  findSwarm,
  isNamespace,
  isPublicInbox,
  isPublicOutbox,
  isUnauthenticatedRetrieve,
  isUnrevocableRetrieve,
  parseAccountBytes,
  parseSwarmId,
} from '../src/swarm/index.ts'
import { SeededDraw } from '../src/swarm/seeded-draw.ts'
import { idsOf, membersOf } from './swarm-fixtures.ts'
import {
  type VectorEvaluator,
  type Verdict,
  bytesOf,
  defineEvaluator,
  hexOf,
  verdictOf,
  verdictOfParsed,
} from './vector-evaluator.ts'

function evaluateSpace(input: { readonly account: string }): Verdict {
  return verdictOfParsed(parseAccountBytes(input.account), 'not_an_account', (account) => ({
    space: computeSwarmSpace(account).toString(),
  }))
}

interface MappingInput {
  /** Decimal, in any order. */
  readonly swarms: readonly string[]
  readonly space: string
}

function evaluateMapping(input: MappingInput): Verdict {
  const ids = input.swarms.map(BigInt).toSorted((a, b) => (a < b ? -1 : Number(a > b)))
  return verdictOfParsed(findSwarm(ids, BigInt(input.space)), 'no_swarm', (id) => ({
    swarm: id.toString(),
  }))
}

function evaluateSwarmId(input: { readonly text: string }): Verdict {
  return verdictOfParsed(parseSwarmId(input.text), 'not_a_swarm_id', (id) => ({
    decimal: id.toString(),
    text: encodeSwarmId(id),
  }))
}

function evaluateNamespace({ namespace }: { readonly namespace: number }): Verdict {
  if (!isNamespace(namespace)) return { reject: 'not_a_namespace' }
  return {
    expect: {
      publicInbox: isPublicInbox(namespace),
      publicOutbox: isPublicOutbox(namespace),
      unauthenticatedRetrieve: isUnauthenticatedRetrieve(namespace),
      unrevocableRetrieve: isUnrevocableRetrieve(namespace),
    },
  }
}

function evaluateToken(input: { readonly token: string }): Verdict {
  return verdictOfParsed(decodeSubaccountToken(bytesOf(input.token)), 'not_a_token', (token) => ({
    prefix: token.prefix,
    flags: token.flags,
    publicKey: hexOf(token.publicKey),
  }))
}

function evaluateMembers(input: { readonly answer: unknown }): Verdict {
  return verdictOf(parseSwarmMembers(input.answer), ({ id, members }) => ({
    id: id.toString(),
    members: members.map(({ ed25519, x25519, host, httpsPort }) => ({
      ed25519: hexOf(ed25519),
      x25519: hexOf(x25519),
      host,
      httpsPort,
    })),
  }))
}

interface SwarmInput {
  /** Decimal. */
  readonly swarm: string
  readonly nodes: readonly string[]
}

interface AssignInput {
  readonly previous: readonly SwarmInput[]
  readonly active: readonly string[]
  readonly seed: string
}

function evaluateAssign({ previous, active, seed }: AssignInput): Verdict {
  const before = new Map(
    previous.flatMap(({ swarm, nodes }) => nodes.map((node) => [node, BigInt(swarm)] as const)),
  )
  const assignment = assignSwarms(before, active, bytesOf(seed))
  const expect = idsOf(assignment).map((id) => ({
    swarm: id.toString(),
    nodes: membersOf(assignment, id),
  }))
  return { expect }
}

interface DrawInput {
  readonly seed: string
  readonly below: readonly number[]
}

function evaluateDraw({ seed, below }: DrawInput): Verdict {
  const draw = new SeededDraw(bytesOf(seed))
  return { expect: below.map((count) => draw.below(count)) }
}

export const SWARM_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('02-swarm/space.json', evaluateSpace),
  defineEvaluator('02-swarm/mapping.json', evaluateMapping),
  defineEvaluator('02-swarm/swarm-id.json', evaluateSwarmId),
  defineEvaluator('02-swarm/namespace.json', evaluateNamespace),
  defineEvaluator('02-swarm/subaccount-token.json', evaluateToken),
  defineEvaluator('02-swarm/swarm-members.json', evaluateMembers),
  defineEvaluator('02-swarm/seeded-draw.json', evaluateDraw),
  defineEvaluator('02-swarm/assign.json', evaluateAssign),
]
