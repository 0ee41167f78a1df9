/**
 * A whole agreement in rounds that every honest message keeps, with an adversary in between. A message that an honest
 * authority sends in one round reaches each other one in the same round or in the next, as chance has it.
 *
 * @module
 */
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import {
  type Agreement,
  type AgreementMessage,
  type AgreementOutcome,
  type AuthoritySigner,
  createAgreement,
  decodeVote,
  encodeVote,
} from '../src/authority/index.ts'
import { type AddressedMessage, Adversary } from './agreement-adversary.ts'
import {
  EPOCH,
  NETWORK,
  createAuthorityKeys,
  createIdealSigners,
  createVote,
  decodeTestDescriptor,
} from './authority-fixtures.ts'
import { type Dice, createDice } from './dice.ts'

export interface SimulationOptions {
  readonly seed: number
  readonly authorities: number
  /** How many of them are hostile; which ones, chance decides. */
  readonly hostile: number
  /** What the honest ones believe. */
  readonly faultsMax: number
}

export interface Simulation {
  readonly honestKeys: readonly Ed25519PublicKey[]
  readonly outcomes: readonly AgreementOutcome[]
  readonly verify: AuthoritySigner['verify']
}

const KEYS = createAuthorityKeys(9).map(({ publicKey }) => publicKey)
const VOTES = KEYS.map((key) => encodeVote(createVote(key)))

export function simulateAgreement(options: SimulationOptions): Simulation {
  const dice = createDice(options.seed)
  const signers = createIdealSigners(KEYS.slice(0, options.authorities))
  const hostile = chooseHostile(dice, options)
  const honest = signers.flatMap((_, index) => (hostile.has(index) ? [] : [index]))
  const adversary = new Adversary(
    signers.filter((_, index) => hostile.has(index)),
    { honest: honest.map((_, place) => place), dice },
  )
  const agreements = honest.map((index) => start(signers, index, options.faultsMax))
  const network = new Rounds(agreements, { adversary, dice })
  network.run(honest.map((index) => VOTES[index] ?? new Uint8Array(0)))
  return {
    honestKeys: honest.map(keyOf),
    outcomes: agreements.map((agreement) => agreement.conclude()),
    verify: (signed) => signers[0]?.verify(signed) ?? false,
  }
}

function chooseHostile(dice: Dice, { authorities, hostile }: SimulationOptions): Set<number> {
  const chosen = new Set<number>()
  while (chosen.size < hostile) chosen.add(dice.below(authorities))
  return chosen
}

function keyOf(index: number): Ed25519PublicKey {
  const key = KEYS[index]
  if (key === undefined) throw new Error('no such authority')
  return key
}

function start(signers: readonly AuthoritySigner[], index: number, faultsMax: number): Agreement {
  const self = signers[index]
  if (self === undefined) throw new Error('no such authority')
  return createAgreement({
    self,
    authorities: signers.map(({ authority }) => authority),
    network: NETWORK,
    epoch: EPOCH,
    faultsMax,
    decode: (bytes) => {
      const decoded = decodeVote(bytes, decodeTestDescriptor)
      return decoded.ok ? decoded.value : undefined
    },
  })
}

class Rounds {
  readonly #agreements: readonly Agreement[]
  readonly #adversary: Adversary
  readonly #dice: Dice
  /** Sent by honest authorities, and not there yet. */
  #underWay: AddressedMessage[] = []

  constructor(
    agreements: readonly Agreement[],
    { adversary, dice }: { readonly adversary: Adversary; readonly dice: Dice },
  ) {
    this.#agreements = agreements
    this.#adversary = adversary
    this.#dice = dice
  }

  run(votes: readonly Uint8Array[]): void {
    for (const [index, agreement] of this.#agreements.entries()) {
      const vote = votes[index]
      if (vote !== undefined) this.#send(index, agreement.propose(vote))
    }
    const rounds = this.#agreements[0]?.rounds ?? 0
    for (let round = 1; round <= rounds; round++) this.#runRound(round)
  }

  /** The adversary strikes between what arrives, before it and after it. */
  #runRound(round: number): void {
    const due = this.#underWay
    this.#underWay = []
    const early = this.#adversary.attack()
    const between = this.#adversary.attack()
    for (const each of this.#shuffle([...early, ...due])) this.#deliver(each, round)
    for (const each of between) this.#deliver(each, round)
    // Some of what was sent in this round arrives within it.
    const prompt = this.#underWay.filter(() => this.#dice.below(3) === 0)
    this.#underWay = this.#underWay.filter((each) => !prompt.includes(each))
    for (const each of [...prompt, ...this.#adversary.attack()]) this.#deliver(each, round)
  }

  #deliver({ to, message }: AddressedMessage, round: number): void {
    this.#send(to, this.#agreements[to]?.receive(message, round) ?? [])
  }

  #send(from: number, messages: readonly AgreementMessage[]): void {
    for (const message of messages) {
      this.#adversary.observe(message)
      for (const to of this.#agreements.keys()) {
        if (to !== from) this.#underWay.push({ to, message })
      }
    }
  }

  #shuffle<T>(items: readonly T[]): readonly T[] {
    return items
      .map((item) => ({ item, place: this.#dice.below(0x7fffffff) }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ item }) => item)
  }
}
