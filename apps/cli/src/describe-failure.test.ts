/** Every failure becomes one code and one sentence. */
import { CLIENT_ERRORS, ClientError, type ClientErrorCode } from '@sotto/client/errors'
import { DevnetError } from '@sotto/devnet/errors'
import { CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { describeFailure } from './describe-failure.ts'
import { CliError } from './errors.ts'

function isClientErrorCode(code: string): code is ClientErrorCode {
  return Object.hasOwn(CLIENT_ERRORS, code)
}

describe('a failure', () => {
  it.each(Object.keys(CLIENT_ERRORS).filter(isClientErrorCode))(
    'of the engine has a sentence: %s',
    async (code) => {
      const failure = await describeFailure(new ClientError(code, 'detail for logs'))
      expect(failure).toMatchObject({ code, exitCode: 1 })
      expect(failure?.message).toMatch(/^[A-Z].*[.?]$/u)
      expect(failure?.message).not.toContain('detail for logs')
      expect(failure?.message).not.toContain('\n')
    },
  )

  it('of a command says its own sentence', async () => {
    const error = new CliError('no_account', 'There is none.')
    expect(await describeFailure(error)).toEqual({
      code: 'no_account',
      message: 'There is none.',
      exitCode: 1,
    })
  })

  it('of the local network says its own sentence', async () => {
    const error = new DevnetError('not_running', 'It does not run.')
    expect(await describeFailure(error)).toMatchObject({ code: 'not_running', exitCode: 1 })
  })

  it('of usage has exit code 2, and no prefix', async () => {
    const error = new CommanderError(1, 'commander.unknownOption', "error: unknown option '--x'")
    expect(await describeFailure(error)).toEqual({
      code: 'usage',
      message: "unknown option '--x'",
      exitCode: 2,
    })
    expect(await describeFailure(new CliError('usage', 'No.'))).toMatchObject({ exitCode: 2 })
  })

  it('is none when help was asked for', async () => {
    const help = new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)')
    expect(await describeFailure(help)).toBeUndefined()
  })

  it('is wrong usage when help was shown for want of a command', async () => {
    const help = new CommanderError(1, 'commander.help', '(outputHelp)')
    expect(await describeFailure(help)).toMatchObject({ code: 'usage', exitCode: 2 })
  })

  it.each([new Error('broken'), 'broken'])(
    'that nobody expected is said as such',
    async (error) => {
      const failure = await describeFailure(error)
      expect(failure).toMatchObject({ code: 'unexpected', exitCode: 1 })
      expect(failure?.message).toContain('broken')
    },
  )
})
