/**
 * The methods of the operator API (docs/operations/operator-api.md). None takes an input, so that nothing has to be parsed.
 * Loaded only by a node that has the API on: the library costs memory. Clients import the types alone.
 *
 * @module
 */
import {
  initTRPC,
  type TRPCBuiltRouter,
  type TRPCDefaultErrorShape,
  type TRPCMutationProcedure,
  type TRPCQueryProcedure,
} from '@trpc/server'
import {
  describeDirectory,
  describeHealth,
  describeObservations,
  describeSwarm,
} from './describe-network.ts'
import { describeStatus } from './describe-status.ts'
import { describeStorage } from './describe-storage.ts'
import { describeDrain } from './find-own-place.ts'
import type { OperatorParts } from './operator-parts.ts'
import type {
  DirectoryView,
  DrainView,
  HealthView,
  NodeStatus,
  ObservationsView,
  StorageView,
  SwarmView,
} from './operator-views.ts'

type Query<T> = TRPCQueryProcedure<{ input: void; output: T; meta: object }>

interface Root {
  ctx: object
  meta: object
  errorShape: TRPCDefaultErrorShape
  transformer: false
}

/** What clients of the API are typed by. */
export type OperatorRouter = TRPCBuiltRouter<
  Root,
  {
    status: Query<NodeStatus>
    health: Query<HealthView>
    observations: Query<ObservationsView>
    swarm: Query<SwarmView>
    storage: Query<StorageView>
    directory: Query<DirectoryView>
    drain: TRPCMutationProcedure<{ input: void; output: DrainView; meta: object }>
  }
>

export function createOperatorRouter(parts: OperatorParts): OperatorRouter {
  // Stacks and causes are for the log.
  const { procedure, router } = initTRPC.create({ isDev: false })
  return router({
    status: procedure.query(() => describeStatus(parts)),
    health: procedure.query(() => describeHealth(parts)),
    observations: procedure.query(() => describeObservations(parts)),
    swarm: procedure.query(() => describeSwarm(parts)),
    storage: procedure.query(() => describeStorage(parts)),
    directory: procedure.query(() => describeDirectory(parts)),
    drain: procedure.mutation(() => {
      parts.membership.leave()
      return describeDrain(parts)
    }),
  })
}
