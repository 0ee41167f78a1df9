import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { acceptedCases, findRepositoryRoot, loadVectors, rejectedCases } from './vectors.ts'

const FILE = '05-session/padding.json'

test('it finds the repository from any directory', () => {
  expect(existsSync(path.join(findRepositoryRoot(), 'vectors', FILE))).toBe(true)
})

test('it splits a file into what is accepted and what is refused, losing nothing', () => {
  const vectors = loadVectors<unknown, unknown>(FILE)
  const accepted = acceptedCases(vectors)
  const rejected = rejectedCases(vectors)
  expect(accepted.length + rejected.length).toBe(vectors.cases.length)
  expect(rejected.length).toBeGreaterThanOrEqual(accepted.length)
})

test('it throws for a file that is not there, so that a test cannot pass without its vectors', () => {
  expect(() => loadVectors('05-session/missing.json')).toThrow('missing.json')
})
