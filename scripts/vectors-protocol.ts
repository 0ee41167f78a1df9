/**
 * Writes and checks the vector files that `packages/protocol` answers for. Cases are written by
 * hand with their `input`; this script fills in what is missing, and never changes an `expect` or `reject` that is
 * there. With `--check` it changes nothing. It also demands that each folder refuses at least as often as it accepts.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { PROTOCOL_EVALUATORS } from '../packages/protocol/test/protocol-evaluators.ts'
import type { VectorEvaluator } from '../packages/protocol/test/vector-evaluator.ts'

interface VectorCase {
  readonly name: string
  readonly input: unknown
  readonly expect?: unknown
  readonly reject?: string
}

interface VectorFile {
  readonly cases: readonly VectorCase[]
}

interface Balance {
  accepted: number
  refused: number
}

/** Functions that take everything: there is nothing for their files to refuse. */
const TOTAL: ReadonlySet<string> = new Set([
  '02-swarm/mapping.json',
  '02-swarm/namespace.json',
  '02-swarm/seeded-draw.json',
  '02-swarm/assign.json',
  '08-authority/credit.json',
  '12-session-v2/rotation.json',
  '12-session-v2/group-id.json',
  '12-session-v2/link-emoji.json',
  '15-files/id.json',
])
const VECTORS = path.join(import.meta.dirname, '..', 'vectors')

const checkOnly = process.argv.includes('--check')
const faults: string[] = []
const balances = new Map<string, Balance>()
let caseCount = 0

for (const evaluator of PROTOCOL_EVALUATORS) settleFile(evaluator)
for (const [folder, { accepted, refused }] of balances) {
  if (refused < accepted) faults.push(`${folder}: ${refused} refusals, ${accepted} acceptances`)
}
for (const fault of faults) console.error(fault)
console.log(`${caseCount} cases in ${PROTOCOL_EVALUATORS.length} files`)
process.exitCode = faults.length === 0 ? 0 : 1

function settleFile(evaluator: VectorEvaluator): void {
  const file = path.join(VECTORS, evaluator.file)
  const text = readFileSync(file, 'utf8')
  const vectors = JSON.parse(text) as VectorFile
  const settled = vectors.cases.map((vector) => settleCase(evaluator, vector))
  const written = `${JSON.stringify({ ...vectors, cases: settled }, undefined, 2)}\n`
  if (written === text) return
  if (checkOnly) faults.push(`${evaluator.file}: not as scripts/vectors-protocol.ts writes it`)
  else writeFileSync(file, written)
}

/** A difference to what is written is a fault, never an update. */
function settleCase({ file, evaluate }: VectorEvaluator, vector: VectorCase): VectorCase {
  const verdict = evaluate(vector.input)
  caseCount++
  const folder = path.dirname(file)
  const balance = balances.get(folder) ?? { accepted: 0, refused: 0 }
  balances.set(folder, balance)
  if ('reject' in verdict) balance.refused++
  else if (!TOTAL.has(file)) balance.accepted++
  const { expect, reject } = vector
  if (expect === undefined && reject === undefined) return { ...vector, ...verdict }
  const written = reject === undefined ? { expect } : { reject }
  if (!isDeepStrictEqual(written, JSON.parse(JSON.stringify(verdict)))) {
    faults.push(`${file}: ${vector.name}: computed ${JSON.stringify(verdict)}`)
  }
  return vector
}
