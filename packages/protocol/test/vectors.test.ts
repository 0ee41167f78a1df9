/**
 * Runs the conformance files of spec 00, 02 to 10 and 12, on whichever back end the project selects.
 *
 * @module
 */
import { loadVectors } from '@sotto/testkit/vectors'
import { describe, expect, it } from 'vitest'
import { PROTOCOL_EVALUATORS } from './protocol-evaluators.ts'

for (const { file, evaluate } of PROTOCOL_EVALUATORS) {
  describe(`vectors/${file}`, () => {
    for (const vector of loadVectors<unknown, unknown>(file).cases) {
      const verb = vector.reject === undefined ? 'accepts' : 'refuses'
      it(`${verb}: ${vector.name}`, () => {
        const written =
          vector.reject === undefined ? { expect: vector.expect } : { reject: vector.reject }
        expect(evaluate(vector.input)).toEqual(written)
      })
    }
  })
}
