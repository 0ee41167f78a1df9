/** The directory that a node works with (spec 07 §10): what it takes from whom, and when it tells the rest of the node. */
import { describe as suite, expect, it } from 'vitest'
import { decodeEquivocation, encodeEquivocation } from '@sotto/protocol/directory'
import {
  ALL_RECORDS,
  AUTHORITY_KEYS,
  createDocument,
  createKeeper,
  describe,
  encode,
  EPOCH_MS,
  followDocument,
  keyOf,
  NODE_COUNT,
  recordOf,
  START_MS,
} from './directory-fixture.ts'

const FIRST = createDocument()
const NEXT = followDocument(FIRST)
const MOVED_HOST = '10.9.9.9'

function readCode(result: ReturnType<ReturnType<typeof createKeeper>['keeper']['accept']>): string {
  return result.ok ? result.value : result.error.code
}

suite('a document', () => {
  it('is in force at once when its epoch has begun', () => {
    const { keeper } = createKeeper()
    expect(keeper.current).toBeUndefined()
    expect(keeper.document).toBeUndefined()
    expect(keeper.encodeCurrent()).toBeUndefined()
    expect(keeper.freshness).toBe('expired')
    expect(readCode(keeper.accept(encode(FIRST)))).toBe('current')
    expect(keeper.current?.height).toBe(10)
    expect(keeper.current?.nodes).toHaveLength(NODE_COUNT)
    expect(keeper.encodeCurrent()).toEqual(encode(FIRST))
    expect(keeper.freshness).toBe('fresh')
  })

  it.each([
    ['older than the one in force', createDocument({ epoch: 9 }), 'epoch_older'],
    [
      'of another network',
      createDocument({ network: new Uint8Array(16).fill(1) }),
      'epoch_network',
    ],
    [
      'with too few signatures',
      followDocument(FIRST, { signers: AUTHORITY_KEYS.slice(0, 2) }),
      'epoch_signatures',
    ],
    ['that does not follow', followDocument(FIRST, { previous: NEXT.hash }), 'epoch_chain'],
    ['of a far future', createDocument({ epoch: 14 }), 'epoch_future'],
    [
      'of the same epoch and other content',
      createDocument({ softwareMin: [1, 0, 0] }),
      'epoch_fork',
    ],
  ])('is refused if it is one %s', (_name, document, code) => {
    const { keeper } = createKeeper(FIRST)
    expect(readCode(keeper.accept(encode(document)))).toBe(code)
    expect(keeper.document?.hash).toEqual(FIRST.hash)
    expect(keeper.newest?.hash).toEqual(FIRST.hash)
  })

  it('is refused when a byte of it is forged', () => {
    const { keeper } = createKeeper()
    const bytes = encode(FIRST)
    bytes[60] = (bytes[60] ?? 0) ^ 1
    expect(keeper.accept(bytes).ok).toBe(false)
    expect(keeper.accept(new Uint8Array(3)).ok).toBe(false)
    expect(keeper.current).toBeUndefined()
  })

  it('changes nothing the second time', () => {
    const { keeper } = createKeeper(FIRST)
    let calls = 0
    keeper.subscribe(() => (calls += 1))
    expect(readCode(keeper.accept(encode(FIRST)))).toBe('known')
    expect(calls).toBe(0)
  })

  it('becomes stale, and serves nobody when it has expired, but still tells who the others are', () => {
    const { keeper, clock } = createKeeper(FIRST)
    clock.step(61 * EPOCH_MS)
    expect(keeper.freshness).toBe('stale')
    expect(keeper.current?.height).toBe(10)
    clock.step(720 * EPOCH_MS)
    expect(keeper.freshness).toBe('expired')
    expect(keeper.current).toBeUndefined()
    expect(keeper.encodeCurrent()).toBeUndefined()
    expect(keeper.known?.height).toBe(10)
  })
})

suite('an epoch that is to come', () => {
  it('begins by the clock, though nobody asks, and listeners hear of it once', () => {
    const { keeper, clock } = createKeeper(FIRST)
    const heard: number[] = []
    keeper.subscribe((directory, document) => {
      expect(directory.height).toBe(document.content.epoch)
      heard.push(document.content.epoch)
    })
    expect(readCode(keeper.accept(encode(NEXT)))).toBe('upcoming')
    expect(keeper.newest?.content.epoch).toBe(11)
    expect(keeper.encodeCurrent()).toEqual(encode(NEXT))
    clock.step(EPOCH_MS - 1)
    expect(heard).toEqual([])
    clock.step(1)
    expect(heard).toEqual([11])
    clock.step(EPOCH_MS)
    expect([heard, keeper.document?.content.epoch]).toEqual([[11], 11])
  })

  it('is followed by the one after it', () => {
    const { keeper, clock } = createKeeper(FIRST)
    const heard: number[] = []
    keeper.subscribe((_directory, { content }) => heard.push(content.epoch))
    // The later one first: order of arrival does not matter.
    expect(readCode(keeper.accept(encode(followDocument(NEXT))))).toBe('upcoming')
    expect(readCode(keeper.accept(encode(NEXT)))).toBe('upcoming')
    clock.step(2 * EPOCH_MS)
    expect(heard).toEqual([11, 12])
  })

  it('begins for a node that had none before', () => {
    const { keeper, clock } = createKeeper()
    expect(readCode(keeper.accept(encode(NEXT)))).toBe('upcoming')
    expect(keeper.current).toBeUndefined()
    let calls = 0
    keeper.subscribe(() => (calls += 1))
    clock.step(EPOCH_MS)
    expect([calls, keeper.current?.height]).toEqual([1, 11])
  })

  it('leaves no timer behind when the keeper is disposed of', () => {
    const { keeper, clock } = createKeeper(FIRST)
    keeper.accept(encode(NEXT))
    keeper[Symbol.dispose]()
    expect(clock.pending).toBe(0)
  })

  it('is not told to who cancelled', () => {
    const { keeper, clock } = createKeeper(FIRST)
    let calls = 0
    keeper.subscribe(() => (calls += 1))()
    keeper.accept(encode(NEXT))
    clock.step(EPOCH_MS)
    expect(calls).toBe(0)
  })
})

suite('a descriptor', () => {
  it('moves a listed node’s address at once, and is told', () => {
    const { keeper } = createKeeper(FIRST)
    const hosts: (string | undefined)[] = []
    keeper.subscribe((directory) => hosts.push(directory.findByEd25519(keyOf(1))?.host))
    const bytes = describe(1, { host: MOVED_HOST })
    expect(keeper.describe(bytes)).toEqual({ ok: true, value: true })
    expect(keeper.current?.findByEd25519(keyOf(1))?.host).toBe(MOVED_HOST)
    expect(hosts).toEqual([MOVED_HOST])
    expect(keeper.descriptorOf(keyOf(1))?.bytes).toEqual(bytes)
    expect(keeper.isNodeAddress(MOVED_HOST)).toBe(true)
    expect(keeper.isNodeAddress(recordOf(1).host)).toBe(false)
  })

  it('is no news the second time, nor when it is older', () => {
    const { keeper } = createKeeper(FIRST)
    keeper.describe(describe(1, { host: MOVED_HOST }))
    for (const issuedAt of [START_MS, START_MS - 1, START_MS - 2000]) {
      const again = keeper.describe(describe(1, { host: '10.8.8.8', issuedAt }))
      expect(again).toEqual({ ok: true, value: false })
    }
    expect(keeper.current?.findByEd25519(keyOf(1))?.host).toBe(MOVED_HOST)
  })

  it('holds in the next epoch if that was made before it', () => {
    const { keeper, clock } = createKeeper(FIRST)
    keeper.describe(describe(1, { host: MOVED_HOST }))
    keeper.accept(encode(NEXT))
    clock.step(EPOCH_MS)
    expect(keeper.document?.content.epoch).toBe(11)
    expect(keeper.current?.findByEd25519(keyOf(1))?.host).toBe(MOVED_HOST)
  })

  it('is forgotten when the next epoch knows a later one', () => {
    const { keeper, clock } = createKeeper(FIRST)
    keeper.describe(describe(1, { host: MOVED_HOST }))
    keeper.accept(encode(followDocument(FIRST, { describedAt: START_MS + 1 })))
    clock.step(EPOCH_MS)
    expect(keeper.current?.findByEd25519(keyOf(1))?.host).toBe(recordOf(1).host)
    expect(keeper.descriptorOf(keyOf(1))).toBeUndefined()
  })

  it('is forgotten when the node is not listed any more', () => {
    const { keeper, clock } = createKeeper(FIRST)
    keeper.describe(describe(1, { host: MOVED_HOST }))
    keeper.accept(encode(followDocument(FIRST, { records: ALL_RECORDS.slice(2) })))
    clock.step(EPOCH_MS)
    expect(keeper.descriptorOf(keyOf(1))).toBeUndefined()
    expect(keeper.isNodeAddress(MOVED_HOST)).toBe(false)
  })

  it('of a stranger changes nothing', () => {
    const { keeper } = createKeeper(FIRST)
    let calls = 0
    keeper.subscribe(() => (calls += 1))
    expect(keeper.describe(describe(99))).toEqual({ ok: true, value: false })
    expect(keeper.descriptorOf(keyOf(99))).toBeUndefined()
    expect([calls, keeper.current?.nodes.length]).toEqual([0, NODE_COUNT])
  })

  it('changes nothing before there is a document', () => {
    const { keeper } = createKeeper()
    expect(keeper.describe(describe(1))).toEqual({ ok: true, value: false })
  })

  it('of the future is refused, for it would outlast every later one', () => {
    const { keeper } = createKeeper(FIRST)
    const early = keeper.describe(describe(1, { issuedAt: START_MS + 60_001 }))
    expect(early.ok ? '' : early.error.code).toBe('descriptor_malformed')
    expect(keeper.describe(describe(1, { issuedAt: START_MS + 60_000 })).ok).toBe(true)
  })

  it('is refused when it is forged', () => {
    const { keeper } = createKeeper(FIRST)
    const bytes = describe(1, { host: MOVED_HOST })
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    expect(keeper.describe(bytes).ok).toBe(false)
    expect(keeper.describe(new Uint8Array()).ok).toBe(false)
    expect(keeper.current?.findByEd25519(keyOf(1))?.host).toBe(recordOf(1).host)
  })

  it('cannot make a loopback address one of a node', () => {
    const { keeper } = createKeeper(FIRST)
    keeper.describe(describe(1, { host: '127.0.0.1' }))
    expect(keeper.isNodeAddress('127.0.0.1')).toBe(false)
  })
})

suite('two documents of one epoch', () => {
  it('prove against each authority that signed both, and only those', () => {
    const { keeper } = createKeeper(FIRST)
    expect(keeper.equivocations).toEqual([])
    const fork = createDocument({ softwareMin: [1, 0, 0], signers: AUTHORITY_KEYS.slice(2) })
    keeper.accept(encode(fork))
    const [proof, ...others] = keeper.equivocations
    expect(proof?.authority).toEqual(AUTHORITY_KEYS[2]?.publicKey)
    expect(others).toEqual([])
    if (proof === undefined) throw new Error('no proof')
    expect(decodeEquivocation(encodeEquivocation(proof)).ok).toBe(true)
  })

  it('prove even when too few signed the second', () => {
    const { keeper } = createKeeper(FIRST)
    const fork = createDocument({ softwareMin: [1, 0, 0], signers: AUTHORITY_KEYS.slice(0, 1) })
    expect(readCode(keeper.accept(encode(fork)))).toBe('epoch_signatures')
    expect(keeper.equivocations).toHaveLength(1)
  })
})
