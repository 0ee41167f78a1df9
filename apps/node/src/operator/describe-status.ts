/**
 * `status` of the operator API: how the node stands, and what is wrong.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { listRoles } from '../directory/own-descriptor.ts'
import { SOFTWARE_VERSION } from '../software-version.ts'
import { describeFiles } from './describe-files.ts'
import { describeDrain, describeEpoch, describeStanding } from './find-own-place.ts'
import { findTroubles } from './find-troubles.ts'
import { gatherFacts } from './gather-facts.ts'
import type { OperatorParts } from './operator-parts.ts'
import type { NodeStatus } from './operator-views.ts'

export async function describeStatus(parts: OperatorParts): Promise<NodeStatus> {
  const { config, identity } = parts.base
  const files = await describeFiles(parts)
  return {
    node: encodeHex(identity.signing.publicKey),
    name: config.nodeName,
    version: SOFTWARE_VERSION.join('.'),
    roles: [...listRoles(config), ...(files === null ? [] : ['files'])],
    startedAt: parts.startedAt,
    epoch: describeEpoch(parts),
    standing: describeStanding(parts),
    troubles: findTroubles(await gatherFacts(parts)),
    drain: describeDrain(parts),
    files,
  }
}
