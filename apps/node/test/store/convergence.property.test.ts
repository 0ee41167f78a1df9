/** Members of a swarm end with the same messages, whatever each of them heard, and when (spec 10 §8). */
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { deriveMessageHash } from '@sotto/crypto/hash'
import {
  describeEffect,
  deriveChangeHash,
  encodeChange,
  findFate,
} from '@sotto/protocol/replication'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALICE, NOW_MS } from './store-fixture.ts'
import {
  type DatedRequest,
  type SwarmEvent,
  type SwarmMeeting,
  SwarmModel,
  type SwarmRequest,
} from './swarm-model.ts'

const RUNS = 500
/** Of swarms in worse order. */
const SKEWED_RUNS = 250
const TIMEOUT_MS = 600_000
const MEMBERS = 3
const SECOND_MS = 1000
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const LAST_MS = NOW_MS + 5 * MINUTE_MS
/** After everything that was sent has arrived, and away from every end that was asked for. */
const AFTER_MS = NOW_MS + 8 * MINUTE_MS
const NAMESPACES = [0, 2]
const TEXTS = ['a', 'b', 'c']

const account = ALICE
const hashes = NAMESPACES.flatMap((namespace) =>
  TEXTS.map((text) => deriveMessageHash({ account, namespace, data: encodeUtf8(text) })),
)

/** Often so close together that forwards overtake each other. */
const arbitraryTime = fc.oneof(
  fc.integer({ min: NOW_MS, max: LAST_MS }),
  fc.integer({ min: NOW_MS, max: NOW_MS + 10 * SECOND_MS }),
)
const arbitraryEnd = fc.oneof(
  arbitraryTime,
  fc.constantFrom(NOW_MS + DAY_MS, NOW_MS + 2 * DAY_MS, NOW_MS + 40 * DAY_MS),
)
const arbitraryNamed = fc.subarray(hashes, { minLength: 1, maxLength: 3 })
const arbitrarySelection = fc.constantFrom<number | 'all'>(...NAMESPACES, 'all')

interface Moment {
  readonly trueMs: number
  /** Of a client's clock. */
  readonly clientMs: number
}

type Draft = (moment: Moment) => SwarmRequest

const arbitraryStore: fc.Arbitrary<Draft> = fc
  .record({
    text: fc.constantFrom(...TEXTS),
    namespace: fc.constantFrom(...NAMESPACES),
    end: arbitraryEnd,
  })
  .map(({ text, namespace, end }) => ({ clientMs }): SwarmRequest => ({
    method: 'store',
    params: {
      account,
      namespace,
      data: encodeUtf8(text),
      timestampMs: clientMs,
      sigTimestampMs: clientMs,
      expiryMs: end,
    },
  }))

const arbitraryChange: fc.Arbitrary<Draft> = fc.oneof(
  arbitraryNamed.map((messages) => (): SwarmRequest => ({
    method: 'delete',
    params: { account, messages },
  })),
  arbitrarySelection.map((namespace) => ({ clientMs }: Moment): SwarmRequest => ({
    method: 'delete_all',
    params: { account, namespace, timestampMs: clientMs },
  })),
  fc
    .tuple(arbitrarySelection, fc.integer({ min: 0, max: MINUTE_MS }))
    .map(([namespace, agoMs]) => ({ clientMs }: Moment): SwarmRequest => ({
      method: 'delete_before',
      params: { account, namespace, beforeMs: clientMs - agoMs },
    })),
  fc.tuple(arbitrarySelection, arbitraryEnd).map(([namespace, expiryMs]) => (): SwarmRequest => ({
    method: 'expire_all',
    params: { account, namespace, expiryMs },
  })),
  fc
    .tuple(
      arbitraryNamed,
      arbitraryEnd,
      fc.constantFrom({}, { isShorten: true }, { isExtend: true }),
    )
    .map(([messages, expiryMs, mode]) => (): SwarmRequest => ({
      method: 'expire',
      params: { account, messages, expiryMs, ...mode },
    })),
)

function arbitraryEvent(draft: fc.Arbitrary<Draft>): fc.Arbitrary<SwarmEvent> {
  const arbitraryDelay = fc.option(fc.integer({ min: 0, max: 5 * SECOND_MS }), { nil: undefined })
  return fc
    .record({
      draft,
      trueMs: arbitraryTime,
      clientSkewMs: fc.integer({ min: -20 * SECOND_MS, max: 10 * SECOND_MS }),
      entry: fc.nat({ max: MEMBERS - 1 }),
      delays: fc.array(arbitraryDelay, { minLength: MEMBERS, maxLength: MEMBERS }),
    })
    .map(({ draft: create, trueMs, clientSkewMs, entry, delays }) => {
      const request = create({ trueMs, clientMs: trueMs + clientSkewMs })
      return { trueMs, request, entry, delays }
    })
}

const arbitraryMeetings: fc.Arbitrary<readonly SwarmMeeting[]> = fc.array(
  fc
    .tuple(arbitraryTime, fc.nat({ max: MEMBERS - 1 }), fc.nat({ max: MEMBERS - 1 }))
    .map(([trueMs, a, b]) => ({ trueMs, pair: [a, b] as const })),
  { maxLength: 3 },
)

function nameOf({ request }: { readonly request: SwarmRequest }): string {
  if (request.method !== 'store') return ''
  const { namespace, data } = request.params
  return `${namespace} ${deriveMessageHash({ account, namespace, data })}`
}

/** Some are made again by the same bytes: a client may repeat itself, and a hostile member what it saw. */
const arbitraryChanges = fc
  .tuple(
    fc.array(arbitraryEvent(arbitraryChange), { maxLength: 5 }),
    fc.array(fc.tuple(fc.nat(), arbitraryTime), { maxLength: 2 }),
  )
  .map(([changes, repeats]) => {
    const again = repeats.flatMap(([index, trueMs]) => {
      const original = changes[index % Math.max(changes.length, 1)]
      return original === undefined ? [] : [{ ...original, trueMs }]
    })
    return changes.concat(again)
  })
const arbitraryStores = fc.array(arbitraryEvent(arbitraryStore), { minLength: 1, maxLength: 5 })
/** What is stored twice is one message with one date. */
const arbitrarySingles = fc.uniqueArray(arbitraryEvent(arbitraryStore), {
  selector: nameOf,
  minLength: 1,
  maxLength: 5,
})

function arbitrarySkews(limitMs: number): fc.Arbitrary<readonly number[]> {
  const skew = fc.integer({ min: -limitMs, max: limitMs })
  return fc.array(skew, { minLength: MEMBERS, maxLength: MEMBERS })
}

/** What the dated requests alone say about each message. */
function listFates(dated: readonly DatedRequest[]): Readonly<Record<string, number>> {
  const effects = dated
    .flatMap(({ request, atMs }) => {
      if (request.method === 'store') return []
      const encoded = encodeChange(request)
      const effect = describeEffect(request, atMs)
      if (encoded === undefined || effect === undefined) throw new Error('no change')
      return [{ atMs, effect, hash: encodeHex(deriveChangeHash(encoded, atMs)) }]
    })
    .toSorted((a, b) => a.atMs - b.atMs || (a.hash < b.hash ? -1 : 1))
  const live = dated.flatMap((each): [string, number][] => {
    if (each.request.method !== 'store') return []
    const { namespace, timestampMs, expiryMs: firstExpiryMs } = each.request.params
    const [, hash = ''] = nameOf(each).split(' ')
    const dates = { timestampMs, storedMs: each.atMs, firstExpiryMs }
    const fate = findFate({ hash, namespace, ...dates }, effects)
    return 'expiryMs' in fate && fate.expiryMs > AFTER_MS ? [[nameOf(each), fate.expiryMs]] : []
  })
  return Object.fromEntries(live)
}

interface Scenario {
  readonly skews: readonly number[]
  readonly stores: readonly SwarmEvent[]
  readonly changes: readonly SwarmEvent[]
  readonly meetings: readonly SwarmMeeting[]
}

async function playToTheEnd({ skews, stores, changes, meetings }: Scenario) {
  await using swarm = new SwarmModel(skews)
  await swarm.play([...stores, ...changes], meetings)
  await swarm.settle(AFTER_MS)
  const live = swarm.listLive({ account, namespaces: NAMESPACES }, AFTER_MS)
  return { live, dated: swarm.dated }
}

describe('the members of a swarm', () => {
  it(
    'have what the records say, with the same ends, when their clocks differ by less than is believed',
    async () => {
      const arbitraryScenario = fc.record({
        skews: arbitrarySkews(12 * SECOND_MS),
        stores: arbitrarySingles,
        changes: arbitraryChanges,
        meetings: arbitraryMeetings,
      })
      await fc.assert(
        fc.asyncProperty(arbitraryScenario, async (scenario) => {
          const { live, dated } = await playToTheEnd(scenario)
          const fates = listFates(dated)
          expect(live).toEqual(live.map(() => fates))
        }),
        { numRuns: RUNS },
      )
    },
    TIMEOUT_MS,
  )

  it(
    'have the same messages when their clocks differ by half a minute and clients store again',
    async () => {
      const arbitraryScenario = fc.record({
        skews: arbitrarySkews(30 * SECOND_MS),
        stores: arbitraryStores,
        changes: arbitraryChanges,
        meetings: arbitraryMeetings,
      })
      await fc.assert(
        fc.asyncProperty(arbitraryScenario, async (scenario) => {
          const { live } = await playToTheEnd(scenario)
          const names = live.map((each) => Object.keys(each).toSorted())
          expect(names).toEqual(names.map(() => names[0]))
        }),
        { numRuns: SKEWED_RUNS },
      )
    },
    TIMEOUT_MS,
  )
})
