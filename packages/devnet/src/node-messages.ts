/**
 * What a node and the process that started it say to each other over Node's IPC channel.
 *
 * Staged readiness is made of these messages alone, never of waiting a while: `listening` when every
 * listener is up, `reload` when the signed directory is in its file, `ready` when the node has accepted it. `conditions` and
 * `conditioned` are the same for the file that says what is wrong with the node; `measure` and `measured` ask how many bytes of records it has moved.
 *
 * @module
 */

import { z } from 'zod'

const nodeMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('listening'),
    ports: z.object({
      https: z.int(),
      web: z.int(),
      peer: z.int(),
      files: z.int().optional(),
      preview: z.int().optional(),
    }),
  }),
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('conditioned') }),
  z.object({ type: z.literal('measured'), movedBytes: z.number() }),
])

/** From node to parent. */
export type NodeMessage = z.infer<typeof nodeMessageSchema>

/** From parent to node. */
export const RELOAD_MESSAGE = { type: 'reload' } as const
export const DRAIN_MESSAGE = { type: 'drain' } as const
export const MEASURE_MESSAGE = { type: 'measure' } as const
export const CONDITIONS_MESSAGE = { type: 'conditions' } as const

/** Reads a message of a child; `undefined` for anything that this version does not know. */
export function parseNodeMessage(message: unknown): NodeMessage | undefined {
  const parsed = nodeMessageSchema.safeParse(message)
  return parsed.success ? parsed.data : undefined
}
