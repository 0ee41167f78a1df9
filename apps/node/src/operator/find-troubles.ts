/**
 * Says in words what is wrong with a node and what its operator does about it. Each code has a row in
 * docs/operations/operator-api.md; the texts name no one.
 *
 * @module
 */
import type { Reason } from '@sotto/protocol/directory'
import type { TroubleFacts } from './gather-facts.ts'
import type { Trouble } from './operator-views.ts'

/** Authorities take a node that is further off out of service (spec 09 §4). */
const CLOCK_OFFSET_MS_MAX = 30_000
/** Below this SQLite may not be able to commit. */
const FREE_BYTES_MIN = 64 * 1024 * 1024
/** Epochs in which a new node is usually admitted, and in which a new address is known. */
const PATIENCE_EPOCHS = 3
/** Epochs without a new document after which something is wrong. */
const FROZEN_EPOCHS = 5

type Sentence = Omit<Trouble, 'code'>

function createSentence(text: string, advice: string, needsOperator = true): Sentence {
  return { text, advice, needsOperator }
}

const REASON_TROUBLES: Readonly<Record<Reason, Trouble>> = {
  proofMissing: {
    code: 'proof_missing',
    ...createSentence(
      'The authorities have no recent sign of life from this node.',
      'See that it reaches the nodes that are authorities: outgoing TCP to all ports.',
    ),
  },
  unreachable: {
    code: 'unreachable',
    ...createSentence(
      'Other nodes have failed to reach this node for an hour.',
      'Open all three ports from outside; check firewall, router and SOTTO_PUBLIC_HOST.',
    ),
  },
  auditFailed: {
    code: 'audit_failed',
    ...createSentence(
      'The node could not show messages that it must have.',
      'Is the disk full, or the database an old copy? Start with an empty one: the swarm fills it.',
    ),
  },
  clockOff: {
    code: 'clock_out_of_sync',
    ...createSentence('The clock is more than 30 s off, say the authorities.', 'Repair NTP.'),
  },
  softwareOld: {
    code: 'software_old',
    ...createSentence('The network asks for a newer version of the program.', 'Update the node.'),
  },
  addressDisputed: {
    code: 'address_disputed',
    ...createSentence(
      'The node claimed two addresses within a day.',
      'Nothing, if you moved it: the note goes away.',
      false,
    ),
  },
  keyShared: {
    code: 'key_used_twice',
    ...createSentence(
      'Two programs run with the key of this node.',
      'Stop the other one. If it is not yours, the seed was stolen: make a new node.',
    ),
  },
}

function findDirectoryTrouble(facts: TroubleFacts): readonly Trouble[] {
  if (!facts.hasDocument) {
    return [
      {
        code: 'no_directory',
        ...createSentence(
          'The node has no document of the network yet.',
          'If it stays so for a minute: check SOTTO_SEEDS, SOTTO_NETWORK_ID and SOTTO_DIRECTORY_KEYS.',
        ),
      },
    ]
  }
  if (facts.freshness === 'fresh' && facts.documentAge < FROZEN_EPOCHS) return []
  const consequence =
    facts.freshness === 'expired' ? 'It is too old to serve clients by' : 'Messages go on for a day'
  const epochs = Math.floor(facts.documentAge)
  return [
    {
      code: 'directory_frozen',
      ...createSentence(
        `The newest document of the network is ${epochs} epochs old. ${consequence}.`,
        'Check the clock and the way out. If other nodes say the same, the authorities are down.',
      ),
    },
  ]
}

function findStateTrouble(facts: TroubleFacts): readonly Trouble[] {
  const { standing, hasDocument, runs, inState } = facts
  if (!hasDocument) return []
  if (standing.state === 'unlisted') {
    const isLate = runs > PATIENCE_EPOCHS
    const advice = isLate
      ? 'Give its key to the network’s operators: they may admit only keys that they know.'
      : 'Wait three epochs.'
    const text = 'The network does not list this node.'
    return [{ code: 'not_admitted', ...createSentence(text, advice, isLate) }]
  }
  if (standing.state === 'awaiting') {
    const isLate = inState > PATIENCE_EPOCHS
    const advice = isLate
      ? 'Open all three ports from outside, and compare the clock.'
      : 'Wait: others test the node first.'
    return [
      {
        code: 'not_active',
        ...createSentence('The network knows the node and does not use it yet.', advice, isLate),
      },
    ]
  }
  if (standing.state === 'decommissioned') {
    return [
      {
        code: 'decommissioned',
        ...createSentence(
          'The node was taken out of service, and is dropped when its credit is used up.',
          'Repair the reasons below; it comes back by itself.',
        ),
      },
    ]
  }
  if (standing.state !== 'left') return []
  return [
    {
      code: 'left',
      ...createSentence('The network has let this node go.', 'Stop it.', false),
    },
  ]
}

/** Of an even number the upper one; half of all nodes cannot be wrong together by chance. */
function findMedian(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function findMachineTroubles(facts: TroubleFacts): readonly Trouble[] {
  const troubles: Trouble[] = []
  const offsetMs = findMedian(facts.clockOffsetsMs)
  if (Math.abs(offsetMs) > CLOCK_OFFSET_MS_MAX) {
    const seconds = Math.round(Math.abs(offsetMs) / 1000)
    const text = `The clock is ${seconds} s ${offsetMs > 0 ? 'behind' : 'ahead of'} those of other nodes.`
    troubles.push({ code: 'clock_out_of_sync', ...createSentence(text, 'Repair NTP.') })
  }
  if (facts.usedBytes >= facts.limitBytes || facts.freeBytes < FREE_BYTES_MIN) {
    const isLimit = facts.usedBytes >= facts.limitBytes
    const text = isLimit
      ? 'The database has reached SOTTO_DATABASE_MAX_BYTES; further messages are refused.'
      : 'The disk is full or nearly so.'
    const advice = isLimit ? 'Allow it more, or wait: messages end.' : 'Make room on the disk.'
    troubles.push({ code: 'disk_full', ...createSentence(text, advice) })
  }
  if (facts.isFilesFull) {
    troubles.push({
      code: 'files_full',
      ...createSentence(
        'Large files are refused: SOTTO_FILES_QUOTA_BYTES is reached, or the disk is full.',
        'Allow files more, or make room; or wait: files end.',
      ),
    })
  }
  if (facts.isElsewhere && facts.runs > PATIENCE_EPOCHS) {
    troubles.push({
      code: 'address_differs',
      ...createSentence(
        'The network lists another address for this node than it has.',
        'Does a second machine run with its key? Else check SOTTO_PUBLIC_HOST.',
      ),
    })
  }
  if (facts.failing > 0 && facts.reachable === 0) {
    troubles.push({
      code: 'no_peers',
      ...createSentence(
        'The node reaches no other node.',
        'Check the way out: TCP to all ports must be allowed.',
      ),
    })
  }
  return troubles
}

/** Each code once, the gravest first. */
export function findTroubles(facts: TroubleFacts): readonly Trouble[] {
  const all = [
    ...findStateTrouble(facts),
    ...findDirectoryTrouble(facts),
    ...findMachineTroubles(facts),
    ...facts.standing.reasons.map((reason) => REASON_TROUBLES[reason]),
  ]
  if (facts.equivocations > 0) {
    all.push({
      code: 'authority_lied',
      ...createSentence(
        'There is proof that an authority signed two documents of one epoch.',
        'Tell the network’s operators.',
      ),
    })
  }
  const unique = [...new Map(all.toReversed().map((each) => [each.code, each])).values()]
  return unique.toReversed().toSorted((a, b) => Number(b.needsOperator) - Number(a.needsOperator))
}
