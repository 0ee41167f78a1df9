/**
 * The signals by which a person or the system asks a program to end.
 *
 * @module
 */

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Resolves at the first stop signal. A second one finds no listener and ends the program at once; the nodes notice
 * that and end by themselves.
 */
export function waitForStopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = (): void => {
    for (const signal of STOP_SIGNALS) process.off(signal, stop)
    resolve()
  }
  for (const signal of STOP_SIGNALS) process.on(signal, stop)
  return promise
}
