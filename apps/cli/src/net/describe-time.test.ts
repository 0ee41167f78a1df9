import { expect, it } from 'vitest'
import { describeTime } from './describe-time.ts'

it.each([
  [{ baseMs: 0, timeMs: 0, rate: 1 }, undefined],
  [{ baseMs: 5, timeMs: 5, rate: 1 }, undefined],
  [{ baseMs: 5, timeMs: 3, rate: 1 }, "is 2 ms behind this machine's"],
  [{ baseMs: 5, timeMs: 3, rate: 10 }, "runs 10 times as fast as this machine's"],
  [{ baseMs: 5, timeMs: 0, rate: 0 }, 'stands still at 1970-01-01T00:00:00.000Z'],
])('says of %j: %s', (timeline, text) => {
  expect(describeTime(timeline)).toBe(text)
})
