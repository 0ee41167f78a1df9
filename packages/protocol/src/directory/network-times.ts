/**
 * The rhythm of a network (spec 07 §6): every time that the directory's rules speak of is a number of epochs, so that
 * one constant, signed in each epoch document, scales a day to minutes. Time-outs of sockets and the tolerance of
 * clocks are no such times: networks do not get faster with the epoch.
 *
 * @module
 */

/** Spec 07 §6. The epoch of a network in service. */
export const EPOCH_MS_DEFAULT = 120_000
/** Spec 07 §6. Shorter epochs leave authorities no time to agree, longer ones no hope to heal. */
export const EPOCH_MS_MIN = 500
/** Spec 07 §6. */
export const EPOCH_MS_MAX = 3_600_000
/** Spec 07 §6. How far a reader's clock may be behind that of whoever signed; not in epochs. */
export const CLOCK_TOLERANCE_MS = 60_000

export type NetworkTime =
  | 'validity'
  | 'grace'
  | 'proofInterval'
  | 'proofValidity'
  | 'testIntervalMean'
  | 'testIntervalDeviation'
  | 'retestStep'
  | 'retestMax'
  | 'failureStale'
  | 'unreachableGrace'
  | 'addressMemory'
  | 'creditInitial'
  | 'creditMax'
  | 'creditRequired'
  | 'creditEarningPeriod'
  | 'awaitingMax'
  | 'handOver'
  | 'departureShown'

/** Spec 07 §6, in epochs. */
export const TIMES_IN_EPOCHS: Readonly<Record<NetworkTime, number>> = {
  /** How long a document is fresh after the start of its epoch. */
  validity: 60,
  /** How long a document that is no longer fresh may still be used, when no newer one can be had. */
  grace: 720,
  /** A node sends a proof of uptime so often. */
  proofInterval: 30,
  /** A proof older than this counts as none. */
  proofValidity: 62.5,
  /** Mean and standard deviation between two tests of reachability that one node makes. */
  testIntervalMean: 1 / 12,
  testIntervalDeviation: 1 / 40,
  /** A failing node is tested again after so much for each failure in a row, up to the maximum. */
  retestStep: 1 / 12,
  retestMax: 1,
  /** A failure that was seen longer ago says nothing any more. */
  failureStale: 2.5,
  /** How long a node may be unreachable before it counts as an offence. */
  unreachableGrace: 32.5,
  /** An address that a node claimed so long ago is still held against another one that it claims. */
  addressMemory: 720,
  /** Credit with which a node begins, the most that it can have, and what it must have to be spared removal. */
  creditInitial: 60,
  creditMax: 1440,
  creditRequired: 60,
  /** A node in good standing earns one epoch of credit in so many. */
  creditEarningPeriod: 30,
  /** How long a node that cannot be used may wait to become active. */
  awaitingMax: 720,
  /** How long a node that asked to leave stays in its swarm, to hand over what it keeps. */
  handOver: 3,
  /** How long a node that left stays in the document, so that others see it go. */
  departureShown: 5,
}

/** In milliseconds. */
export function scaleTime(time: NetworkTime, epochMs: number): number {
  return TIMES_IN_EPOCHS[time] * epochMs
}
