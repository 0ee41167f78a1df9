/**
 * Keys, sets and conversations that the tests of reconciliation share.
 *
 * @module
 */
import { concatBytes, encodeHex } from '@sotto/crypto/bytes'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import fc from 'fast-check'
import {
  type AnswerOptions,
  KeySet,
  RECORD_KEY_BYTES,
  type Reconciliation,
  type ReconciliationOptions,
  type ReconciliationOutcome,
  type RecordKey,
  answerReconciliation,
  createReconciliation,
  isRecordKey,
} from '../src/replication/index.ts'

/** A key from the beginning of its hash, the rest zeros; a message of namespace 0. */
export function keyOf(...start: readonly number[]): RecordKey {
  const key = new Uint8Array(RECORD_KEY_BYTES)
  key.set(start)
  if (!isRecordKey(key)) throw new TypeError('a test makes a key that is none')
  return key
}

export function createKeySet(keys: readonly Uint8Array[]): KeySet {
  return new KeySet(concatBytes(keys))
}

export function listHex(keys: Iterable<Uint8Array>): readonly string[] {
  return Array.from(keys, encodeHex)
}

/** Some bytes as the beginning of a key whose tail is that of a message. */
function toMessageKey(bytes: Uint8Array): RecordKey {
  const key = Uint8Array.from(bytes)
  key[32] = (key[32] ?? 0) & 0x7f
  if (!isRecordKey(key)) throw new TypeError('a test makes a key that is none')
  return key
}

/** Packed keys whose hashes look random and are the same for the same seed. */
export function createUniformKeys(count: number, seed: string): Uint8Array {
  const packed = createSeededRandomness(seed).bytes(count * RECORD_KEY_BYTES)
  for (let index = 32; index < packed.length; index += RECORD_KEY_BYTES) {
    packed[index] = (packed[index] ?? 0) & 0x7f
  }
  return packed
}

const uniformKey = fc
  .uint8Array({ minLength: RECORD_KEY_BYTES, maxLength: RECORD_KEY_BYTES })
  .map(toMessageKey)

/** Keys that share all but two bytes, at the beginning, in the middle or at the end. */
const clusteredKey = fc
  .tuple(fc.constantFrom(0, 3, 17, 30, 33, 38), fc.nat({ max: 255 }), fc.nat({ max: 255 }))
  .map(([place, first, second]) => {
    const bytes = new Uint8Array(RECORD_KEY_BYTES).fill(0x5a)
    bytes.set([first, second], place)
    return toMessageKey(bytes)
  })

export const arbitraryKey: fc.Arbitrary<RecordKey> = fc.oneof(uniformKey, clusteredKey)

export interface Run {
  readonly outcome: ReconciliationOutcome
  readonly questions: readonly Uint8Array[]
  readonly answers: readonly Uint8Array[]
}

/** Reconciles two sets over the bytes of their messages. Throws for a refusal on either side. */
export function reconcile(
  sets: { readonly ours: KeySet; readonly theirs: KeySet },
  asking: ReconciliationOptions = {},
  answering: AnswerOptions = {},
): Run {
  const reconciliation = createReconciliation(sets.ours, asking)
  return drive(reconciliation, (question) => {
    const answer = answerReconciliation(sets.theirs, question, answering)
    if (!answer.ok) throw answer.error
    return answer.value
  })
}

/** Asks whoever answers until there is an outcome. Throws for a refusal. */
function drive(reconciliation: Reconciliation, answer: (question: Uint8Array) => Uint8Array): Run {
  const questions: Uint8Array[] = []
  const answers: Uint8Array[] = []
  for (let step = reconciliation.next(); ; step = reconciliation.next(answers.at(-1))) {
    if (!step.ok) throw step.error
    if (step.value.kind === 'done') return { outcome: step.value, questions, answers }
    questions.push(step.value.message)
    answers.push(answer(step.value.message))
  }
}
