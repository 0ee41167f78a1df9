/**
 * What a running local network says about itself: the JSON of `GET <introspect>`, of `sotto net status
 * --json` and of `sotto net up --json`.
 *
 * The shape is a contract with scripts and tests outside this repository; add fields, never change one.
 * Serving it is `introspection-server.ts`.
 *
 * @module
 */

import { z } from 'zod'

/**
 * `starting` until the node has loaded the directory, `ready` while it serves, `stopped` after a
 * requested stop, `killed` after a requested kill, `failed` when it ended by itself.
 */
export const NODE_STATES = ['starting', 'ready', 'stopped', 'killed', 'failed'] as const

const portsSchema = z.object({ https: z.int(), web: z.int(), peer: z.int() })

const nodeSchema = z.object({
  name: z.string(),
  ed25519: z.string(),
  x25519: z.string(),
  legacy: z.string(),
  host: z.string(),
  ports: portsSchema,
  roles: z.array(z.string()),
  /** Swarm id: lower-case hex without padding, as in the wire protocol's `swarm` fields. */
  swarm: z.string(),
  pid: z.int().nullable(),
  state: z.enum(NODE_STATES),
})

const accountSchema = z.object({
  name: z.string(),
  accountId: z.string(),
  recoveryPhrase: z.string(),
})

const introspectionSchema = z.object({
  introspect: z.string(),
  ready: z.boolean(),
  name: z.string(),
  seedUrl: z.string(),
  nodes: z.array(nodeSchema),
  accounts: z.array(accountSchema),
})

export type NodePorts = z.infer<typeof portsSchema>
export type NodeState = (typeof NODE_STATES)[number]
export type IntrospectedNode = z.infer<typeof nodeSchema>
export type IntrospectedAccount = z.infer<typeof accountSchema>
export type Introspection = z.infer<typeof introspectionSchema>

/** Reads an introspection document of another process; `undefined` when it is something else. */
export function parseIntrospection(json: unknown): Introspection | undefined {
  const parsed = introspectionSchema.safeParse(json)
  return parsed.success ? parsed.data : undefined
}
