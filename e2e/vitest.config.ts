import { defineConfig } from 'vitest/config'

/** Time enough for a busy machine of two cores. */
const TIMEOUTS = { testTimeout: 120_000, hookTimeout: 120_000 }
const SCENARIOS = 'faults/*scenarios.test.ts'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'e2e',
          exclude: ['stories/**', SCENARIOS, 'node_modules/**'],
          sequence: { groupOrder: 0 },
          ...TIMEOUTS,
        },
      },
      {
        test: {
          name: 'scenarios',
          include: [SCENARIOS],
          // What they expect is bound to epochs: two networks at a time, and nothing beside them.
          fileParallelism: false,
          maxConcurrency: 2,
          sequence: { groupOrder: 1 },
          ...TIMEOUTS,
        },
      },
      {
        test: {
          name: 'stories',
          include: ['stories/**/*.test.ts'],
          globalSetup: ['cluster/story-network.ts'],
          // The network is one, and the people of each story are its own.
          isolate: false,
          sequence: { groupOrder: 2 },
          ...TIMEOUTS,
        },
      },
    ],
  },
})
