/**
 * The program of a node. What a node is as a process is `run-node.ts`.
 *
 * @module
 */
import { runNode } from './run-node.ts'

process.exitCode = await runNode()
// The channel to the parent would keep the process alive after the node has ended.
if (process.connected) process.disconnect()
