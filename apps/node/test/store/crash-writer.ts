/**
 * A process that stores without end and says which messages were acknowledged, until it is killed
 * (`durability.test.ts`).
 *
 * @module
 */
import { createMessage, openFileStore } from './store-fixture.ts'

const IN_FLIGHT = 64
const store = openFileStore(process.argv[2] ?? '')
let next = 0

async function storeForever(): Promise<never> {
  for (;;) {
    const message = createMessage({ text: `message ${next++}` })
    const stored = await store.store(message)
    // To a pipe this is synchronous: what the parent reads was acknowledged.
    if (stored.ok) process.stdout.write(`${message.hash}\n`)
  }
}

await Promise.all(Array.from({ length: IN_FLIGHT }, storeForever))
