/**
 * The methods that anybody may call: `info`, `get_swarm`, `oxend_request` (spec 03 §4.3, §4.11, §4.12).
 *
 * @module
 */

import { err, ok } from '@sotto/crypto/result'
import type { AccountBytes } from '../../swarm/index.ts'
import { flexibleAccountField } from '../account-params.ts'
import { type Codec, isJsonObject, type JsonObject } from '../codec.ts'
import { optionalField, requiredField } from '../fields.ts'
import { acceptFields, createMethod, type Method } from '../method.ts'

export type InfoParams = Readonly<Record<string, never>>

export interface GetSwarmParams {
  readonly account: AccountBytes
}

export type DirectoryEndpoint = 'get_service_nodes' | 'ons_resolve'

export interface OxendRequestParams {
  readonly endpoint: DirectoryEndpoint
  /** As the client sent it; whoever answers the endpoint judges it. */
  readonly params?: JsonObject
}

const NOT_ENDPOINT = err('must be get_service_nodes or ons_resolve')
const ONLY_JSON = err('is not forwarded between nodes')

const endpointCodec: Codec<DirectoryEndpoint> = {
  description: '`get_service_nodes` or `ons_resolve`',
  readJson: (value) =>
    value === 'get_service_nodes' || value === 'ons_resolve' ? ok(value) : NOT_ENDPOINT,
  readBt: () => ONLY_JSON,
  writeJson: (value) => value,
  writeBt: (value) => value,
}

/** What came out of a JSON parser holds JSON values only. */
function isParsedObject(value: unknown): value is JsonObject {
  return isJsonObject(value)
}

const objectCodec: Codec<JsonObject> = {
  description: 'object',
  readJson: (value) => (isParsedObject(value) ? ok(value) : err('must be an object')),
  readBt: () => ONLY_JSON,
  writeJson: (value) => value,
  writeBt: () => new Map(),
}

export const infoMethod: Method<InfoParams> = createMethod<InfoParams, InfoParams>({
  name: 'info',
  fields: {},
  finish: acceptFields,
  replySummary: '`version`, `timestamp`',
})

export const getSwarmMethod: Method<GetSwarmParams> = createMethod<GetSwarmParams, GetSwarmParams>({
  name: 'get_swarm',
  aliases: ['get_snodes_for_pubkey'],
  fields: { account: flexibleAccountField },
  finish: acceptFields,
  replySummary: '`snodes`, `swarm`',
})

export const oxendRequestMethod: Method<OxendRequestParams> = createMethod<
  OxendRequestParams,
  OxendRequestParams
>({
  name: 'oxend_request',
  fields: {
    endpoint: requiredField('endpoint', endpointCodec),
    params: optionalField('params', objectCodec),
  },
  finish: acceptFields,
  replySummary: '`result`',
})
