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
