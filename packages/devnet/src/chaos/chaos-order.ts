/**
 * The orders by which a local network is broken and mended: what `POST /chaos` takes, what `sotto net` sends, and
 * what the steps of a scenario become.
 *
 * Nodes are given as words (`select-nodes.ts`), because only the network knows which it has.
 *
 * @module
 */

import { z } from 'zod'
import { RATE_MAX } from './timeline.ts'

/** What is done to a node as a whole. */
export const NODE_ACTIONS = ['kill', 'stop', 'start', 'pause', 'resume', 'move'] as const
export type NodeAction = (typeof NODE_ACTIONS)[number]

const LAG_MS_MAX = 60_000
/** About ten years: certificates and times of messages have limits of their own. */
const STEP_MS_MAX = 315_360_000_000

const nodesSchema = z.array(z.string()).min(1)
const switchSchema = { nodes: nodesSchema, on: z.boolean().default(true) }
const timeSchema = z.int().min(-STEP_MS_MAX).max(STEP_MS_MAX)
const lagSchema = z.int().min(0).max(LAG_MS_MAX)

const timeOrderSchema = z.discriminatedUnion('mode', [
  z.object({ action: z.literal('time'), mode: z.enum(['now', 'freeze', 'resume']) }),
  z.object({ action: z.literal('time'), mode: z.literal('step'), ms: timeSchema }),
  z.object({
    action: z.literal('time'),
    mode: z.literal('scale'),
    factor: z.number().positive().max(RATE_MAX),
  }),
])

const orderSchema = z.discriminatedUnion('action', [
  z.object({ action: z.enum(NODE_ACTIONS), nodes: nodesSchema }),
  z.object({ action: z.literal('join') }),
  z.object({ action: z.literal('leave'), nodes: nodesSchema }),
  z.object({ action: z.literal('clone'), nodes: nodesSchema }),
  z.object({ action: z.literal('partition'), groups: z.array(nodesSchema).min(1) }),
  z.object({ action: z.literal('heal') }),
  z.object({
    action: z.literal('lag'),
    nodes: nodesSchema,
    ms: lagSchema,
    jitterMs: lagSchema.default(0),
  }),
  z.object({ action: z.literal('drop'), nodes: nodesSchema, percent: z.number().min(0).max(100) }),
  z.object({ action: z.literal('skew'), nodes: nodesSchema, ms: timeSchema }),
  z.object({ action: z.literal('disk-full'), ...switchSchema }),
  z.object({ action: z.literal('lie'), ...switchSchema }),
  timeOrderSchema,
])

export type ChaosOrder = z.infer<typeof orderSchema>

/** The order, or why it is none. */
export function parseChaosOrder(json: unknown): ChaosOrder | { readonly problem: string } {
  const parsed = orderSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.join('.') ?? ''
  return { problem: `${place === '' ? 'the order' : place}: ${issue?.message ?? 'not understood'}` }
}
