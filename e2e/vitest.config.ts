import { defineConfig } from 'vitest/config'

// Each file starts whole networks: one file at a time, and time enough for a busy machine of two cores.
export default defineConfig({
  test: {
    name: 'e2e',
    fileParallelism: false,
    maxConcurrency: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
