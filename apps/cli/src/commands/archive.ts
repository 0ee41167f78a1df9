/**
 * `sotto export` and `sotto import`: the command line of archives. The work is in `../home/archive-history.ts`.
 *
 * @module
 */
import { Command } from 'commander'
import { findHome } from '../config.ts'
import { type Print, printOutcome } from '../output.ts'
import type { PassphraseOptions } from '../passphrase.ts'
import { type AccountCommandOptions, addHome, addJson, addPassphrase } from './shared-options.ts'

interface ExportCommandOptions extends AccountCommandOptions, PassphraseOptions {
  readonly out: string
  readonly withAccount?: boolean
  readonly withDisappearing?: boolean
}

export function createExportCommand(print: Print): Command {
  return addJson(addPassphrase(addHome(new Command('export'))))
    .description('write the history to a file, encrypted under a passphrase')
    .requiredOption('--out <file>', 'the file to write')
    .option('--with-account', 'the account too: whoever opens the file has it')
    .option('--with-disappearing', 'messages that disappear too: the file keeps them')
    .action(async (options: ExportCommandOptions) => {
      const { exportArchive } = await import('../home/archive-history.ts')
      const outcome = await exportArchive({ ...options, home: findHome(options) })
      printOutcome(outcome, options, print)
    })
}

export function createImportCommand(print: Print): Command {
  return addJson(addPassphrase(addHome(new Command('import'))))
    .description('read a file that export wrote into the history of a home')
    .argument('<file>', 'the file')
    .action(async (file: string, options: AccountCommandOptions & PassphraseOptions) => {
      const { importArchive } = await import('../home/archive-history.ts')
      const outcome = await importArchive(file, { ...options, home: findHome(options) })
      printOutcome(outcome, options, print)
    })
}
