/**
 * The port for what the engine remembers about the network between runs: nodes and guards. Texts under names; losing
 * them costs time and a new guard, never a message.
 *
 * @module
 */

export interface StateStore {
  read(name: string): Promise<string | undefined>
  write(name: string, value: string): Promise<void>
}
