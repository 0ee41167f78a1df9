/**
 * The Vitest recipe of packages that run on both crypto back ends (ADR 0002): one project for
 * each, told apart by the resolve condition that selects the back end, so that tests run twice.
 *
 * @module
 */
import { defineConfig } from 'vitest/config'
import type { ViteUserConfig } from 'vitest/config'

/**
 * What tests find in `process.env`; a test asserts that it is also the back end that was
 * loaded.
 */
export const BACKEND_VARIABLE = 'SOTTO_TEST_BACKEND'

/**
 * Vite's own defaults for code that runs in Node; naming conditions replaces them, so they are
 * written out.
 */
const DEFAULT_CONDITIONS = ['module', 'node', 'development|production']
/** A property test of ten thousand runs takes longer than Vitest's five seconds on a busy machine. */
const TEST_TIMEOUT_MS = 20_000
/** What shows nothing of the back end that the rest does not show: ten thousand runs, and stories of several devices. */
const ONCE = ['**/*.property.test.ts', '**/*.story.test.ts']
const INCLUDE = ['src/**/*.test.ts', 'test/**/*.test.ts', 'conformance/**/*.test.ts']

function defineProject(name: 'native' | 'noble', exclude: readonly string[] = []) {
  const conditions = name === 'noble' ? ['sotto-noble', ...DEFAULT_CONDITIONS] : DEFAULT_CONDITIONS
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    // Pure packages keep no state between files, and one worker for each file costs more than
    // their tests.
    test: {
      name,
      include: INCLUDE,
      exclude: [...exclude],
      env: { [BACKEND_VARIABLE]: name },
      isolate: false,
      testTimeout: TEST_TIMEOUT_MS,
    },
  }
}

/** For a package's `vitest.config.ts`: `export default bothBackends()`. */
export function bothBackends(): ViteUserConfig {
  return defineConfig({ test: { projects: [defineProject('native'), defineProject('noble')] } })
}

/**
 * For packages above `crypto`: their properties and stories are about their own rules, and take up to fifty times as long on the slower
 * back end. Vectors and all other tests run on both; `crypto` runs its properties on both, too.
 */
export function bothBackendsStoriesOnce(): ViteUserConfig {
  const projects = [defineProject('native'), defineProject('noble', ONCE)]
  return defineConfig({ test: { projects } })
}
