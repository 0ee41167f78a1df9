/**
 * Every vector of this package, on the back end of the project (spec documents 01, 03, 04 and
 * 05).
 */
import { loadVectors } from '@sotto/testkit/vectors'
import { describe, expect, test } from 'vitest'
import { FILE_EVALUATORS } from './file-evaluators.ts'
import { IDENTITY_EVALUATORS } from './identity-evaluators.ts'
import { KEM_EVALUATORS } from './kem-evaluators.ts'
import { MESSAGE_EVALUATORS } from './message-evaluators.ts'

const EVALUATORS = [
  ...IDENTITY_EVALUATORS,
  ...KEM_EVALUATORS,
  ...MESSAGE_EVALUATORS,
  ...FILE_EVALUATORS,
]

describe.each(EVALUATORS)('$file', (evaluator) => {
  const vectors = loadVectors<unknown, unknown>(evaluator.file)

  test.each(vectors.cases)(
    'it gives what the vector says: $name',
    ({ input, expect: value, reject }) => {
      expect(evaluator.evaluate(input)).toEqual(
        reject === undefined ? { expect: value } : { reject },
      )
    },
  )

  test('it refuses in at least as many cases as it accepts', () => {
    const refused = vectors.cases.filter((vector) => vector.reject !== undefined)
    expect(refused.length * 2).toBeGreaterThanOrEqual(vectors.cases.length)
  })
})
