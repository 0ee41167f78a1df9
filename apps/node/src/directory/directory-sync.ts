/**
 * Fetches what the node lacks of the directory (spec 07 §11.3): the next epoch's document when it should be there, and
 * spreads news of addresses. One request to one node at a time, whatever the size of the network.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { Randomness } from '@sotto/crypto/randomness'
import type { Cancel, Clock } from '@sotto/protocol/clock'
import type { NodeRecord } from '@sotto/protocol/directory'
import { COMMANDS } from '@sotto/protocol/link'
import { pickRandom } from '../pick-random.ts'
import type { PeerClient } from '../swarm/peer-client.ts'
import { encodeEpochQuestion } from './directory-commands.ts'
import type { DirectoryKeeper } from './directory-keeper.ts'
import type { EpochFiles } from './epoch-files.ts'

export interface DirectorySyncOptions {
  readonly keeper: DirectoryKeeper
  readonly files: EpochFiles
  readonly peers: PeerClient
  readonly clock: Clock
  readonly randomness: Randomness
  /** Ed25519, in hex. */
  readonly ownKey: string
  /** Whether a request to the node of this key needs no dial. */
  readonly hasLink: (ed25519Hex: string) => boolean
  readonly onRefused: (code: string) => void
}

/** Spec 07 §11.3. When in an epoch the next one's document is asked for, and how often again, as parts of the epoch. */
const FIRST_QUESTION = 7 / 8
const NEXT_QUESTION = 1 / 16
const QUESTION_TIMEOUT_MS = 5000
/** Spec 07 §11.3. News is passed on to so many nodes. */
const NEWS_FANOUT = 3

/** Spec 07 §11.3. Among whom the nodes asked for one document are drawn, in turns. */
const TURNS = ['linked', 'authority', 'anybody'] as const

export class DirectorySync implements Disposable {
  readonly #options: DirectorySyncOptions
  #cancelTimer: Cancel = () => undefined
  #cancelSubscription: Cancel = () => undefined
  #isStopped = false
  /** After which epoch the last question asked, and how many such questions went before the next. */
  #asked = { after: -1, count: 0 }

  constructor(options: DirectorySyncOptions) {
    this.#options = options
  }

  start(): void {
    const { keeper } = this.#options
    this.#cancelSubscription = keeper.subscribe((_directory, document) => {
      const { epoch } = document.content
      if (!this.#options.files.epochs.includes(epoch)) this.#keepNewest()
    })
    this.#schedule()
  }

  /** Passes a descriptor on to a few nodes, which pass it on in turn if it is news to them. */
  spread(descriptor: Uint8Array): void {
    const { peers } = this.#options
    for (const peer of this.#pickPeers(NEWS_FANOUT)) {
      void peers.request(peer, {
        command: COMMANDS.announce,
        body: descriptor,
        timeoutMs: QUESTION_TIMEOUT_MS,
      })
    }
  }

  #keepNewest(): void {
    const { keeper, files } = this.#options
    const bytes = keeper.encodeCurrent()
    const epoch = keeper.newest?.content.epoch
    // A full disk must not stop the node from following the directory.
    if (bytes !== undefined && epoch !== undefined) {
      void files.write(epoch, bytes).catch(() => undefined)
    }
  }

  #schedule(): void {
    if (this.#isStopped) return
    this.#cancelTimer = this.#options.clock.after(this.#delayMs(), () => void this.#ask())
  }

  #delayMs(): number {
    const { keeper, clock } = this.#options
    const { newest } = keeper
    if (newest === undefined) return QUESTION_TIMEOUT_MS
    const { startsAt, epochMs } = newest.content
    const firstMs = startsAt + FIRST_QUESTION * epochMs - clock.now()
    const retryMs = NEXT_QUESTION * epochMs
    // Spread over the retry interval, so that nodes do not ask all at once.
    return Math.max(firstMs, retryMs / 2) + this.#randomPart() * retryMs
  }

  async #ask(): Promise<void> {
    const { keeper, peers, onRefused } = this.#options
    const held = keeper.newest?.content.epoch
    for (const peer of this.#pickAsked(held ?? 0)) {
      const answer = await peers.request(peer, {
        command: COMMANDS.epochDocument,
        body: encodeEpochQuestion(held),
        timeoutMs: QUESTION_TIMEOUT_MS,
      })
      if (!answer.ok || answer.value.length === 0) continue
      const place = keeper.accept(answer.value)
      if (place.ok) this.#keepNewest()
      else onRefused(place.error.code)
    }
    this.#schedule()
  }

  /** One node, or none when there is no other. */
  #pickAsked(after: number): readonly NodeRecord[] {
    const { hasLink, randomness } = this.#options
    const count = this.#asked.after === after ? this.#asked.count : 0
    this.#asked = { after, count: count + 1 }
    const turn = TURNS[count % TURNS.length]
    const others = this.#listOthers()
    const preferred = others.filter(({ ed25519, roles }) => {
      if (turn === 'linked') return hasLink(encodeHex(ed25519))
      return turn === 'anybody' || roles.includes('directory')
    })
    return pickRandom(preferred.length === 0 ? others : preferred, 1, randomness)
  }

  #pickPeers(count: number): readonly NodeRecord[] {
    return pickRandom(this.#listOthers(), count, this.#options.randomness)
  }

  #listOthers(): readonly NodeRecord[] {
    const { keeper, ownKey } = this.#options
    return (keeper.known?.nodes ?? []).filter((node) => encodeHex(node.ed25519) !== ownKey)
  }

  #randomPart(): number {
    const [byte = 0] = this.#options.randomness.bytes(1)
    return byte / 256
  }

  [Symbol.dispose](): void {
    this.#isStopped = true
    this.#cancelTimer()
    this.#cancelSubscription()
  }
}
