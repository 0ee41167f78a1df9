/**
 * What `net up` decides and a detached supervisor is told, as one JSON argument.
 *
 * @module
 */

import { z } from 'zod'

export const supervisorOptionsSchema = z.object({
  nodes: z.int(),
  basePort: z.int(),
  seed: z.string(),
  stateDir: z.string(),
  epochMs: z.int(),
  files: z.int(),
  previews: z.int(),
})

export type SupervisorOptions = z.infer<typeof supervisorOptionsSchema>

/** What a detached supervisor tells the command that started it, once. */
export const supervisorReportSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('failed'), code: z.string(), message: z.string() }),
])

export type SupervisorReport = z.infer<typeof supervisorReportSchema>
