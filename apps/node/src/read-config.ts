/**
 * The settings of this process: those of the environment, over those of a configuration file if there is one.
 *
 * @module
 */
import { dirname } from 'node:path'
import type { Result } from '@sotto/crypto/result'
import {
  type Environment,
  type NodeConfig,
  parseConfig,
  readEnvironment,
  SETTINGS,
} from './config.ts'
import { readConfigFile } from './config-file.ts'

/** Names the configuration file. */
const CONFIG_FILE_VARIABLE = 'SOTTO_CONFIG_FILE'

/**
 * The data folder is where the file is, so that a folder that was moved is whole. Secrets have files of their own, so that the
 * configuration can be shown to somebody who helps.
 */
const NOT_IN_FILE: ReadonlySet<string> = new Set([
  SETTINGS.dataDirectory.variable,
  SETTINGS.nodeSeed.variable,
  SETTINGS.authoritySeed.variable,
  SETTINGS.operatorToken.variable,
])

/** What a configuration file may set. */
export function listFileVariables(): ReadonlySet<string> {
  const variables = Object.values(SETTINGS).map(({ variable }) => variable)
  return new Set(variables.filter((variable) => !NOT_IN_FILE.has(variable)))
}

/** Settings of a file, over which those of the environment win. An empty variable counts as not set. */
export function parseConfigWithFile(
  path: string,
  environment: Environment,
): Result<NodeConfig, string> {
  const file = readConfigFile(path, listFileVariables())
  if (!file.ok) return file
  const merged: Record<string, string | undefined> = {
    [SETTINGS.dataDirectory.variable]: dirname(path),
    ...file.value.values,
  }
  const places = new Map<string, string>()
  for (const [variable, line] of file.value.lines) places.set(variable, `${path} line ${line}: `)
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || text === '') continue
    merged[variable] = text
    places.delete(variable)
  }
  return parseConfig(merged, places)
}

export function readConfig(): Result<NodeConfig, string> {
  const environment = readEnvironment()
  const path = environment[CONFIG_FILE_VARIABLE]
  return path ? parseConfigWithFile(path, environment) : parseConfig(environment)
}

/** For the folder with this configuration file, whatever the environment says of folders. */
export function readHomeConfig(path: string): Result<NodeConfig, string> {
  return parseConfigWithFile(path, {
    ...readEnvironment(),
    [SETTINGS.dataDirectory.variable]: dirname(path),
  })
}
