/**
 * What the checks of documents find: each breach is planted in a small tree.
 *
 * @module
 */
import { describe, expect, test } from 'vitest'
import { findLinkBreaches } from './document-links.ts'
import { findErrorPageBreaches } from './error-pages.ts'
import { createTree } from './scratch-tree.ts'
import { findCitationBreaches } from './spec-citations.ts'
import { findVersionBreaches } from './spec-versions.ts'
import { findThreatModelBreaches } from './threat-model.ts'
import { findTrapBreaches } from './traps.ts'

const ONION = '# 04 Onion\n\nVersion: 2\n\n## 3. Frames\n\n### 3.1 Length\n'

describe('spec-citations', () => {
  test('it accepts sections that exist, several in one citation', () => {
    using tree = createTree({
      'docs/spec/04-onion.md': ONION,
      'packages/a/src/a.ts': '/** The frame (spec 04 §3, §3.1) and\n * spec 04\n * §3.1. */\n',
    })
    expect(findCitationBreaches(tree.root)).toEqual([])
  })

  test('it names a section and a document that do not exist', () => {
    using tree = createTree({
      'docs/spec/04-onion.md': ONION,
      'packages/a/src/a.ts': '/** spec 04 §3.1 and §3.2; spec 09 */\n',
    })
    expect(findCitationBreaches(tree.root)).toEqual([
      'packages/a/src/a.ts: cites spec 04 §3.2, which does not exist',
      'packages/a/src/a.ts: cites spec 09, which does not exist',
    ])
  })

  test('it reads a citation over the line breaks of a comment', () => {
    using tree = createTree({
      'docs/spec/04-onion.md': ONION,
      'packages/a/src/a.ts': '/**\n * Cut as in spec 04\n * §7.\n */\n',
    })
    expect(findCitationBreaches(tree.root)).toHaveLength(1)
  })
})

describe('spec-versions', () => {
  test('it names a document whose version the code does not implement', async () => {
    using tree = createTree({
      'docs/spec/04-onion.md': ONION,
      'docs/spec/05-session.md': '# 05\n\nVersion: 1\n',
      'packages/protocol/src/version.ts': "export const SPEC_VERSIONS = { '04': 1, '05': 1 }\n",
    })
    expect(await findVersionBreaches(tree.root)).toEqual([
      'spec 04: document has version 2, code has 1',
    ])
  })
})

describe('error-pages', () => {
  const table = 'export const A_ERRORS = { too_short: {}, too_long: {} }\n'

  test('it accepts a table row or a heading for each code', async () => {
    using tree = createTree({
      'packages/a/src/errors.ts': table,
      'docs/errors.md': '| code | |\n|---|---|\n| `too_short` | x |\n\n### `too_long`\n',
    })
    expect(await findErrorPageBreaches(tree.root)).toEqual([])
  })

  test('it names a code without an entry and an entry without a code', async () => {
    using tree = createTree({
      'packages/a/src/errors.ts': table,
      'docs/errors.md': '| `too_short` | x |\n| `too_wide` | x |\n',
    })
    expect(await findErrorPageBreaches(tree.root)).toEqual([
      'packages/a/src/errors.ts: too_long has no entry in docs/errors.md',
      'docs/errors.md: too_wide is in no error table',
    ])
  })
})

describe('document-links', () => {
  test('it follows links to files, folders and headings, and leaves other sites alone', () => {
    using tree = createTree({
      'docs/a.md': '# A\n[b](b.md#what-it-is) [up](../src/) [out](https://example.org) [own](#a)\n',
      'docs/b.md': '## What it *is*?\n[a](a.md)\n',
      'src/x.ts': '',
    })
    expect(findLinkBreaches(tree.root)).toEqual([])
  })

  test('it names a link to a file or a heading that does not exist', () => {
    using tree = createTree({ 'a.md': '[b](b.md) [c](#c) [outside](../up.md)\n' })
    expect(findLinkBreaches(tree.root)).toHaveLength(3)
  })
})

describe('documents without a reader', () => {
  test('it names a document below docs that no other one links to', () => {
    using tree = createTree({ 'README.md': '[a](docs/a.md)\n', 'docs/a.md': '', 'docs/b.md': '' })
    expect(findLinkBreaches(tree.root)).toEqual(['docs/b.md: no other document links to it'])
  })
})

describe('threat-model', () => {
  test('it accepts a file, a folder with tests, and an entry that has one of these', () => {
    using tree = createTree({
      'docs/threat-model.md':
        '- **TM-A1 cannot** see. Evidence: [t](../src/a.test.ts).\n- **TM-A2 cannot** read.\n  Evidence: [t](../src/).\n- **TM-A3 cannot** act. As TM-A1.\n- **TM-A4 can** count.\n',
      'src/a.test.ts': '',
    })
    expect(findThreatModelBreaches(tree.root)).toEqual([])
  })

  test('it names a claim without evidence, and a citation of an entry that is not there', () => {
    using tree = createTree({
      'docs/threat-model.md':
        '- **TM-A1 cannot** see. Evidence: [t](../src/gone.test.ts).\n- **TM-A2 can** see; **cannot** read.\n',
      'packages/a/src/a.test.ts': '// TM-B7\n',
    })
    expect(findThreatModelBreaches(tree.root)).toEqual([
      'docs/threat-model.md: TM-A1 says "cannot" without a link to a test, a rule or a vector',
      'docs/threat-model.md: TM-A2 says "cannot" without a link to a test, a rule or a vector',
      'packages/a/src/a.test.ts: cites TM-B7, which docs/threat-model.md does not have',
    ])
  })
})

describe('traps', () => {
  const page = (...rows: readonly string[]): Record<string, string> => ({
    'docs/contributing/traps.md': `| trap | what | rule |\n|---|---|---|\n${rows.join('\n')}\n`,
  })
  const rows = [1, 2, 3].map((number) => `| ${number} | Surprise | spec 04 §3.1, §5 |`)
  const LATER = '| 4 | Surprise | later: a part |'

  test('it accepts traps that titles name, one or several, and one for later that none does', () => {
    using tree = createTree({
      ...page(...rows, LATER),
      'packages/a/src/a.test.ts': "it('reads (trap 1)', () => {})\n",
      'e2e/b.test.ts': "it('reads (traps 2 and 3)', () => {})\n",
    })
    expect(findTrapBreaches(tree.root)).toEqual([])
  })

  test('it names a trap that only comments, sources and vectors name, and one that nobody does', () => {
    using tree = createTree({
      ...page(...rows),
      'packages/a/src/a.ts': "export const a = 'trap 1'\n",
      'packages/a/src/a.test.ts': '/**\n * Trap 2.\n */\n// trap 3\n',
      'vectors/01-a/a.json': '"trap 1: published"',
    })
    expect(findTrapBreaches(tree.root)).toEqual(
      [1, 2, 3].map((number) => `docs/contributing/traps.md: no test names trap ${number}`),
    )
  })

  test('it names a number that the page does not have, wherever it is cited', () => {
    using tree = createTree({
      ...page('| 1 | Surprise | [ADR 0001](../adr/0001-a.md) |'),
      'packages/a/src/a.test.ts': "it('reads (traps 1, 7)', () => {})\n",
      'packages/a/src/b.ts': '// trap 38\n',
      'vectors/01-a/a.json': '"trap 9"',
    })
    expect(findTrapBreaches(tree.root)).toEqual([
      'packages/a/src/a.test.ts: names trap 7, which docs/contributing/traps.md does not have',
      'packages/a/src/b.ts: names trap 38, which docs/contributing/traps.md does not have',
      'vectors/01-a/a.json: names trap 9, which docs/contributing/traps.md does not have',
    ])
  })

  test('it names a row that is gone, one without a rule, and one that is later no more', () => {
    using tree = createTree({
      ...page('| 1 | Surprise | later: a part |', '| 2 | Surprise | |', LATER),
      'packages/a/src/a.test.ts': "it('reads (traps 1 and 2)', () => {})\n",
    })
    expect(findTrapBreaches(tree.root)).toEqual([
      'docs/contributing/traps.md: trap 2 cites no section, nor says which later part it belongs to',
      'docs/contributing/traps.md: trap 4 stands in row 3',
      'docs/contributing/traps.md: trap 1 has a test, so it is not for later',
    ])
  })

  test('it names a page that is missing', () => {
    using tree = createTree({})
    expect(findTrapBreaches(tree.root)).toEqual(['docs/contributing/traps.md is missing'])
  })
})
