/**
 * Every RPC method in one table, and the type of a request (spec 03 §4).
 *
 * To add a method, write its file in `methods/`, add one line to `ParamsByMethod` and one to `METHODS`.
 * Batch, sequence and ifelse hold other requests and are read in `parse-request.ts`.
 *
 * @module
 */

import type { Condition } from './condition.ts'
import type { Method } from './method.ts'
import { type DeleteAllParams, deleteAllMethod } from './methods/delete-all.ts'
import { type DeleteBeforeParams, deleteBeforeMethod } from './methods/delete-before.ts'
import { type DeleteParams, deleteMethod } from './methods/delete.ts'
import { type ExpireAllParams, expireAllMethod } from './methods/expire-all.ts'
import { type ExpireParams, expireMethod } from './methods/expire.ts'
import { type GetExpiriesParams, getExpiriesMethod } from './methods/get-expiries.ts'
import { type RetrieveParams, retrieveMethod } from './methods/retrieve.ts'
import {
  type RevokeParams,
  revokeSubaccountMethod,
  unrevokeSubaccountMethod,
} from './methods/revoke-subaccount.ts'
import { type StoreParams, storeMethod } from './methods/store.ts'
import {
  type GetSwarmParams,
  getSwarmMethod,
  type InfoParams,
  infoMethod,
  type OxendRequestParams,
  oxendRequestMethod,
} from './methods/unsigned.ts'

export interface ParamsByMethod {
  readonly store: StoreParams
  readonly retrieve: RetrieveParams
  readonly info: InfoParams
  readonly delete: DeleteParams
  readonly delete_all: DeleteAllParams
  readonly delete_before: DeleteBeforeParams
  readonly expire_all: ExpireAllParams
  readonly expire: ExpireParams
  readonly get_expiries: GetExpiriesParams
  readonly revoke_subaccount: RevokeParams
  readonly unrevoke_subaccount: RevokeParams
  readonly get_swarm: GetSwarmParams
  readonly oxend_request: OxendRequestParams
}

/** The methods that hold no other request. */
export type MethodName = keyof ParamsByMethod

export const METHODS: { readonly [M in MethodName]: Method<ParamsByMethod[M]> } = {
  store: storeMethod,
  retrieve: retrieveMethod,
  info: infoMethod,
  delete: deleteMethod,
  delete_all: deleteAllMethod,
  delete_before: deleteBeforeMethod,
  expire_all: expireAllMethod,
  expire: expireMethod,
  get_expiries: getExpiriesMethod,
  revoke_subaccount: revokeSubaccountMethod,
  unrevoke_subaccount: unrevokeSubaccountMethod,
  get_swarm: getSwarmMethod,
  oxend_request: oxendRequestMethod,
}

/** The request of one method, or of any of several. */
export type RequestOf<M extends MethodName = MethodName> = {
  readonly [K in M]: { readonly method: K; readonly params: ParamsByMethod[K] }
}[M]

export interface BatchParams {
  readonly requests: readonly RequestOf[]
}

export type BatchRequest =
  | { readonly method: 'batch'; readonly params: BatchParams }
  | { readonly method: 'sequence'; readonly params: BatchParams }

export interface IfElseRequest {
  readonly method: 'ifelse'
  readonly params: {
    readonly condition: Condition
    readonly consequent?: RpcRequest
    readonly alternative?: RpcRequest
  }
}

export type RpcRequest = RequestOf | BatchRequest | IfElseRequest
export type MetaName = (BatchRequest | IfElseRequest)['method']

const METHOD_NAMES: ReadonlyMap<string, MethodName> = new Map(listNames())

function listNames(): [string, MethodName][] {
  const pairs: [string, MethodName][] = []
  let name: MethodName
  for (name in METHODS) {
    pairs.push([name, name])
    for (const alias of METHODS[name].aliases) pairs.push([alias, name])
  }
  return pairs
}

/** Accepts aliases too. Undefined for unknown methods and for those that hold other requests. */
export function findMethodName(text: string): MethodName | undefined {
  return METHOD_NAMES.get(text)
}

export function isMetaName(text: string): text is MetaName {
  return text === 'batch' || text === 'sequence' || text === 'ifelse'
}
