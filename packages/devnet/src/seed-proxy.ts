/**
 * Answers a seed request (spec 07) from whichever node of the local network is alive.
 *
 * A seed URL that belonged to one node would die with it, and the first thing a test of failures kills is a node.
 * The nodes' answer is passed on untouched, because clients check its exact content type.
 *
 * @module
 */

import type { IntrospectedNode } from './introspection.ts'

const SEED_TIMEOUT_MS = 5000
const UNAVAILABLE = {
  status: 503,
  body: '{"error":{"code":"no_node","message":"No node of this network answers."}}\n',
}

interface SeedAnswer {
  readonly status: number
  readonly body: string
}

async function askNode(node: IntrospectedNode, body: Uint8Array): Promise<SeedAnswer | undefined> {
  try {
    const response = await fetch(`http://${node.host}:${node.ports.web}/json_rpc`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(SEED_TIMEOUT_MS),
    })
    const text = await response.text()
    return response.status < 500 ? { status: response.status, body: text } : undefined
  } catch {
    return undefined
  }
}

/** The first answer that a ready node gives, asked one after the other in their order. */
export async function askSeed(
  nodes: readonly IntrospectedNode[],
  body: Uint8Array,
): Promise<SeedAnswer> {
  const ready = nodes.filter((node) => node.state === 'ready')
  const [first, ...others] = ready
  if (first === undefined) return UNAVAILABLE
  return (await askNode(first, body)) ?? askSeed(others, body)
}
