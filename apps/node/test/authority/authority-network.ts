/**
 * Authorities in one process: each with its own clock, memory and keeper, and requests that go straight to the other's
 * commands unless the test stands in the way.
 *
 * @module
 */
import { join } from 'node:path'
import { encodeHex } from '@sotto/crypto/bytes'
import { err, ok } from '@sotto/crypto/result'
import type { SigningKeyPair } from '@sotto/crypto/signing'
import type { VoteEquivocation } from '@sotto/protocol/authority'
import {
  type AuthoritySet,
  createAuthoritySet,
  type EpochDocument,
} from '@sotto/protocol/directory'
import { createFakeClock, type FakeClock } from '@sotto/testkit/fake-clock'
import { AuthorityMemory } from '../../src/authority/authority-memory.ts'
import { AuthorityService } from '../../src/authority/authority-service.ts'
import type { Opinion } from '../../src/authority/vote-source.ts'
import { DirectoryKeeper } from '../../src/directory/directory-keeper.ts'
import type { PeerClient, PeerRequest } from '../../src/swarm/peer-client.ts'
import {
  AUTHORITY_KEYS,
  createDocument,
  encode,
  keyOf,
  NETWORK,
  recordOf,
  START_MS,
} from '../directory/directory-fixture.ts'
import { createTestFolder } from '../network/test-nodes.ts'

/** A round is a second of it, and the clock is looked at eight times in a round. */
export const EPOCH_MS = 16_000
export const ROUND_MS = 1000
const STEP_MS = 125
export const FIRST_EPOCH = 10

export interface TestAuthority {
  readonly index: number
  readonly key: SigningKeyPair
  readonly clock: FakeClock
  readonly keeper: DirectoryKeeper
  readonly decided: number[]
  readonly skipped: string[]
  /** Keys in hex. */
  readonly liars: string[]
  readonly proofs: VoteEquivocation[]
  opinion: Opinion
  service: AuthorityService | undefined
}

/** What becomes of a request on its way; undefined for one that does not arrive. */
export type Road = (request: PeerRequest, from: number, to: number) => PeerRequest | undefined

export interface AuthorityNetwork extends AsyncDisposable {
  readonly authorities: readonly TestAuthority[]
  readonly set: AuthoritySet
  at(index: number): TestAuthority
  road: Road
  run(ms: number): Promise<void>
  stop(index: number): void
  /** Also after `stop`; with what it wrote down before. */
  start(index: number): Promise<void>
  /** Ascending, of all that are asked; throws when two hold different content of one epoch. */
  epochsOf(...indices: readonly number[]): readonly number[]
}

export interface AuthorityNetworkOptions {
  readonly count: number
  /** By how much each clock is ahead; zero unless given. */
  readonly aheadMs?: readonly number[]
}

export const NO_OPINION: Opinion = {
  softwareMin: [1, 0, 0],
  descriptors: [],
  verdicts: [],
  readiness: [],
}

export async function createAuthorityNetwork({
  count,
  aheadMs = [],
}: AuthorityNetworkOptions): Promise<AuthorityNetwork> {
  const folder = await createTestFolder()
  const keys = AUTHORITY_KEYS.slice(0, count)
  const set = createAuthoritySet(
    keys.map(({ publicKey }) => publicKey),
    Math.floor(count / 2) + 1,
  )
  const first = createFirst(keys)
  const hashes = new Map<number, string>()
  const mistakes: unknown[] = []
  let pending = 0

  const track = async <T>(work: Promise<T>): Promise<T> => {
    pending += 1
    try {
      return await work
    } finally {
      pending -= 1
    }
  }

  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 2; quiet = pending === 0 ? quiet + 1 : 0) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (mistakes.length > 0) throw mistakes[0]
  }

  const authorities = keys.map((key, index) =>
    createTestAuthority({ key, index, set, first, aheadMs: aheadMs[index] ?? 0 }),
  )

  const at = (index: number): TestAuthority => {
    const found = authorities[index]
    if (found === undefined) throw new RangeError('no such authority')
    return found
  }

  const connect = (from: number): PeerClient => ({
    request: (peer, request) => {
      const to = authorities.findIndex(({ index }) => keyOf(index) === encodeHex(peer.ed25519))
      const arrived = network.road(request, from, to)
      const commands = new Map(authorities[to]?.service?.commands)
      const command = arrived === undefined ? undefined : commands.get(arrived.command)
      if (at(from).service === undefined || arrived === undefined || command === undefined) {
        return Promise.resolve(err({ kind: 'unreachable' as const }))
      }
      // Links give a view of a buffer that is used again.
      const buffer = Buffer.from(arrived.body)
      const answer = command(buffer, recordOf(from)).then((reply) => {
        buffer.fill(0)
        return reply instanceof Uint8Array ? ok(reply) : err({ kind: 'refused' as const })
      })
      return track(answer)
    },
  })

  const start = async (index: number): Promise<void> => {
    const authority = at(index)
    const memory = await AuthorityMemory.open(join(folder.path, `${index}.json`))
    const claimVote = memory.claimVote.bind(memory)
    const claimSignature = memory.claimSignature.bind(memory)
    memory.claimVote = (epoch) => track(claimVote(epoch))
    memory.claimSignature = (epoch, hash) => track(claimSignature(epoch, hash))
    const { key, keeper, clock, decided, skipped, liars, proofs } = authority
    authority.service = new AuthorityService({
      key,
      authorities: set,
      keeper,
      memory,
      evidence: { add: (proof) => Promise.resolve(proofs.push(proof) > 0) },
      peers: connect(index),
      clock,
      source: { ownKey: keyOf(index), createVote: () => authority.opinion },
      events: {
        epochDecided: (epoch) => decided.push(epoch),
        epochSkipped: (epoch, reason) => skipped.push(`${epoch} ${reason}`),
        authorityLied: (liar) => liars.push(encodeHex(liar)),
        mistake: (error) => mistakes.push(error),
      },
    })
    authority.service.start()
  }

  const stop = (index: number): void => {
    at(index).service?.[Symbol.dispose]()
    at(index).service = undefined
  }

  const network: AuthorityNetwork = {
    authorities,
    set,
    at,
    road: (request) => request,
    start,
    stop,
    async run(ms) {
      for (let elapsed = 0; elapsed < ms; elapsed += STEP_MS) {
        for (const { clock } of authorities) clock.step(STEP_MS)
        await settle()
      }
    },
    epochsOf(...indices) {
      return indices.map((index) => {
        const newest = at(index).keeper.newest
        if (newest === undefined) throw new Error('no document')
        const { epoch } = newest.content
        const hash = encodeHex(newest.hash)
        const known = hashes.get(epoch) ?? hash
        hashes.set(epoch, known)
        if (known !== hash) throw new Error(`two documents of epoch ${epoch}`)
        return epoch
      })
    },
    async [Symbol.asyncDispose]() {
      for (const { index, keeper } of authorities) {
        stop(index)
        keeper[Symbol.dispose]()
      }
      await folder[Symbol.asyncDispose]()
    },
  }
  for (const { index } of authorities) await start(index)
  return network
}

/** Each authority has a node, of the same number. */
function createFirst(keys: readonly SigningKeyPair[]): EpochDocument {
  const roles = ['storage', 'directory']
  return createDocument({
    epoch: FIRST_EPOCH,
    startsAt: START_MS,
    epochMs: EPOCH_MS,
    records: keys.map((_, index) => recordOf(index, { roles })),
    signers: keys,
  })
}

interface TestAuthorityOptions {
  readonly key: SigningKeyPair
  readonly index: number
  readonly set: AuthoritySet
  readonly first: EpochDocument
  readonly aheadMs: number
}

function createTestAuthority(options: TestAuthorityOptions): TestAuthority {
  const { key, index, set, first, aheadMs } = options
  const clock = createFakeClock(START_MS + aheadMs)
  const keeper = new DirectoryKeeper({ network: NETWORK, authorities: set, clock })
  const place = keeper.accept(encode(first))
  if (!place.ok) throw place.error
  return {
    index,
    key,
    clock,
    keeper,
    decided: [],
    skipped: [],
    liars: [],
    proofs: [],
    opinion: NO_OPINION,
    service: undefined,
  }
}
