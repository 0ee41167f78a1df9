/**
 * What the reader of our texts types to run this program again.
 *
 * @module
 */
import { readSearchPath } from './config.ts'
import { findRunner, isInstalled } from './net/runner.ts'

/** An operator has installed it; in this repository it is a script. */
export function nameProgram(path: string = readSearchPath()): string {
  if (isInstalled('sotto', path)) return 'sotto'
  return `${findRunner(path)} sotto`
}
