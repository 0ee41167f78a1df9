/**
 * What the operator API looks at: the running node, read-only but for the wish to leave. It is handed over by the composition root.
 *
 * @module
 */
import type { NodePorts } from '@sotto/protocol/directory'
import type { RunningFiles } from '../files/start-files.ts'
import type { HealthService } from '../health/health-service.ts'
import type { NodeBase } from '../node-base.ts'
import type { PreviewTally } from '../preview/preview-tally.ts'
import type { ReplicationService } from '../replication/replication-service.ts'

export interface OperatorParts {
  readonly base: Pick<
    NodeBase,
    'config' | 'identity' | 'clock' | 'keeper' | 'records' | 'files' | 'events'
  >
  readonly health: Pick<HealthService, 'tally' | 'watched' | 'book'>
  readonly replication: Pick<
    ReplicationService,
    'isCaughtUp' | 'behindCount' | 'reconciledMs' | 'movedBytes' | 'unconfirmed'
  >
  /** What a node with the role `files` runs. */
  readonly fileRole: Pick<RunningFiles, 'service' | 'folder'> | undefined
  readonly membership: { readonly isLeaving: boolean; leave(): void }
  readonly ports: NodePorts
  readonly startedAt: number
  /** Of a node with the role `preview`. */
  readonly previews?: PreviewTally
}
