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
import { REAL_TIME } from './chaos/timeline.ts'

/**
 * `starting` until the node has loaded the directory, `ready` while it serves, `stopped` after a
 * requested stop, `killed` after a requested kill, `failed` when it ended by itself, `paused` while it hangs on request.
 */
export const NODE_STATES = ['starting', 'ready', 'stopped', 'killed', 'failed', 'paused'] as const

const portsSchema = z.object({
  https: z.int(),
  web: z.int(),
  peer: z.int(),
  /** Of the role `files`, where a node has it. */
  files: z.int().optional(),
  /** The same of the role `preview`. */
  preview: z.int().optional(),
})

const standingSchema = z.object({
  state: z.string(),
  /** The epoch in which it entered the state. */
  since: z.int(),
  /** How much longer it may be down before it is removed, in epochs. */
  creditEpochs: z.number(),
  /** Why it is not in good standing, as the authorities agree. */
  reasons: z.array(z.string()),
})

/** The directory's document in force. */
const epochSchema = z.object({
  number: z.int(),
  startsAt: z.number(),
  epochMs: z.number(),
  freshness: z.string(),
  authorities: z.int(),
  threshold: z.int(),
  /** Authorities whose signature the document has. */
  signatures: z.int(),
})

/** `nodes` are its members, `serving` those that are ready. */
const swarmSchema = z.object({ id: z.string(), nodes: z.int(), serving: z.int() })

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
  /** What the directory says of it; absent while it is in no document. */
  standing: standingSchema.optional(),
  /** The node whose keys it has too: it is a second program with them. */
  cloneOf: z.string().optional(),
  /** What is wrong with it on request, in words; nothing while all is well. */
  conditions: z.array(z.string()).default([]),
})

/** The network's time is `timeMs + (now - baseMs) * rate` milliseconds. */
const timelineSchema = z.object({ baseMs: z.number(), timeMs: z.number(), rate: z.number() })

/** What a node that wants to join must know; `sotto node init --network` reads it. */
const joiningSchema = z.object({
  network: z.string(),
  authorities: z.array(z.string()),
  threshold: z.int(),
  /** URLs that it asks for the epoch document. */
  seeds: z.array(z.string()),
})

/** Proof that an authority signed two things that exclude each other. */
const evidenceSchema = z.object({
  /** Ed25519, in hex. */
  authority: z.string(),
  /** The node that it belongs to, as far as it is one of this network. */
  node: z.string().optional(),
  /** Two votes or two documents. */
  kind: z.enum(['votes', 'documents']),
  epoch: z.int(),
})

const accountSchema = z.object({
  name: z.string(),
  accountId: z.string(),
  recoveryPhrase: z.string(),
})

/** Where files of messages go, or who fetches previews. */
const fileServerSchema = z.object({
  url: z.string(),
  /** What requests are sealed to, in hex. */
  ed25519: z.string(),
})

const introspectionSchema = z.object({
  introspect: z.string(),
  ready: z.boolean(),
  name: z.string(),
  seedUrl: z.string(),
  nodes: z.array(nodeSchema),
  accounts: z.array(accountSchema),
  timeline: timelineSchema.default(REAL_TIME),
  epoch: epochSchema.optional(),
  swarms: z.array(swarmSchema).default([]),
  joining: joiningSchema.optional(),
  fileServers: z.array(fileServerSchema).optional(),
  previewNodes: z.array(fileServerSchema).optional(),
  /** Authorities that lied, as their own signatures prove. */
  evidence: z.array(evidenceSchema).optional(),
})

export type NodePorts = z.infer<typeof portsSchema>
export type NodeState = (typeof NODE_STATES)[number]
export type IntrospectedNode = z.infer<typeof nodeSchema>
export type IntrospectedEpoch = z.infer<typeof epochSchema>
export type IntrospectedJoining = z.infer<typeof joiningSchema>
export type IntrospectedFileServer = z.infer<typeof fileServerSchema>
export type IntrospectedEvidence = z.infer<typeof evidenceSchema>
export type IntrospectedSwarm = z.infer<typeof swarmSchema>
export type NodeStanding = z.infer<typeof standingSchema>
export type IntrospectedAccount = z.infer<typeof accountSchema>
export type Introspection = z.infer<typeof introspectionSchema>

/** Reads an introspection document of another process; `undefined` when it is something else. */
export function parseIntrospection(json: unknown): Introspection | undefined {
  const parsed = introspectionSchema.safeParse(json)
  return parsed.success ? parsed.data : undefined
}
