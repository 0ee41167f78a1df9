import { once } from 'node:events'
import { duplexPair } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ConnectionOptions, TLSSocket } from 'node:tls'
import { decodeHex } from '@sotto/crypto/bytes'
import type { Randomness } from '@sotto/crypto/randomness'
import type { PeerNetwork } from '@sotto/node/peer-network'
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import { ChaoticNetwork } from './chaotic-network.ts'
import { CALM, type LinkConditions } from './node-conditions.ts'

const ALICE_HEX = 'aa'.repeat(32)
const ALICE = readKey(ALICE_HEX)
const BOB = readKey('bb'.repeat(32))

function readKey(hex: string): Uint8Array {
  const key = decodeHex(hex)
  if (key === undefined) throw new Error('no key')
  return key
}

/** Draws these fractions, and then the last one again and again. */
function createRandomness(...fractions: readonly number[]): Randomness {
  let draws = 0
  return {
    bytes(length) {
      const fraction = fractions[Math.min(draws++, fractions.length - 1)] ?? 0
      const bytes = new Uint8Array(length)
      new DataView(bytes.buffer).setUint32(0, Math.floor(fraction * 2 ** 32))
      return bytes
    },
  }
}

function createNetwork(...fractions: readonly number[]) {
  const dialled: ConnectionOptions[] = []
  const received: string[] = []
  const below: PeerNetwork = {
    dial(options) {
      dialled.push(options)
      return new TLSSocket(duplexPair()[0])
    },
    take() {
      const [near, far] = duplexPair()
      far.on('data', (chunk: Buffer) => received.push(chunk.toString()))
      return near
    },
  }
  const clock = createFakeClock()
  const randomness = createRandomness(...fractions)
  const network = new ChaoticNetwork({ clock, randomness, network: below })
  return {
    network,
    clock,
    dialled,
    received,
    impose: (conditions: Partial<LinkConditions>) => network.impose({ ...CALM, ...conditions }),
    take: (peer: Uint8Array) => network.take(new TLSSocket(duplexPair()[0]), peer),
  }
}

/** Streams pass data on in later turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await nextTurn()
}

const OPTIONS = { host: '127.0.0.1', port: 1 }

describe('a calm network', () => {
  it('dials and takes everybody', () => {
    const { network, dialled, take } = createNetwork()
    network.dial(OPTIONS, ALICE)
    expect(dialled).toEqual([OPTIONS])
    expect(take(ALICE)).toBeDefined()
  })
})

describe('a partition', () => {
  it('lets dials to the other side reach nobody, and those to this side through', () => {
    const { network, dialled, impose } = createNetwork()
    impose({ unreachable: [ALICE_HEX] })
    network.dial(OPTIONS, ALICE)
    network.dial(OPTIONS, BOB)
    expect(dialled[0]?.socket).toBeDefined()
    expect(dialled[1]).toEqual(OPTIONS)
  })

  it('takes no connection from the other side', () => {
    const { impose, take } = createNetwork()
    impose({ unreachable: [ALICE_HEX] })
    expect(take(ALICE)).toBeUndefined()
    expect(take(BOB)).toBeDefined()
  })

  it('cuts the links that are there, and no others', async () => {
    const { impose, take } = createNetwork()
    const [toAlice, toBob] = [take(ALICE), take(BOB)]
    if (toAlice === undefined || toBob === undefined) throw new Error('not taken')
    const closed = once(toAlice, 'close')
    impose({ unreachable: [ALICE_HEX] })
    await closed
    expect(toBob.destroyed).toBe(false)
  })

  it('is over when it is', () => {
    const { network, dialled, impose, take } = createNetwork()
    impose({ unreachable: [ALICE_HEX] })
    impose({})
    network.dial(OPTIONS, ALICE)
    expect(dialled).toEqual([OPTIONS])
    expect(take(ALICE)).toBeDefined()
  })
})

describe('a network that drops', () => {
  it.each([
    [0.09, true],
    [0.11, false],
  ])('fails a dial at 10 percent when %d is drawn: %s', (fraction, fails) => {
    const { network, dialled, impose } = createNetwork(fraction)
    impose({ dropPercent: 10 })
    network.dial(OPTIONS, ALICE)
    expect(dialled[0]?.socket !== undefined).toBe(fails)
  })

  it('cuts a link that was to carry something', async () => {
    const { impose, take } = createNetwork(0.5, 0.01)
    const stream = take(ALICE)
    if (stream === undefined) throw new Error('not taken')
    impose({ dropPercent: 5 })
    stream.write('arrives')
    expect(stream.destroyed).toBe(false)
    const closed = once(stream, 'close')
    stream.write('does not')
    await closed
  })

  it('draws nothing when nothing is to be dropped', () => {
    const { network, dialled } = createNetwork(0)
    network.dial(OPTIONS, ALICE)
    expect(dialled).toEqual([OPTIONS])
  })
})

describe('a network with lag', () => {
  it.each([
    ['the least that is drawn', 0, 80],
    ['the middle', 0.5, 100],
    ['almost the most', 0.999_999, 120],
  ])('waits for lag and jitter: %s', (_name, fraction, delayMs) => {
    const { clock, impose, take } = createNetwork(fraction)
    impose({ lagMs: 100, jitterMs: 20 })
    take(ALICE)?.write('late')
    clock.step(delayMs - 1)
    expect(clock.pending).toBe(1)
    clock.step(1)
    expect(clock.pending).toBe(0)
  })

  it('begins and ends on links that are there', async () => {
    const { clock, received, impose, take } = createNetwork(0.5)
    const stream = take(ALICE)
    stream?.write('first')
    await settle()
    impose({ lagMs: 100 })
    stream?.write('second')
    expect(clock.pending).toBe(1)
    clock.step(100)
    await settle()
    impose({})
    stream?.write('third')
    expect(clock.pending).toBe(0)
    await settle()
    expect(received.join()).toBe('first,second,third')
  })
})
