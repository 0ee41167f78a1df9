/** What a node tells others about itself and them, and what it takes from them, spec 09 §4, §5 and §6. */
import { encodeHex } from '@sotto/crypto/bytes'
import {
  decodeAuditChallenge,
  decodeObservationReport,
  encodeAuditChallenge,
  encodeObservationReport,
  type Observation,
  type ObservationReport,
  proveMessage,
} from '@sotto/protocol/health'
import { COMMANDS } from '@sotto/protocol/link'
import { encodeMessageKey } from '@sotto/protocol/replication'
import { describe, expect, it } from 'vitest'
import { createMessage, NOW_MS, storeAll } from '../store/store-fixture.ts'
import { type Bench, EPOCH, EPOCH_MS, PROOF, startHealth } from './health-fixture.ts'

const REPORT_AT_MS = (3 / 8) * EPOCH_MS
const PROOF_INTERVAL_MS = 30 * EPOCH_MS
const MESSAGE = createMessage({ storedMs: NOW_MS - 10 * EPOCH_MS })

function observe(bench: Bench): Observation {
  return {
    target: bench.recordOf('second').ed25519,
    reachability: { lastReachable: 1 },
    failing: 0,
    roundTripMs: 1,
    clockOffsetMs: 0,
    auditsPassed: 3,
    auditsFailed: 0,
  }
}

/** A report that the first member signed, or somebody else. */
function signReport(
  bench: Bench,
  changes: Partial<ObservationReport> = {},
  signer: Parameters<Bench['identityOf']>[0] = 'first',
): Uint8Array {
  const { signing } = bench.identityOf(signer)
  const observations = [observe(bench)]
  const report = { observer: signing.publicKey, epoch: EPOCH, issuedAt: 1, observations }
  return encodeObservationReport({ ...report, ...changes }, signing)
}

function observersOfSecond(bench: Bench): readonly string[] {
  const target = encodeHex(bench.recordOf('second').ed25519)
  return bench.health.book.about(target).map(({ latest }) => latest.observer)
}

function readReports(bench: Bench): readonly (ObservationReport | undefined)[] {
  return bench.sentWith(COMMANDS.report).map(({ request }) => decodeObservationReport(request.body))
}

describe('proofs', () => {
  it('go to whoever asks', async () => {
    await using bench = await startHealth()
    expect(await bench.ask(COMMANDS.uptime, new Uint8Array(), 'stranger')).toEqual(PROOF)
  })

  it('go to the nodes of the directory at the start, and again after an interval', async () => {
    await using bench = await startHealth()
    expect(bench.sentWith(COMMANDS.proof)).toMatchObject([
      { to: 'directory', request: { body: PROOF } },
    ])
    await bench.clock.advance(EPOCH_MS)
    expect(bench.sentWith(COMMANDS.proof)).toHaveLength(1)
    await bench.clock.advance(PROOF_INTERVAL_MS - EPOCH_MS + 1000)
    expect(bench.sentWith(COMMANDS.proof)).toHaveLength(2)
    expect(bench.ownProofs).toEqual([PROOF, PROOF])
  })

  it('go on when the clock is set back, so that nobody misses them until it is there again', async () => {
    await using bench = await startHealth()
    const { clock } = bench
    const readTime = clock.now.bind(clock)
    // The clock of a machine shows another time, and its timers run on.
    Object.assign(clock, { now: () => readTime() - EPOCH_MS })
    await clock.advance(EPOCH_MS / 2)
    expect(bench.sentWith(COMMANDS.proof)).toHaveLength(2)
    await clock.advance(EPOCH_MS)
    expect(bench.sentWith(COMMANDS.proof)).toHaveLength(2)
  })

  it('are not sent by a node that the directory does not list', async () => {
    await using bench = await startHealth({ isListed: false })
    await bench.clock.advance(EPOCH_MS)
    expect(bench.sent).toEqual([])
    expect(bench.ownProofs).toEqual([])
  })
})

describe('its report', () => {
  it('goes once an epoch, after three eighths, to the directory and the swarm alone', async () => {
    await using bench = await startHealth()
    await bench.clock.advance(REPORT_AT_MS - 1000)
    expect(bench.sentWith(COMMANDS.report)).toEqual([])
    await bench.clock.advance(2000)
    const receivers = bench.sentWith(COMMANDS.report).map(({ to }) => to)
    expect(new Set(receivers)).toEqual(new Set(['directory', 'first', 'second']))
    expect(receivers).toHaveLength(3)
    await bench.clock.advance(EPOCH_MS - REPORT_AT_MS - 2000)
    expect(bench.sentWith(COMMANDS.report)).toHaveLength(3)
    await bench.clock.advance(REPORT_AT_MS + 1000)
    expect(readReports(bench).map((report) => report?.epoch)).toEqual([
      EPOCH,
      EPOCH,
      EPOCH,
      EPOCH + 1,
      EPOCH + 1,
      EPOCH + 1,
    ])
  })

  it('has what the audits of its members found', async () => {
    await using bench = await startHealth()
    await storeAll(bench.store, [MESSAGE])
    bench.answerWith(COMMANDS.audit, (body) =>
      proveMessage(decodeAuditChallenge(body)?.nonce ?? new Uint8Array(32), MESSAGE.data),
    )
    await bench.clock.advance(REPORT_AT_MS + 1000)
    expect(bench.sentWith(COMMANDS.audit).map(({ to }) => to)).toEqual(
      expect.arrayContaining(['first', 'second']),
    )
    const [report] = readReports(bench)
    const members = ['first', 'second'] as const
    for (const member of members) {
      expect(report?.observations).toContainEqual(
        expect.objectContaining({
          target: bench.recordOf(member).ed25519,
          auditsPassed: 1,
          auditsFailed: 0,
        }),
      )
    }
    const self = encodeHex(bench.recordOf('self').ed25519)
    expect(observersOfSecond(bench)).toEqual([self])
  })

  it('blames those that lost a message', async () => {
    await using bench = await startHealth()
    await storeAll(bench.store, [MESSAGE])
    bench.answerWith(COMMANDS.audit, () => new Uint8Array(32))
    await bench.clock.advance(REPORT_AT_MS + 1000)
    const target = bench.recordOf('first').ed25519
    expect(readReports(bench)[0]?.observations).toContainEqual(
      expect.objectContaining({ target, auditsPassed: 0, auditsFailed: 1 }),
    )
  })

  it('comes without audits while the node lacks records itself', async () => {
    await using bench = await startHealth()
    await storeAll(bench.store, [MESSAGE])
    bench.state.isCaughtUp = false
    await bench.clock.advance(REPORT_AT_MS + 1000)
    expect(bench.sentWith(COMMANDS.audit)).toEqual([])
  })

  it('is not made after the service has ended', async () => {
    await using bench = await startHealth()
    bench.health[Symbol.dispose]()
    await bench.clock.advance(EPOCH_MS)
    expect(bench.sentWith(COMMANDS.report)).toEqual([])
  })
})

describe('a report that comes', () => {
  it('is kept, whoever brings it', async () => {
    await using bench = await startHealth()
    const answer = await bench.ask(COMMANDS.report, signReport(bench), 'stranger')
    expect(answer).toEqual(new Uint8Array())
    expect(observersOfSecond(bench)).toEqual([encodeHex(bench.recordOf('first').ed25519)])
  })

  it('is malformed when it is none', async () => {
    await using bench = await startHealth()
    expect(await bench.ask(COMMANDS.report, new Uint8Array(9), 'first')).toBe('malformed')
  })

  it.each([
    [EPOCH - 1, 1],
    [EPOCH - 2, 0],
  ])('of epoch %i, in epoch 5, is kept %i times', async (epoch, count) => {
    await using bench = await startHealth()
    await bench.ask(COMMANDS.report, signReport(bench, { epoch }), 'first')
    expect(observersOfSecond(bench)).toHaveLength(count)
  })

  it('of an observer that is not in the directory is answered and not kept', async () => {
    await using bench = await startHealth({ isListed: false })
    const report = signReport(bench, {}, 'self')
    expect(await bench.ask(COMMANDS.report, report, 'first')).toEqual(new Uint8Array())
    expect(observersOfSecond(bench)).toEqual([])
  })
})

describe('an audit that comes', () => {
  const nonce = new Uint8Array(32).fill(3)
  const key = encodeMessageKey({ ...MESSAGE, firstExpiryMs: MESSAGE.expiryMs })
  const challenge = encodeAuditChallenge({ nonce, keys: [key] })

  it('from a member is answered with the proof of what is here', async () => {
    await using bench = await startHealth()
    await storeAll(bench.store, [MESSAGE])
    const answer = await bench.ask(COMMANDS.audit, challenge, 'first')
    expect(answer).toEqual(proveMessage(nonce, MESSAGE.data))
  })

  it('from another swarm is not allowed: it would tell what is here', async () => {
    await using bench = await startHealth()
    await storeAll(bench.store, [MESSAGE])
    expect(await bench.ask(COMMANDS.audit, challenge, 'stranger')).toBe('not_allowed')
  })

  it('is not allowed while the node is in no swarm', async () => {
    await using bench = await startHealth({ isListed: false })
    expect(await bench.ask(COMMANDS.audit, challenge, 'first')).toBe('not_allowed')
  })

  it('is malformed when it is none', async () => {
    await using bench = await startHealth()
    expect(await bench.ask(COMMANDS.audit, challenge.subarray(1), 'first')).toBe('malformed')
  })
})
