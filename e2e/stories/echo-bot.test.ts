/** Carol talks to the bot of the documentation, which runs as a program of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseAccountId } from '@sotto/crypto/identity'
import { expect, inject, it } from 'vitest'
import { Cast, must } from '../cluster/cast.ts'

const BOT = fileURLToPath(new URL('../bots/echo-bot.ts', import.meta.url))
const PAGE = fileURLToPath(new URL('../../docs/contributing/bots.md', import.meta.url))

it('answers what she says', async () => {
  await using cast = new Cast()
  const bot = spawn(process.execPath, [BOT, inject('seedUrl')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(bot, 'exit')
  try {
    const [line] = (await once(createInterface({ input: bot.stdout }), 'line')) as [string]
    const id = parseAccountId(line)
    if (!id.ok) throw new Error('the bot prints no id')
    const to = id.value
    must(await cast.of('carol').send({ to, text: 'hello' }))
    await expect
      .poll(
        async () => {
          await cast.of('carol').poll({ members: 3 })
          return cast.texts('carol', to)
        },
        { timeout: 60_000, interval: 500 },
      )
      .toEqual(['hello', 'You said: hello'])
  } finally {
    bot.kill()
    await exited
  }
})

it('is the program that the page shows, in at most twenty lines', async () => {
  const program = await readFile(BOT, 'utf8')
  expect(await readFile(PAGE, 'utf8')).toContain(`\`\`\`ts\n${program}\`\`\``)
  expect(program.trimEnd().split('\n').length).toBeLessThanOrEqual(20)
})
