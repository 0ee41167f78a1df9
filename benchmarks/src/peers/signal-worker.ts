/**
 * A process that seals and opens letters with libsignal. Started by `figures/secrecy.ts`.
 *
 * @module
 */
import { type Figures, readProcessorMs, serveOperations } from '../measure/remote-operations.ts'
import { countRatchetBytes, type SealedLetter, startSignalSession } from './signal-session.ts'

const SLICE_MS = 400
const BATCH = 50
const TEXT_BYTES = 300
const SIZES = [20, 300, 2000] as const
/** As much as a content of ours adds to its text, so that both seal the same number of bytes. */
const CONTENT_BYTES = 30
const SAMPLES = 200

const session = await startSignalSession()
const text = new Uint8Array(TEXT_BYTES + CONTENT_BYTES).fill(0x78)

/** Sealed and opened in batches of which each has one direction; a batch of one is a conversation in turns. */
async function measureRates(batch: number, takesTurns: boolean): Promise<Figures> {
  const [startedAt, spent] = [readProcessorMs(), { sealMs: 0, openMs: 0 }]
  let [count, round] = [0, 0]
  while (readProcessorMs() - startedAt < 2 * SLICE_MS) {
    const from = takesTurns && round % 2 === 1 ? 1 : 0
    const letters: SealedLetter[] = []
    const beforeMs = readProcessorMs()
    for (let index = 0; index < batch; index++) letters.push(await session.seal(from, text))
    const betweenMs = readProcessorMs()
    for (const letter of letters) await session.open(from, letter)
    spent.sealMs += betweenMs - beforeMs
    spent.openMs += readProcessorMs() - betweenMs
    count += batch
    round += 1
  }
  return { seal: (count * 1000) / spent.sealMs, open: (count * 1000) / spent.openMs }
}

/** Letters differ by what the ratchet adds to them. */
async function measureBytes(): Promise<Figures> {
  const figures: Record<string, number> = {}
  let ratchet = 0
  for (const size of SIZES) {
    const lengths: number[] = []
    for (let index = 0; index < SAMPLES; index++) {
      const from = index % 2 === 0 ? 0 : 1
      const letter = await session.seal(from, new Uint8Array(size + CONTENT_BYTES))
      await session.open(from, letter)
      lengths.push(letter.bytes.length)
      ratchet = Math.max(ratchet, countRatchetBytes(letter))
    }
    figures[`least-${size}`] = Math.min(...lengths)
    figures[`most-${size}`] = Math.max(...lengths)
  }
  return { ...figures, ratchet }
}

serveOperations({
  'one way': () => measureRates(BATCH, false),
  'in turns': () => measureRates(1, true),
  bytes: measureBytes,
})
