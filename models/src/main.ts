/**
 * `pnpm model [CLAIM …]`: checks what spec 12 claims about rotation, erasure, removal and downgrade on a bounded model, and prints a
 * table. It fails when an attack is found where none is expected, and when an expected one is not found.
 *
 * @module
 */
import { checkClaim, type Verdict } from './claim.ts'
import { DEVICE_CLAIMS } from './claims-devices.ts'
import { SEED_CLAIMS } from './claims-seed.ts'

const CLAIMS = [...SEED_CLAIMS, ...DEVICE_CLAIMS]

function describe({ claim, outcome, isAsExpected }: Verdict): string {
  const steps = outcome.kind === 'attack' ? `, ${outcome.trace.length} steps` : ''
  const found = `${outcome.kind} (${outcome.states} states${steps})`
  const verdict = isAsExpected ? 'as expected' : `UNEXPECTED: ${claim.expected} was expected`
  return `| ${claim.id} | §${claim.section} | no ${claim.about} | ${found} | ${verdict} |`
}

const names = process.argv.slice(2)
const unknown = names.find((name) => !CLAIMS.some(({ id }) => id === name))
if (unknown !== undefined) {
  console.error(`No claim "${unknown}". There are: ${CLAIMS.map(({ id }) => id).join(', ')}.`)
  process.exitCode = 2
} else {
  console.log('| claim | spec 12 | the attacker reads | found | |\n|---|---|---|---|---|')
  let unexpected = 0
  for (const claim of CLAIMS.filter(({ id }) => names.length === 0 || names.includes(id))) {
    const verdict = checkClaim(claim)
    console.log(describe(verdict))
    const shows = names.length > 0 || !verdict.isAsExpected
    if (shows && verdict.outcome.kind === 'attack')
      console.log(verdict.outcome.trace.map((label) => `  - ${label}`).join('\n'))
    if (!verdict.isAsExpected) unexpected += 1
  }
  if (unexpected > 0) process.exitCode = 1
  console.log(unexpected === 0 ? '\nEvery claim is as expected.' : `\n${unexpected} unexpected.`)
}
