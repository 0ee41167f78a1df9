/**
 * The part of a peeled layer that says which host gets which bytes.
 *
 * @module
 */
import type { PeeledLayer } from '@sotto/protocol/onion'

export type HostTarget = Omit<Extract<PeeledLayer, { kind: 'host' }>, 'kind' | 'hopKey'>
