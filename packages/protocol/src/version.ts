/**
 * The versions of everything that two parties must agree on (spec 00 §5): of each specification document, of the
 * signed directory list, and of the link. What the emulated storage server reports is in `rpc/limits.ts`.
 *
 * @module
 */

/** The header line `Version:` of each document in `docs/spec`; a script compares them. */
export const SPEC_VERSIONS = {
  '00-conventions': 1,
  '01-identity': 1,
  '02-swarm': 1,
  '03-rpc': 1,
  '04-onion': 1,
  '05-session': 1,
  '06-link': 1,
  '07-directory': 1,
  '08-authority': 1,
  '09-health': 1,
  '10-replication': 1,
  '11-config': 1,
  '12-session-v2': 1,
  '13-attachments': 1,
  '14-groups': 1,
  '15-files': 1,
  '16-archive': 1,
  '17-previews': 1,
} as const

/** Spec 07 §3.1. A list of any other version is refused. */
export const DIRECTORY_VERSION = 1

/** Spec 06 §2. Offered and required in the TLS handshake between nodes. */
export const LINK_PROTOCOL = 'sotto-link/1'
