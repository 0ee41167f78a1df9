/**
 * Runs the node of a folder in this process.
 *
 * @module
 */
import { resolve } from 'node:path'
import { NodeError } from '../errors.ts'
import { readHomeConfig } from '../read-config.ts'
import { runConfiguredNode } from '../run-node.ts'
import { assertPrivateHome } from './assert-private.ts'
import { findHomeFiles } from './home-files.ts'

/** Resolves when the node has ended. Throws a `NodeError` for what its operator can put right. */
export async function runHome(home: string): Promise<void> {
  const path = resolve(home)
  await assertPrivateHome(path)
  const config = readHomeConfig(findHomeFiles(path).config)
  if (!config.ok) throw new NodeError('node_config', config.error)
  await runConfiguredNode(config.value)
}
