/**
 * The value that every function returns that reads bytes or text from outside: an outcome,
 * never a throw (spec 00 §3). Mistakes of our own code throw instead and are not represented
 * here.
 *
 * @module
 */

export type Result<T, E> = Ok<T> | Err<E>

export interface Ok<T> {
  readonly ok: true
  readonly value: T
}

export interface Err<E> {
  readonly ok: false
  readonly error: E
}

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value }
}

export function err<E>(error: E): Err<E> {
  return { ok: false, error }
}
