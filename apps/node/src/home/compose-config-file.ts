/**
 * Writes a configuration file for people: every setting with what it means, those that are left at their default behind a
 * `#`. Reading it is `config-file.ts`.
 *
 * @module
 */
import { SETTINGS } from '../config.ts'
import { listFileVariables } from '../read-config.ts'

const INTRODUCTION = `# Settings of this node. A line is VARIABLE=value, without quotes; a # at its beginning turns it off.
# A variable of the environment goes before the same one here. Restart the node after a change.
`

/** Values by variable. Throws for a variable that a file cannot set and for a value with a line break. */
export function composeConfigFile(values: ReadonlyMap<string, string>): string {
  const variables = listFileVariables()
  for (const [variable, value] of values) {
    if (!variables.has(variable) || /[\r\n]/u.test(value)) throw new Error(`cannot set ${variable}`)
  }
  const entries = Object.values(SETTINGS)
    .filter(({ variable }) => variables.has(variable))
    .map(({ variable, description, fallback }) => {
      const value = values.get(variable)
      const line = value === undefined ? `#${variable}=${fallback ?? ''}` : `${variable}=${value}`
      return `# ${description}\n${line}\n`
    })
  return [INTRODUCTION, ...entries].join('\n')
}
