/**
 * One violation for each import rule of the repository: where it is planted, what it says, and which tool
 * must find it. Running them is `planted-violations.ts`.
 *
 * @module
 */

export type Tool = 'lint' | 'types' | 'boundaries' | 'reach'

export interface Plant {
  /** The rule, as a sentence; what a failure prints. */
  readonly rule: string
  /** The folder that gets the file, or with `appendTo` the file that gets the line. */
  readonly folder: string
  readonly appendTo?: string
  /** With `appendTo`: goes after this piece of the file instead of at its end. */
  readonly after?: string
  readonly code: string
  /** What the tool names, where that is not the planted file. */
  readonly place?: string
  readonly caughtBy: Tool
  /** A piece of the tool's message, so that another complaint about the file does not count. */
  readonly says: string
}

const CRYPTO = 'packages/crypto/src'
const PROTOCOL = 'packages/protocol/src'
const CLIENT = 'packages/client/src'
const CLIENT_NODE = 'packages/client-node/src'
const NODE = 'apps/node/src'
const CLI = 'apps/cli/src'
const CLI_NODE = 'apps/cli/src/node'
const TESTKIT = 'packages/testkit/src'

export const plants: readonly Plant[] = [
  forbidImport(CRYPTO, '@sotto/protocol/swarm', 'crypto imports nothing of ours'),
  forbidImport(CRYPTO, 'sodium-native', 'crypto keeps native code in its native file'),
  forbidImport(CRYPTO, 'node:crypto', 'crypto keeps Node in its native file'),
  forbidGlobal(CRYPTO, 'document', 'crypto knows no DOM'),
  forbidGlobal(CRYPTO, 'process', 'crypto knows no Node globals'),

  forbidImport(PROTOCOL, '@sotto/client/engine', 'protocol does not import client'),
  forbidImport(PROTOCOL, '@sotto/node/start', 'protocol does not import apps'),
  forbidImport(PROTOCOL, 'node:fs', 'protocol does not import Node'),
  forbidImport(PROTOCOL, 'ws', 'protocol imports crypto and two libraries, nothing else'),
  forbidImport(PROTOCOL, '@sotto/crypto/session', 'only the session folder imports session code'),
  forbidGlobal(PROTOCOL, 'document', 'protocol knows no DOM'),
  forbidGlobal(PROTOCOL, 'fetch', 'protocol knows no network'),
  forbidGlobal(PROTOCOL, 'setTimeout', 'protocol knows no timers'),
  forbidProperty(PROTOCOL, 'Date.now', 'protocol has no clock of its own'),
  forbidProperty(PROTOCOL, 'Math.random', 'protocol has no randomness of its own'),

  forbidImport(CLIENT, '@sotto/node/start', 'client does not import apps'),
  forbidImport(CLIENT, '@sotto/devnet/network', 'nothing imports devnet but apps and tests'),
  forbidImport(CLIENT, 'node:net', 'client does not import Node'),
  forbidGlobal(CLIENT, 'document', 'client knows no DOM'),
  forbidProperty(CLIENT, 'Date.now', 'client has no clock of its own'),

  forbidImport(CLIENT_NODE, '@sotto/devnet/network', 'client-node brings a platform only'),

  forbidImport(NODE, '@sotto/client/engine', 'a node does not import client'),
  forbidImport(NODE, '@sotto/protocol/session', 'a node does not import protocol/session'),
  forbidImport(NODE, '@sotto/protocol/config', 'a node does not import protocol/config'),
  forbidImport(NODE, '@sotto/protocol/session-v2', 'a node does not import protocol/session-v2'),
  forbidImport(NODE, '@sotto/protocol/attachment', 'a node does not import protocol/attachment'),
  forbidImport(NODE, '@sotto/protocol/group', 'a node does not import protocol/group'),
  forbidImport(NODE, '@sotto/protocol/archive', 'a node does not import protocol/archive'),
  forbidImport(NODE, '@sotto/crypto/session', 'a node does not import crypto/session'),
  forbidImport(NODE, '@sotto/crypto/identity', 'a node does not import crypto/identity'),
  forbidImport(NODE, '@sotto/devnet/network', 'a node does not import devnet'),
  forbidProperty(NODE, 'process.env', 'the environment is read in config.ts'),
  {
    rule: 'packages are entered through their exports',
    folder: NODE,
    code: "import { findSwarm } from '@sotto/protocol/src/swarm/index.ts'\nexport const planted: unknown = findSwarm\n",
    caughtBy: 'types',
    says: 'TS2307',
  },
  {
    rule: 'no path leaves its package',
    folder: NODE,
    code: "import * as engine from '../../../packages/client/src/engine/index.ts'\nexport const planted: unknown = engine\n",
    caughtBy: 'boundaries',
    says: 'leaves the package',
  },
  {
    rule: 'a package imports what it declares',
    folder: NODE,
    code: "import { Command } from 'commander'\nexport const planted: unknown = Command\n",
    caughtBy: 'boundaries',
    says: 'it is not a dependency',
  },
  {
    rule: 'no manifest of a node declares client',
    folder: 'apps/node',
    appendTo: 'package.json',
    after: '"dependencies": {',
    code: ' "@sotto/client": "workspace:*",',
    place: 'packages/client/turbo.json',
    caughtBy: 'boundaries',
    says: 'Package `@sotto/client` found without any tag listed in allowlist for',
  },
  {
    rule: 'a node reaches no session code on a detour either',
    folder: `${PROTOCOL}/onion`,
    appendTo: 'index.ts',
    code: "export * as planted from '../session/index.ts'\n",
    caughtBy: 'reach',
    says: 'packages/protocol/src/session/index.ts',
  },
  {
    rule: 'a node reaches no code of the second version on a detour either',
    folder: `${PROTOCOL}/onion`,
    appendTo: 'index.ts',
    code: "export * as planted from '../session-v2/index.ts'\n",
    caughtBy: 'reach',
    says: 'packages/protocol/src/session-v2/index.ts',
  },

  forbidImport(CLI, '@sotto/node/start', 'apps do not import other apps'),
  forbidImport(CLI_NODE, '@sotto/client/engine', '`sotto node` imports no client'),
  forbidImport(CLI_NODE, '@sotto/crypto/session', '`sotto node` imports no session code'),
  forbidImport(TESTKIT, '@sotto/crypto/bytes', 'testkit is a leaf'),
]

function forbidImport(folder: string, specifier: string, rule: string): Plant {
  const code = `import * as planted from '${specifier}'\nexport const kept: unknown = planted\n`
  return { rule, folder, code, caughtBy: 'lint', says: `'${specifier}' import is restricted` }
}

function forbidGlobal(folder: string, name: string, rule: string): Plant {
  const code = `export const kept: unknown = ${name}\n`
  return { rule, folder, code, caughtBy: 'types', says: `'${name}'` }
}

function forbidProperty(folder: string, expression: string, rule: string): Plant {
  const code = `export const kept: unknown = ${expression}\n`
  return { rule, folder, code, caughtBy: 'lint', says: `'${expression}' is restricted` }
}
