/**
 * What the checks of code and manifests find: each breach is planted in a small tree.
 *
 * @module
 */
import { describe, expect, test } from 'vitest'
import { findCatalogBreaches } from './catalog-versions.ts'
import { findNameBreaches } from './file-names.ts'
import { findStaleFiles } from './generated-files.ts'
import { findReachBreaches } from './import-reach.ts'
import { findBarBreaches } from './measured-bar.ts'
import { findSilentFiles } from './module-comments.ts'
import { createTree } from './scratch-tree.ts'
import { findWordBreaches } from './words.ts'

describe('catalog-versions', () => {
  test('it names a version outside the catalog, a host in the lockfile, and registry settings', () => {
    using tree = createTree({
      'package.json': '{"devDependencies": {"node": "24.0.0", "zod": "catalog:"}}',
      'packages/a/package.json': '{"dependencies": {"zod": "4.0.0", "@sotto/b": "workspace:*"}}',
      'pnpm-lock.yaml': 'tarball: https://registry.example/zod.tgz\n',
      '.npmrc': 'registry=x\n',
    })
    expect(findCatalogBreaches(tree.root).map((breach) => breach.split(':')[0])).toEqual([
      'packages/a/package.json',
      '.npmrc',
      'pnpm-lock.yaml',
    ])
  })
})

describe('import-reach', () => {
  const crypto = { 'packages/crypto/package.json': '{"exports": {"./hash": "./src/hash.ts"}}' }

  test('it finds a way to session code over several files, and shows it', () => {
    using tree = createTree({
      ...crypto,
      'apps/node/package.json': '{}',
      'apps/node/src/main.ts': "import { hash } from '@sotto/crypto/hash'\n",
      'packages/crypto/src/hash.ts': "export * from './detour.ts'\n",
      'packages/crypto/src/detour.ts': "const late = import('./session/open.ts')\n",
      'packages/crypto/src/session/open.ts': '',
    })
    expect(findReachBreaches(tree.root)).toEqual([
      'a node reaches packages/crypto/src/session/open.ts ← packages/crypto/src/detour.ts ← packages/crypto/src/hash.ts ← apps/node/src/main.ts',
    ])
  })

  test('it accepts session code that nothing in a node leads to', () => {
    using tree = createTree({
      ...crypto,
      'apps/node/src/main.ts': "import { hash } from '@sotto/crypto/hash'\n",
      'packages/crypto/src/hash.ts': "import { hash } from '#backend'\n",
      'packages/crypto/src/session/open.ts': "import '../hash.ts'\n",
    })
    expect(findReachBreaches(tree.root)).toEqual([])
  })
})

describe('names and comments', () => {
  test('it names vague and badly cased files', () => {
    using tree = createTree({
      'src/string-utils.ts': '',
      'src/sendMessage.ts': '',
      'src/send-message.property.test.ts': '',
    })
    expect(findNameBreaches(tree.root)).toHaveLength(2)
  })

  test('it names a source that begins without a comment, behind a directive too', () => {
    using tree = createTree({
      'src/a.ts': 'export const a = 1\n',
      'src/b.ts': "'use client'\n/** What b is. */\n",
      'src/c.gen.ts': 'export const c = 1\n',
    })
    expect(findSilentFiles(tree.root).map((breach) => breach.split(':')[0])).toEqual(['src/a.ts'])
  })

  test('it holds declared names to the vocabulary, and leaves words of the wire alone', () => {
    using tree = createTree({
      'src/a.ts': [
        'export function handleMessage() {}',
        'const snodeList = 1',
        'const processBody = async (body: string) => body',
        'interface IStore {}',
        "const reply = { snodes: [], cluster: 'x' }",
        'const processId = 1',
      ].join('\n'),
    })
    expect(findWordBreaches(tree.root)).toHaveLength(4)
  })

  test('it finds paths of somebody’s machine and promises without an issue', () => {
    using tree = createTree({
      'a.md': 'Look into /home/somebody/sotto.\n',
      'src/a.ts': '// TODO later\n',
      'src/b.ts': '// TODO(#12) with an issue\n',
    })
    expect(findWordBreaches(tree.root)).toHaveLength(2)
  })
})

describe('measured-bar', () => {
  test('it counts test lines, escapes and suppressions over the tree', () => {
    using tree = createTree({
      'apps/node/src/a.ts': '1\n2\n3\n4\n5\n',
      'apps/node/src/a.test.ts': ['it', 'skip()\n'].join('.'),
      'apps/node/package.json': '{}',
      'src/b.ts': '// oxlint-disable-next-line no-console\n// @ts-expect-error\n',
    })
    const breaches = findBarBreaches(tree.root).join('\n')
    expect(breaches).toContain('node: 0.33 lines of test')
    expect(breaches).toContain('a test is skipped')
    expect(breaches).toContain('needs its reason')
    expect(breaches).toContain('compiler suppressions: 1')
    expect(breaches).toContain('apps/node: has no README.md')
  })

  test('it refuses a tree whose files are long on the whole', () => {
    using tree = createTree({ 'src/a.ts': '\n'.repeat(300) })
    expect(findBarBreaches(tree.root)).toHaveLength(2)
  })
})

describe('generated-files', () => {
  test('it runs what takes --check and passes on why one fails', () => {
    using tree = createTree({
      'scripts/generate-good.ts': "process.argv.includes('--check')\n",
      'scripts/generate-stale.ts':
        "if (process.argv.includes('--check')) { console.log('stale'); process.exitCode = 1 }\n",
      'scripts/vectors-library.ts': 'throw new Error("not a script")\n',
    })
    const breaches = findStaleFiles(tree.root)
    expect(breaches).toHaveLength(1)
    expect(breaches[0]).toContain('scripts/generate-stale.ts --check failed')
    expect(breaches[0]).toContain('stale')
  })
})
