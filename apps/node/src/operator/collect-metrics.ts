/**
 * The metrics of a node. No label carries an account, an address or a key: what is scraped ends up in other people's systems.
 *
 * @module
 */
import { NODE_STATES } from '@sotto/protocol/directory'
import { describeHealth, describeSwarm } from './describe-network.ts'
import { describeStatus } from './describe-status.ts'
import { describeStorage } from './describe-storage.ts'
import type { Metric, Sample } from './metrics-text.ts'
import type { OperatorParts } from './operator-parts.ts'
import type { NodeStatus } from './operator-views.ts'

const MS_PER_SECOND = 1000

type Values = number | readonly Sample[]

function createMetric(type: Metric['type'], name: string, help: string, values: Values): Metric {
  return { name, help, type, samples: typeof values === 'number' ? [{ value: values }] : values }
}

function createGauge(name: string, help: string, values: Values): Metric {
  return createMetric('gauge', name, help, values)
}

function createCounter(name: string, help: string, values: Values): Metric {
  return createMetric('counter', name, help, values)
}

function countResults(passed: number, failed: number): readonly Sample[] {
  return [
    { labels: { result: 'passed' }, value: passed },
    { labels: { result: 'failed' }, value: failed },
  ]
}

function createAge(nowMs: number, atMs: number | null): readonly Sample[] {
  return atMs === null ? [] : [{ value: Math.max(0, (nowMs - atMs) / MS_PER_SECOND) }]
}

export async function collectMetrics(parts: OperatorParts): Promise<readonly Metric[]> {
  const status = await describeStatus(parts)
  return [
    ...collectStanding(parts, status),
    ...collectHealth(parts),
    ...collectSwarm(parts),
    ...(await collectStorage(parts)),
    ...collectPreviews(parts),
    ...collectFiles(status),
    createGauge('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
    createGauge(
      'process_start_time_seconds',
      'When the node started.',
      status.startedAt / MS_PER_SECOND,
    ),
  ]
}

function collectStanding(parts: OperatorParts, status: NodeStatus): readonly Metric[] {
  const { standing, troubles, epoch, version, drain } = status
  const { swarm } = describeSwarm(parts)
  const states = [...NODE_STATES, 'unlisted']
  const nowMs = parts.base.clock.now()
  return [
    createGauge('node_info', 'Version and swarm of the node.', [
      { labels: { version, swarm: swarm ?? '' }, value: 1 },
    ]),
    createGauge(
      'node_state',
      'State in the document of the network: 1 for the one that holds.',
      states.map((state) => ({ labels: { state }, value: Number(state === standing.state) })),
    ),
    createGauge('node_credit_seconds', 'Time that it may be down.', standing.creditSeconds),
    createGauge(
      'node_trouble',
      '1 for each trouble of the node; see docs/operations/operator-api.md.',
      troubles.map(({ code }) => ({ labels: { code }, value: 1 })),
    ),
    createGauge(
      'node_troubles',
      'Troubles that need the operator.',
      troubles.filter(({ needsOperator }) => needsOperator).length,
    ),
    createGauge('node_epoch', 'Epoch in force.', epoch === null ? [] : epoch.epoch),
    createGauge(
      'node_directory_age_seconds',
      'Time since the epoch in force began.',
      createAge(nowMs, epoch?.startsAt ?? null),
    ),
    createGauge('node_draining', '1 while the node leaves.', Number(drain.isDraining)),
  ]
}

function collectHealth(parts: OperatorParts): readonly Metric[] {
  const health = describeHealth(parts)
  const nowMs = parts.base.clock.now()
  return [
    createGauge(
      'node_uptime_proof_age_seconds',
      'Time since the node sent its last proof of uptime.',
      createAge(nowMs, health.lastProofAt),
    ),
    createCounter(
      'node_reachability_tests_total',
      'Tests of other nodes by this one; a test passes when all protocols answer.',
      countResults(health.testsPassed, health.testsFailed),
    ),
    createGauge('swarm_nodes', 'Other nodes as this one last found them.', [
      { labels: { state: 'reachable' }, value: health.reachable },
      { labels: { state: 'failing' }, value: health.failing },
    ]),
    createCounter(
      'storage_audit_total',
      'Messages that members of the swarm could show when this node asked.',
      countResults(health.auditsPassed, health.auditsFailed),
    ),
    createCounter('node_asked_total', 'Questions of other nodes that this one answered.', [
      { labels: { kind: 'proof' }, value: health.proofsAnswered },
      { labels: { kind: 'audit' }, value: health.auditsAnswered },
    ]),
  ]
}

function collectSwarm(parts: OperatorParts): readonly Metric[] {
  const swarm = describeSwarm(parts)
  const isMember = swarm.swarm !== null
  return [
    createGauge(
      'node_swarm_replicas',
      'Members of the swarm, this node among them.',
      isMember ? swarm.members.length + 1 : 0,
    ),
    createGauge('node_swarm_behind', 'Members that lack something.', swarm.membersBehind),
    createGauge('node_caught_up', '1 when it has what its swarm keeps.', Number(swarm.isCaughtUp)),
    createCounter('swarm_transfer_bytes_total', 'Bytes of replication.', swarm.movedBytes),
  ]
}

async function collectStorage(parts: OperatorParts): Promise<readonly Metric[]> {
  const storage = await describeStorage(parts)
  return [
    createGauge('node_messages', 'Messages that are kept.', storage.messages),
    createGauge('node_storage_used_bytes', 'Size of the database.', storage.usedBytes),
    createGauge('node_storage_limit_bytes', 'Size at which it is full.', storage.limitBytes),
    createGauge('node_disk_free_bytes', 'Room on the disk.', storage.freeBytes),
  ]
}

function collectPreviews({ previews }: OperatorParts): readonly Metric[] {
  if (previews === undefined) return []
  const samples = previews.list().map(([outcome, value]) => ({ labels: { outcome }, value }))
  return [createCounter('node_previews_total', 'What became of fetches for previews.', samples)]
}

function countEach(label: string, counts: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(counts).map(([name, value]) => ({ labels: { [label]: name }, value }))
}

/** Without the role there are none: what was not measured is not zero. */
function collectFiles({ files: view }: NodeStatus): readonly Metric[] {
  if (view === null) return []
  const { files, usedBytes, quotaBytes, freeBytes, requests, refusals } = view
  return [
    createGauge('node_files', 'Files that are kept.', files),
    createGauge('node_files_used_bytes', 'Size of the files; equal ones count once.', usedBytes),
    createGauge('node_files_quota_bytes', 'Size at which new files are refused.', quotaBytes),
    createGauge('node_files_disk_free_bytes', 'Room where files are.', freeBytes ?? []),
    createCounter(
      'node_files_requests_total',
      'What was asked of files and done.',
      countEach('kind', requests),
    ),
    createCounter(
      'node_files_refusals_total',
      'What was asked of files and refused.',
      countEach('reason', refusals),
    ),
  ]
}
