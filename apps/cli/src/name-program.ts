/**
 * What the reader of our texts types to run this program again.
 *
 * @module
 */
import { readSearchPath } from './config.ts'
import { findRunner } from './net/runner.ts'

export function nameProgram(): string {
  return `${findRunner(readSearchPath())} sotto`
}
