/**
 * Tests of the repository's own scripts. Every package has its tests beside its source and runs them from
 * its own folder: `pnpm --filter @sotto/crypto exec vitest run`.
 *
 * @module
 */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // These start other programs, which take their time on a busy machine.
  test: { include: ['scripts/**/*.test.ts'], testTimeout: 60_000 },
})
