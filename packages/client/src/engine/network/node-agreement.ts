/**
 * A new node list from the network itself: three random nodes are asked, and only what all three say counts. A node
 * that wants to lead a client into a network of its own would have to be all three.
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'
import { type Result, err, ok } from '@sotto/crypto/result'
import type { Clock } from '@sotto/protocol/clock'
import { ClientError } from '../../errors.ts'
import { shuffle } from '../random-choice.ts'
import { wait } from '../wait.ts'
import { type NetworkNode, formatAddress } from './network-node.ts'

/** ADR 0006. */
const ASKED_NODES = 3
/** ADR 0006. */
const COMMON_NODES_MIN = 24
/** ADR 0006. In a network of fewer nodes this part of it has to agree. */
const COMMON_SHARE = 2 / 3
/** ADR 0006. */
const ATTEMPTS = 4
/** ADR 0006. */
const PAUSE_MS = 1000

/** Asks one node for its list, through an onion. */
export type AskNode = (node: NetworkNode) => Promise<readonly NetworkNode[] | undefined>

export interface AgreementParts {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly known: readonly NetworkNode[]
  /** How many nodes the network had when it was last known whole. */
  readonly networkSize: number
  readonly ask: AskNode
}

/** How many nodes three lists must have in common. */
export function computeAgreement(networkSize: number): number {
  return Math.min(COMMON_NODES_MIN, Math.ceil(networkSize * COMMON_SHARE))
}

export async function agreeOnNodes(
  parts: AgreementParts,
): Promise<Result<readonly NetworkNode[], ClientError>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await wait(parts.clock, PAUSE_MS)
    const asked = shuffle(parts.known, parts.randomness).slice(0, ASKED_NODES)
    const lists = await Promise.all(asked.map(parts.ask))
    const answered = lists.filter((list) => list !== undefined)
    if (answered.length < ASKED_NODES) continue
    const common = intersect(answered)
    if (common.length >= computeAgreement(parts.networkSize)) return ok(common)
  }
  return err(new ClientError('no_nodes', 'no agreement'))
}

function intersect(lists: readonly (readonly NetworkNode[])[]): readonly NetworkNode[] {
  const [first = [], ...others] = lists
  const sets = others.map((list) => new Set(list.map(formatIdentity)))
  return first.filter((node) => sets.every((set) => set.has(formatIdentity(node))))
}

/** The key too: an address with another key is another node. */
function formatIdentity(node: NetworkNode): string {
  return `${node.id} ${formatAddress(node)}`
}
