/**
 * The node as one program: what the container image and the local network run. Packages with native code
 * stay outside. Loading one file of JavaScript instead of a hundred of TypeScript saves about a third of
 * an idle node's memory and most of the time that it needs to start (ADR 0008).
 *
 * @module
 */
import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/main.ts'],
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
