/**
 * The port through which a network starts its nodes: in this process, as child processes, or in containers.
 *
 * A driver knows how to run a node and how to hear from it. It knows nothing of swarms or of the other
 * nodes; the staging (listen, directory, ready) is `network.ts`.
 *
 * @module
 */

import type { NodePorts } from './introspection.ts'

/** All that one node needs to start. */
export interface NodePlan {
  readonly name: string
  /** 32 bytes, from which the node derives all of its keys. */
  readonly seed: Uint8Array
  /** Where to listen; a container driver chooses its own host. */
  readonly host: string
  /** Ports to listen on, 0 for any free one. */
  readonly ports: NodePorts
  readonly dataDirectory: string
  readonly directoryFile: string
  readonly roles: readonly string[]
  /** Hex. */
  readonly networkId: string
  /** Ed25519 keys of the authorities, hex, with commas. */
  readonly directoryKeys: string
  /** Of the authority that the node is, if it is one. */
  readonly authoritySeed?: Uint8Array
  readonly logFile: string
  /** What is wrong with the node (`chaos/node-conditions.ts`); there before the node starts. */
  readonly conditionsFile: string
  /** Extra `SOTTO_*` settings of the node, as environment variables. */
  readonly settings: Readonly<Record<string, string>>
}

/** A node that listens. */
export interface DrivenNode {
  readonly host: string
  readonly ports: NodePorts
  readonly pid: number | undefined
  /**
   * Makes the node read the signed directory, which its `directoryFile` already holds; resolves when the node
   * says that it is ready.
   */
  loadDirectory(document: Uint8Array): Promise<void>
  /** Lets the node ask to be let go; it goes on until it is stopped. */
  drain(): Promise<void>
  /** Resolves when the node is gone, for whatever reason. Never rejects. */
  readonly ended: Promise<void>
  /** Asks the node to finish what it acknowledged, and resolves when it is gone. */
  stop(): Promise<void>
  /** Ends the node at once, as a power cut would, and resolves when it is gone. */
  kill(): Promise<void>
  /** Stops the node where it stands, with its connections open, as a machine that hangs. */
  pause(): Promise<void>
  /** Lets it go on. */
  resume(): Promise<void>
  /**
   * Makes the node take the conditions that its `conditionsFile` already holds; resolves when the node says that it did.
   */
  impose(text: string): Promise<void>
  /** Bytes of records that the node has sent to other nodes and received from them, since it started. */
  measureMoved?(): Promise<number>
}

export interface NodeDriver {
  /** Resolves when every listener of the node is up. */
  startNode(plan: NodePlan): Promise<DrivenNode>
}
