/**
 * Whether a node keeps what it should, from the audits of its swarm (spec 08 §6.3). Members of a swarm can lie about each
 * other, so a single one is believed only where there is no other.
 *
 * @module
 */

/** How many audits of one observer passed and failed in one epoch. */
export interface AuditCount {
  readonly passed: number
  readonly failed: number
}

/** What one member of the swarm found in the two epochs that ended last. */
export interface AuditRecord {
  readonly latest: AuditCount
  readonly before: AuditCount
}

export interface AuditQuestion {
  /** Members of the swarm, the node itself included. */
  readonly swarmSize: number
  /** One for each member that audits. */
  readonly records: readonly AuditRecord[]
}

/** Spec 08 §6.3. */
const WITNESSES_MIN = 2
const WITNESSES_MIN_OF_TWO = 1
const SWARM_OF_TWO = 2
/** Spec 08 §6.3. Above this share of failures one epoch is enough. */
const FAILED_SHARE_MAX = 0.9

export function hasFailedAudits({ swarmSize, records }: AuditQuestion): boolean {
  const witnesses = swarmSize <= SWARM_OF_TWO ? WITNESSES_MIN_OF_TWO : WITNESSES_MIN
  const latest = records.map((record) => record.latest)
  if (!hasFailed(latest, witnesses)) return false
  const before = records.map((record) => record.before)
  return hasFailed(before, witnesses) || hasFailedNearlyAll(latest)
}

/** Whether at least half of those who audited found more failures than passes, and enough of them did. */
function hasFailed(counts: readonly AuditCount[], witnesses: number): boolean {
  const asked = counts.filter(isAudited)
  const failing = asked.filter(({ passed, failed }) => failed > passed)
  return failing.length >= witnesses && failing.length * 2 >= asked.length
}

/** Each observer weighs the same, however many audits it claims to have made. */
function hasFailedNearlyAll(counts: readonly AuditCount[]): boolean {
  const asked = counts.filter(isAudited)
  const shares = asked.map(({ passed, failed }) => failed / (passed + failed))
  return shares.reduce((sum, share) => sum + share, 0) > FAILED_SHARE_MAX * asked.length
}

function isAudited({ passed, failed }: AuditCount): boolean {
  return passed + failed > 0
}
