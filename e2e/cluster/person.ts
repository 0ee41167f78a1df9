/**
 * Somebody with a home directory who uses the `sotto` program against one network.
 *
 * @module
 */

import { z } from 'zod'
import { type SottoRun, runSotto, runSottoJson } from './run-sotto.ts'

const accountSchema = z.object({ accountId: z.string() })
const sentSchema = z.object({
  messageHash: z.string(),
  path: z.array(z.object({ ed25519: z.string(), address: z.string() })),
})
const messagesSchema = z.array(
  z.object({ from: z.string(), text: z.string(), messageHash: z.string() }),
)

type SentMessage = z.infer<typeof sentSchema>
type ReadMessage = z.infer<typeof messagesSchema>[number]

export interface Person {
  readonly accountId: string
  send(to: string, text: string): Promise<SentMessage>
  /** The same, for what is expected to be refused. */
  trySend(to: string, text: string): Promise<SottoRun>
  read(): Promise<readonly ReadMessage[]>
}

/** Creates an account in this home on this network. */
export async function createPerson(home: string, network: string): Promise<Person> {
  const place = ['--home', home]
  const environment = { SOTTO_NETWORK: network }
  const account = await runSottoJson(['account', 'create', ...place], environment)
  const { accountId } = accountSchema.parse(account)
  return {
    accountId,
    async send(to, text) {
      const args = ['send', ...place, '--to', to, text]
      return sentSchema.parse(await runSottoJson(args, environment))
    },
    trySend: (to, text) => runSotto(['send', ...place, '--to', to, text], environment),
    async read() {
      return messagesSchema.parse(await runSottoJson(['read', ...place], environment))
    },
  }
}
