/**
 * Writes and checks the vector files that `packages/crypto` answers for. Cases are written by
 * hand with their `input`; this script fills in what is missing, and never changes an `expect`
 * or `reject` that is there. With `--check` it changes nothing: every case must be computed as
 * written, by our code and, where the runtime can, by OpenSSL alone.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { FILE_EVALUATORS } from '../packages/crypto/test/file-evaluators.ts'
import { IDENTITY_EVALUATORS } from '../packages/crypto/test/identity-evaluators.ts'
import { KEM_EVALUATORS } from '../packages/crypto/test/kem-evaluators.ts'
import { MESSAGE_EVALUATORS } from '../packages/crypto/test/message-evaluators.ts'
import type { VectorEvaluator } from '../packages/crypto/test/vector-evaluator.ts'
import { INDEPENDENT_EVALUATORS } from './vectors-independent.ts'

interface VectorCase {
  readonly name: string
  readonly input: unknown
  readonly expect?: unknown
  readonly reject?: string
}

interface VectorFile {
  readonly cases: VectorCase[]
}

interface Tally {
  cases: number
  independent: number
  readonly faults: string[]
}

const VECTORS = path.join(import.meta.dirname, '..', 'vectors')

function verdictOf(vector: VectorCase): Record<string, unknown> | undefined {
  if (vector.expect !== undefined) return { expect: vector.expect }
  return vector.reject === undefined ? undefined : { reject: vector.reject }
}

/**
 * The case with its verdict, or as it was if the verdict differs: a difference is a fault,
 * never an update.
 */
function settleCase(evaluator: VectorEvaluator, vector: VectorCase, tally: Tally): VectorCase {
  tally.cases++
  const label = `${evaluator.file}: ${vector.name}`
  const verdict = evaluator.evaluate(vector.input)
  const written = verdictOf(vector)
  if (written !== undefined && !isDeepStrictEqual(written, verdict)) {
    tally.faults.push(`${label}: computed ${JSON.stringify(verdict)}`)
  }
  const independent = INDEPENDENT_EVALUATORS.get(evaluator.file)?.(vector.input, verdict)
  if (independent !== undefined) {
    tally.independent++
    if (!independent) tally.faults.push(`${label}: OpenSSL disagrees`)
  }
  return written === undefined ? { ...vector, ...verdict } : vector
}

function settleFile(evaluator: VectorEvaluator, checkOnly: boolean, tally: Tally): void {
  const file = path.join(VECTORS, evaluator.file)
  const text = readFileSync(file, 'utf8')
  const vectors = JSON.parse(text) as VectorFile
  const cases = vectors.cases.map((vector) => settleCase(evaluator, vector, tally))
  const refused = cases.filter((vector) => vector.reject !== undefined).length
  if (refused * 2 < cases.length) {
    tally.faults.push(`${evaluator.file}: ${refused} refusals for ${cases.length - refused} others`)
  }
  const settled = `${JSON.stringify({ ...vectors, cases }, undefined, 2)}\n`
  if (settled === text) return
  if (checkOnly) tally.faults.push(`${evaluator.file}: not as scripts/vectors.ts writes it`)
  else writeFileSync(file, settled)
}

const checkOnly = process.argv.includes('--check')
const tally: Tally = { cases: 0, independent: 0, faults: [] }
for (const evaluator of [
  ...IDENTITY_EVALUATORS,
  ...KEM_EVALUATORS,
  ...MESSAGE_EVALUATORS,
  ...FILE_EVALUATORS,
]) {
  settleFile(evaluator, checkOnly, tally)
}
for (const fault of tally.faults) console.error(fault)
console.log(`${tally.cases} cases, ${tally.independent} of them also by OpenSSL alone`)
process.exitCode = tally.faults.length === 0 ? 0 : 1
