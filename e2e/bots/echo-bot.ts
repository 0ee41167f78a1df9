import { createMessenger } from '@sotto/client/engine'
import { openPorts } from '@sotto/client-node/ports'
import { createAccountSeed, deriveAccount } from '@sotto/crypto/identity'
import { systemRandomness } from '@sotto/crypto/randomness'

const account = deriveAccount(createAccountSeed(systemRandomness)) // keep the seed to stay the same bot
const network = { seedUrls: [process.argv[2] ?? 'http://127.0.0.1:22100'] }
const bot = createMessenger({ account, network, ports: openPorts() })

process.stdout.write(`${bot.accountId}\n`)
bot.follow({
  async onEvents(events) {
    for (const event of events) {
      const message = event.kind === 'added' ? bot.conversations.find(event.name) : undefined
      if (message?.state !== 'received') continue
      await bot.send({ to: message.conversation, text: `You said: ${message.text}` })
    }
  },
})
