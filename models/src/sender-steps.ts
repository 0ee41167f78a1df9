/**
 * What the person does who writes to the account, and what swarm nodes answer (spec 12 §4). How a fetch is remembered and what follows
 * from it is not modelled but the code itself: `recordPeerFetch` and `planSending`.
 *
 * @module
 */
import {
  expandAccountSeed,
  type FetchOutcome,
  type PeerKeys,
  planSending,
  type PublicKeys,
  publicKeysOf,
  recordPeerFetch,
} from '@sotto/protocol/session-v2'
import { countDeed, mayDo } from './device-steps.ts'
import type { Step } from './explore.ts'
import {
  type Form,
  type Outbox,
  type SenderMemory,
  type Setting,
  TICK_HOURS,
  type World,
} from './world.ts'

const TICK_MS = TICK_HOURS * 3_600_000
/** A time at which nothing is before the beginning. */
const START_MS = 1_800_000_000_000
/** Devices act when a tick begins, and who writes to them in the middle of it. */
const SENDER_AT = 0.5
const NODES = ['node 1', 'node 2'] as const

const real = new Map<string, PublicKeys>()

/** The code wants true keys; which they are changes nothing. */
function realKeys(key: string): PublicKeys {
  const known = real.get(key)
  if (known !== undefined) return known
  const seed = new Uint8Array(32)
  new DataView(seed.buffer).setUint32(0, real.size + 1)
  const keys = publicKeysOf(expandAccountSeed(seed))
  real.set(key, keys)
  return keys
}

function nameOf(keys: PublicKeys): string {
  for (const [key, other] of real) if (other.kem === keys.kem) return key
  throw new Error('a key of the model')
}

function toMs(ticks: number): number {
  return START_MS + ticks * TICK_MS
}

function toTicks(ms: number): number {
  return (ms - START_MS) / TICK_MS
}

function toPeerKeys({ key, fetchedAt = 0, issuedAt, empty }: SenderMemory): PeerKeys {
  const published = key !== undefined && {
    published: {
      keys: realKeys(key),
      fetchedAtMs: toMs(fetchedAt),
      ...(issuedAt !== undefined && { issuedAtSeconds: toMs(issuedAt) / 1000 }),
    },
  }
  const answers = empty && {
    empty: { firstAtMs: toMs(empty.firstAt), lastAtMs: toMs(empty.lastAt), nodes: empty.nodes },
  }
  return { ...published, ...answers }
}

function toMemory({ published, empty }: PeerKeys, before: SenderMemory): SenderMemory {
  const key = published && nameOf(published.keys)
  const believed = [...new Set([...before.believed, ...(key === undefined ? [] : [key])])]
  return {
    believed: believed.toSorted(),
    ...(published && {
      key: nameOf(published.keys),
      fetchedAt: toTicks(published.fetchedAtMs),
      ...(published.issuedAtSeconds !== undefined && {
        issuedAt: toTicks(published.issuedAtSeconds * 1000),
      }),
    }),
    ...(empty && {
      empty: {
        firstAt: toTicks(empty.firstAtMs),
        lastAt: toTicks(empty.lastAtMs),
        nodes: empty.nodes,
      },
    }),
  }
}

/** `undefined` is "nothing", and `silent` no answer. */
type Answer = Outbox | undefined | 'silent'

/** An honest node shows what is current; one of the attacker's anything that was ever signed, nothing, or is silent. */
function answersOf(world: World, isHostile: boolean): readonly Answer[] {
  const current = world.outboxes.at(-1)
  return isHostile ? [...new Set([...world.outboxes, undefined, 'silent' as const])] : [current]
}

function toOutcome(answer: Answer, node: string): FetchOutcome {
  if (answer === 'silent') return { kind: 'failed' }
  if (answer === undefined) return { kind: 'empty', node }
  const { key, issuedAt } = answer
  const issuedAtSeconds = issuedAt === undefined ? undefined : toMs(issuedAt) / 1000
  const keys = { ...realKeys(key), ...(issuedAtSeconds !== undefined && { issuedAtSeconds }) }
  return { kind: 'found', node, keys }
}

/** As the client does: keys after other answers, the newest last. Without times, either may be. */
function ordersOf(outcomes: readonly FetchOutcome[]): readonly (readonly FetchOutcome[])[] {
  const found = outcomes.filter((outcome) => outcome.kind === 'found')
  const others = outcomes.filter(({ kind }) => kind !== 'found')
  const issued = found.map(({ keys }) => keys.issuedAtSeconds ?? 0)
  const [first, second] = found
  if (first === undefined || second === undefined || issued[0] !== issued[1])
    return [
      [
        ...others,
        ...found.toSorted((a, b) => (a.keys.issuedAtSeconds ?? 0) - (b.keys.issuedAtSeconds ?? 0)),
      ],
    ]
  return [
    [...others, first, second],
    [...others, second, first],
  ]
}

export function* fetchSteps(world: World, setting: Setting): Generator<Step<World>> {
  if (!mayDo(world, setting, 'fetch')) return
  const { nodes } = setting.attacker
  for (const one of answersOf(world, nodes > 0))
    for (const two of setting.rules.asksTwo ? answersOf(world, nodes > 1) : ['silent' as const]) {
      const outcomes = [toOutcome(one, NODES[0]), toOutcome(two, NODES[1])]
      for (const order of ordersOf(outcomes)) {
        const before = toPeerKeys(world.sender)
        const after = order.reduce(
          (peer, outcome) => recordPeerFetch(peer, outcome, toMs(world.now + SENDER_AT)),
          before,
        )
        const sender = toMemory(after, world.sender)
        const label = `the sender asks, and is shown ${describe(one)} and ${describe(two)}`
        yield { label, next: { ...countDeed(world, 'fetch'), sender } }
      }
    }
}

function describe(answer: Answer): string {
  if (answer === 'silent') return 'silence'
  return answer === undefined ? 'nothing' : answer.key
}

/** What spec 12 §4 leaves to the sender, and what those do who leave out one of its rules. */
function chooseForm({ sender, now }: World, { rules }: Setting): Form | undefined {
  const plan = planSending(toPeerKeys(sender), {
    nowMs: toMs(now + SENDER_AT),
    allowsFirstVersion: true,
  })
  if (plan.kind !== 'fetch-first') return plan.kind
  const isEmpty = sender.empty !== undefined && sender.empty.lastAt === now + SENDER_AT
  if (!rules.pins && isEmpty) return 'first-version'
  return rules.waitsForAnswers ? undefined : 'first-version'
}

export function* sendSteps(world: World, setting: Setting): Generator<Step<World>> {
  const form = chooseForm(world, setting)
  if (form === undefined || !mayDo(world, setting, 'send')) return
  const { key } = world.sender
  const sealedTo = form === 'forward-secret' && key !== undefined ? { key } : {}
  const message = { form, at: world.now, ...sealedTo }
  const next = { ...countDeed(world, 'send'), messages: [...world.messages, message] }
  yield { label: `the sender writes in the form ${form}`, next }
}
