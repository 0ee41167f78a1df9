/** Audits of storage, spec 09 §6, between two real stores: who fails, and who must not. */
import { err, ok, type Result } from '@sotto/crypto/result'
import { type AuditOutcome, decodeAuditChallenge } from '@sotto/protocol/health'
import { COMMANDS } from '@sotto/protocol/link'
import { decodeRecordKey } from '@sotto/protocol/replication'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { answerAudit, auditMember, type AuditParts } from '../../src/health/audit-member.ts'
import type { NewMessage } from '../../src/store/message-store.ts'
import type { SqliteMessageStore } from '../../src/store/sqlite-message-store.ts'
import type { PeerClient, PeerFailure, PeerRequest } from '../../src/swarm/peer-client.ts'
import { createIdentity, createRecord } from '../link/link-fixture.ts'
import {
  ALICE,
  BOB,
  createMessage,
  HOUR_MS,
  NOW_MS,
  openMemoryStore,
  storeAll,
} from '../store/store-fixture.ts'

const MEMBER = createRecord(createIdentity('audited member'), 20_000)
const NOTHING: AuditOutcome = { passed: 0, failed: 0 }

type PeerReply = Result<Uint8Array, PeerFailure>

/** Two members with the same messages, and a link between them that a test can bend. */
class Swarm implements AsyncDisposable {
  readonly asker: SqliteMessageStore = openMemoryStore()
  readonly member: SqliteMessageStore = openMemoryStore()
  readonly requests: PeerRequest[] = []
  nowMs = NOW_MS
  isOwn: AuditParts['isOwn'] = () => true
  /** In place of the member's own answer. */
  reply: (honest: PeerReply) => PeerReply | Promise<PeerReply> = (honest) => honest
  readonly #randomness = createSeededRandomness('audit')

  static async with(messages: readonly NewMessage[]): Promise<Swarm> {
    const swarm = new Swarm()
    await storeAll(swarm.asker, messages)
    await storeAll(swarm.member, messages)
    return swarm
  }

  audit(storedBeforeMs: number = NOW_MS + 1): Promise<AuditOutcome> {
    const peers: PeerClient = {
      request: async (_peer, request) => {
        this.requests.push(request)
        const reply = await this.reply(this.#answer(request))
        return reply
      },
    }
    return auditMember(MEMBER, storedBeforeMs, this.#partsOf(this.asker, peers))
  }

  /** As the member answers a challenge, whoever asks. */
  answer(body: Uint8Array): ReturnType<typeof answerAudit> {
    const peers: PeerClient = { request: () => Promise.resolve(err({ kind: 'unreachable' })) }
    return answerAudit(body, this.#partsOf(this.member, peers))
  }

  #answer({ body }: PeerRequest): PeerReply {
    const answer = this.answer(body)
    return typeof answer === 'string' ? err({ kind: 'refused' }) : ok(answer)
  }

  #partsOf({ records }: SqliteMessageStore, peers: PeerClient): AuditParts {
    const randomness = this.#randomness
    return { records, peers, randomness, now: () => this.nowMs, isOwn: (of) => this.isOwn(of) }
  }

  /** The hashes of the messages that the last challenge asked for. */
  get asked(): readonly string[] {
    const challenge = decodeAuditChallenge(this.requests.at(-1)?.body ?? new Uint8Array())
    return (challenge?.keys ?? []).map((key) => {
      const parts = decodeRecordKey(key)
      return parts?.kind === 'message' ? parts.hash : 'a change'
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.asker[Symbol.asyncDispose]()
    await this.member[Symbol.asyncDispose]()
  }
}

function createMessages(count: number): readonly NewMessage[] {
  return Array.from({ length: count }, (_, index) => createMessage({ text: `message ${index}` }))
}

async function lose(store: SqliteMessageStore, messages: readonly NewMessage[]): Promise<void> {
  await store.records.forgetMessages(messages)
}

describe('an audit', () => {
  it('passes a member that has every message', async () => {
    await using swarm = await Swarm.with(createMessages(40))
    for (let audit = 0; audit < 20; audit += 1) {
      const { passed, failed } = await swarm.audit()
      expect(failed).toBe(0)
      expect(passed).toBe(swarm.asked.length)
      expect(passed).toBeGreaterThan(0)
      expect(passed).toBeLessThanOrEqual(8)
    }
  })

  it('asks with another nonce and for other messages each time', async () => {
    await using swarm = await Swarm.with(createMessages(40))
    const asked = new Set<string>()
    for (let audit = 0; audit < 30; audit += 1) {
      await swarm.audit()
      for (const hash of swarm.asked) asked.add(hash)
    }
    const nonces = swarm.requests.map(({ body }) => body.subarray(0, 32).join())
    expect(new Set(nonces).size).toBe(30)
    expect(asked.size).toBeGreaterThan(30)
  })

  it('asks with its own command and within five seconds', async () => {
    await using swarm = await Swarm.with(createMessages(1))
    await swarm.audit()
    expect(swarm.requests).toMatchObject([{ command: COMMANDS.audit, timeoutMs: 5000 }])
  })

  it('fails a member that lost everything', async () => {
    const messages = createMessages(10)
    await using swarm = await Swarm.with(messages)
    await lose(swarm.member, messages)
    const { passed, failed } = await swarm.audit()
    expect(passed).toBe(0)
    expect(failed).toBe(swarm.asked.length)
    expect(failed).toBeGreaterThan(0)
  })

  it('fails exactly the messages that a member lost', async () => {
    const messages = createMessages(6)
    const lost = messages.slice(0, 2)
    await using swarm = await Swarm.with(messages)
    await lose(swarm.member, lost)
    let failures = 0
    for (let audit = 0; audit < 20; audit += 1) {
      const { passed, failed } = await swarm.audit()
      const missing = swarm.asked.filter((hash) => lost.some((each) => each.hash === hash)).length
      expect({ passed, failed }).toEqual({ passed: swarm.asked.length - missing, failed: missing })
      failures += failed
    }
    expect(failures).toBeGreaterThan(0)
  })

  it('blames nobody for a message that the asker deleted while it asked', async () => {
    const [gone, kept] = createMessages(2)
    if (gone === undefined || kept === undefined) throw new Error('two messages')
    await using swarm = await Swarm.with([gone, kept])
    await lose(swarm.member, [gone])
    swarm.reply = async (honest) => {
      await lose(swarm.asker, [gone])
      return honest
    }
    const { passed, failed } = await swarm.audit()
    expect(failed).toBe(0)
    expect(passed).toBe(swarm.asked.filter((hash) => hash === kept.hash).length)
  })

  it('blames nobody for a message that expires while it asks', async () => {
    await using swarm = await Swarm.with([createMessage({ expiryMs: NOW_MS + 10 })])
    swarm.reply = (honest) => {
      swarm.nowMs += 10
      return honest
    }
    expect(await swarm.audit()).toEqual(NOTHING)
    expect(swarm.asked).toHaveLength(1)
  })

  it.each([
    ['garbage of the right length', (length: number) => new Uint8Array(length).fill(0xab)],
    ['nothing', () => new Uint8Array()],
    ['a byte too few', (length: number) => new Uint8Array(length - 1)],
    ['far too much', () => new Uint8Array(100_000)],
  ])('fails all that is asked for when %s comes back', async (_what, create) => {
    await using swarm = await Swarm.with(createMessages(5))
    swarm.reply = (honest) => ok(create(honest.ok ? honest.value.length : 0))
    const { passed, failed } = await swarm.audit()
    expect(passed).toBe(0)
    expect(failed).toBe(swarm.asked.length)
    expect(failed).toBeGreaterThan(0)
  })

  it('fails a member that repeats its answer to an earlier nonce', async () => {
    const [message] = createMessages(1)
    if (message === undefined) throw new Error('a message')
    await using swarm = await Swarm.with([message])
    const answers: PeerReply[] = []
    swarm.reply = (honest) => {
      answers.push(honest)
      return honest
    }
    expect(await swarm.audit()).toEqual({ passed: 1, failed: 0 })
    await lose(swarm.member, [message])
    swarm.reply = (honest) => answers[0] ?? honest
    expect(await swarm.audit()).toEqual({ passed: 0, failed: 1 })
  })

  it.each(['timeout', 'unreachable', 'refused'] as const)(
    'says nothing of a member that does not answer (%s)',
    async (kind) => {
      await using swarm = await Swarm.with(createMessages(5))
      swarm.reply = () => err({ kind })
      expect(await swarm.audit()).toEqual(NOTHING)
    },
  )
})

describe('what an audit asks for', () => {
  it('is nothing when the asker has nothing: no request goes out', async () => {
    await using swarm = await Swarm.with([])
    expect(await swarm.audit()).toEqual(NOTHING)
    expect(swarm.requests).toEqual([])
  })

  it('is nothing that came too recently, which a member may not have yet', async () => {
    const old = createMessage({ text: 'old', storedMs: NOW_MS - HOUR_MS })
    await using swarm = await Swarm.with([old, ...createMessages(20)])
    for (let audit = 0; audit < 60; audit += 1) await swarm.audit(NOW_MS - 1)
    expect(swarm.requests.length).toBeGreaterThan(0)
    expect(swarm.asked).toEqual([old.hash])
  })

  it('is nothing that has expired', async () => {
    await using swarm = await Swarm.with([createMessage({ expiryMs: NOW_MS + 10 })])
    swarm.nowMs += 10
    expect(await swarm.audit()).toEqual(NOTHING)
    expect(swarm.requests).toEqual([])
  })

  it('is nothing of accounts of other swarms', async () => {
    const ours = createMessage({ account: ALICE, text: 'ours' })
    const theirs = createMessage({ account: BOB, text: 'theirs' })
    await using swarm = await Swarm.with([ours, theirs])
    swarm.isOwn = (account) => account[1] === ALICE[1]
    const asked = new Set<string>()
    for (let audit = 0; audit < 20; audit += 1) {
      await swarm.audit()
      for (const hash of swarm.asked) asked.add(hash)
    }
    expect([...asked]).toEqual([ours.hash])
  })

  it('is in any namespace', async () => {
    await using swarm = await Swarm.with([createMessage({ namespace: -11, text: 'group' })])
    expect(await swarm.audit()).toEqual({ passed: 1, failed: 0 })
  })
})

describe('answering an audit', () => {
  it.each([0, 32, 71, 73, 32 + 40 * 9])('refuses %i bytes as malformed', async (length) => {
    await using swarm = await Swarm.with([])
    expect(swarm.answer(new Uint8Array(length))).toBe('malformed')
  })

  it('has 32 zero bytes for each message that is not there', async () => {
    await using swarm = await Swarm.with([])
    expect(swarm.answer(new Uint8Array(32 + 40 * 3).fill(1))).toEqual(new Uint8Array(96))
  })

  it('tells nothing of changes', async () => {
    await using swarm = await Swarm.with([])
    const challenge = new Uint8Array(32 + 40)
    challenge[64] = 0x80
    expect(swarm.answer(challenge)).toEqual(new Uint8Array(32))
  })
})
