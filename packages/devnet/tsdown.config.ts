/**
 * The node of a local network as one program, bundled as `apps/node` bundles the production node (ADR 0008).
 *
 * @module
 */
import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/chaos/chaotic-node.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node24',
  outDir: 'dist/bundle',
  dts: false,
  deps: {
    alwaysBundle: [/^@trpc\//, /^@sotto\//, /^@noble\//, 'pino', 'ws'],
    neverBundle: ['better-sqlite3', 'sodium-native'],
    onlyBundle: false,
  },
})
