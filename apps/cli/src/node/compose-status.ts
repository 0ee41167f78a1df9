/**
 * The text of `sotto node status`: what is wrong and what to do about it before anything else.
 *
 * @module
 */
import type {
  FilesView,
  NodeStatus,
  StorageView,
  SwarmView,
  Trouble,
} from '@sotto/node/operator-views'
import { makePrintable } from '../output.ts'
import { describeSpan } from './describe-span.ts'

export interface NodeReport {
  readonly status: NodeStatus
  readonly swarm: SwarmView
  readonly storage: StorageView
}

const MS_PER_SECOND = 1000
const BYTES_PER_MEGABYTE = 1_000_000
const LABEL_WIDTH = 10

const STATES: Readonly<Record<NodeStatus['standing']['state'], string>> = {
  active: 'active: it serves',
  awaiting: 'awaiting: the network knows it, and does not use it yet',
  decommissioned: 'decommissioned: out of service',
  leaving: 'leaving: it hands over what it keeps',
  left: 'left: the network has let it go',
  unlisted: 'unlisted: the network does not know it',
}

function writeLine(label: string, text: string): string {
  return `  ${label.padEnd(LABEL_WIDTH)}${text}`
}

function writeTrouble({ code, text, advice, needsOperator }: Trouble): string {
  return `  ${needsOperator ? 'FAIL' : 'note'}  ${text} (${code})\n        ${advice}`
}

function writeTroubles(troubles: readonly Trouble[]): readonly string[] {
  const open = troubles.filter(({ needsOperator }) => needsOperator).length
  const summary =
    open === 0 ? 'Nothing needs you.' : `${open} ${open === 1 ? 'trouble' : 'troubles'} to repair:`
  return [summary, ...troubles.map(writeTrouble), '']
}

function describeEpoch({ epoch }: NodeStatus, nowMs: number): string {
  if (epoch === null) return 'none yet'
  const age = describeSpan((nowMs - epoch.startsAt) / MS_PER_SECOND)
  return `${epoch.epoch}, began ${age} ago; the document is ${epoch.freshness}`
}

function describeSwarm({ swarm, members, isCaughtUp, membersBehind }: SwarmView): string {
  if (swarm === null) return 'none'
  const others = `${members.length} other ${members.length === 1 ? 'node' : 'nodes'}`
  const own = isCaughtUp ? 'it has what they keep' : 'it is still fetching what they keep'
  const behind = membersBehind === 0 ? '' : `; ${membersBehind} of them lack something`
  return `${swarm}, with ${others}; ${own}${behind}`
}

function inMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / BYTES_PER_MEGABYTE)} MB`
}

function describeStorage({ messages, usedBytes, limitBytes, freeBytes }: StorageView): string {
  const used = `${inMegabytes(usedBytes)} of ${inMegabytes(limitBytes)}`
  return `${messages} messages, ${used}; ${inMegabytes(freeBytes)} free on the disk`
}

/** A node that runs since before it was updated says nothing of files yet. */
function writeFiles({ files }: Partial<Pick<NodeStatus, 'files'>>): readonly string[] {
  return files === null || files === undefined ? [] : [writeLine('files', describeFiles(files))]
}

function describeFiles({ files, usedBytes, quotaBytes, freeBytes, refusals }: FilesView): string {
  const used = `${inMegabytes(usedBytes)} of ${inMegabytes(quotaBytes)}`
  const free = freeBytes === null ? '' : `; ${inMegabytes(freeBytes)} free on the disk`
  const noRoom = refusals.full + refusals.busy
  const refused = noRoom === 0 ? '' : `; ${noRoom} refused for want of room`
  return `${files} files, ${used}${free}${refused}`
}

export function describeDrain(drain: NodeStatus['drain']): string {
  const { isDraining, isDrained, hasLeft, unconfirmed } = drain
  if (!isDraining) return 'no'
  if (isDrained) return 'done: others keep everything. It can be stopped for good'
  if (hasLeft) return `over; of ${unconfirmed ?? 0} records it is not known that others keep them`
  if (unconfirmed === null) return 'asked; the network has not taken it in yet'
  return `under way; ${unconfirmed} records to be confirmed by others`
}

export function composeStatus({ status, swarm, storage }: NodeReport, nowMs: number): string {
  const { standing } = status
  const name = status.name === '' ? '' : ` ${makePrintable(status.name)}`
  const roles = status.roles.join(', ')
  const runs = describeSpan((nowMs - status.startedAt) / MS_PER_SECOND)
  const lines = [
    `Node${name} ${status.node}`,
    '',
    ...writeTroubles(status.troubles),
    writeLine('state', STATES[standing.state]),
    writeLine('credit', `${describeSpan(standing.creditSeconds)} that it may be away`),
    writeLine('epoch', describeEpoch(status, nowMs)),
    writeLine('swarm', describeSwarm(swarm)),
    writeLine('storage', describeStorage(storage)),
    ...writeFiles(status),
    writeLine('program', `${status.version}, ${roles}; runs for ${runs}`),
  ]
  if (status.drain.isDraining) lines.push(writeLine('drain', describeDrain(status.drain)))
  return lines.join('\n')
}
