import { expect, test } from 'vitest'
import { backend } from './index.ts'
import { backend as native } from './native.ts'
import { backend as noble } from './noble.ts'

test('it runs on the back end that the project is named after, so that neither is tested twice', () => {
  const expected = process.env['SOTTO_TEST_BACKEND']
  expect(['native', 'noble']).toContain(expected)
  expect(backend.name).toBe(expected)
  expect(backend).toBe(expected === 'native' ? native : noble)
})
