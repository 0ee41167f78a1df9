import { defineConfig } from 'vitest/config'

/** Time enough for a busy machine of two cores. */
const TIMEOUTS = { testTimeout: 120_000, hookTimeout: 120_000 }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'e2e',
          exclude: ['stories/**', 'node_modules/**'],
          // Each file starts whole networks: one file at a time.
          fileParallelism: false,
          maxConcurrency: 2,
          sequence: { groupOrder: 0 },
          ...TIMEOUTS,
        },
      },
      {
        test: {
          name: 'stories',
          include: ['stories/**/*.test.ts'],
          globalSetup: ['cluster/story-network.ts'],
          isolate: false,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          ...TIMEOUTS,
        },
      },
    ],
  },
})
