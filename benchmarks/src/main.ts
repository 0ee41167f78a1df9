/**
 * `pnpm bench [FIGURE …]`: measures what `docs/performance.md` reports and prints it as tables. Without
 * names it measures everything, which takes some minutes; figures with Tor need Debian's `tor`.
 *
 * @module
 */
import { measureArchive } from './figures/archive.ts'
import { measureChurn } from './figures/churn.ts'
import { measureDirectory } from './figures/directory.ts'
import { measureHttpsRpc } from './figures/https-rpc.ts'
import { measureMemory } from './figures/memory.ts'
import { measureMessenger } from './figures/messenger.ts'
import { measureOnion } from './figures/onion.ts'
import { measurePrimitives } from './figures/primitives.ts'
import { measureReconcile } from './figures/reconcile.ts'
import { measureRepair } from './figures/repair.ts'
import { measureScale } from './figures/scale.ts'
import { measureSecrecy } from './figures/secrecy.ts'
import { measureStore } from './figures/store.ts'
import { formatTable, type Table } from './table.ts'

const FIGURES: Readonly<Record<string, () => Promise<Table | readonly Table[]>>> = {
  primitives: measurePrimitives,
  directory: measureDirectory,
  store: measureStore,
  onion: measureOnion,
  https: measureHttpsRpc,
  memory: measureMemory,
  churn: measureChurn,
  reconcile: measureReconcile,
  repair: measureRepair,
  scale: measureScale,
  archive: measureArchive,
  messenger: measureMessenger,
  secrecy: measureSecrecy,
}

const names = process.argv.slice(2)
const unknown = names.find((name) => !Object.hasOwn(FIGURES, name))
if (unknown !== undefined) {
  console.error(`No figure "${unknown}". There are: ${Object.keys(FIGURES).join(', ')}.`)
  process.exitCode = 2
} else {
  for (const name of names.length > 0 ? names : Object.keys(FIGURES)) {
    const tables = (await FIGURES[name]?.()) ?? []
    for (const table of [tables].flat()) console.log(formatTable(table))
  }
}
