/**
 * `sotto net kill`, `lag`, `partition` and the others: breaking and mending a network that runs. This file is only the
 * command line; the words of an order are read by the local network's own parser, as in scenario files.
 *
 * @module
 */
import type { Command } from 'commander'
import { findStatePath } from '../net/state-path.ts'
import { type Print, printOutcome } from '../output.ts'
import { type PlaceOptions, addNetCommand, addPlace } from './net-options.ts'

interface OrderCommand {
  readonly name: string
  readonly description: string
  /** As commander writes arguments. */
  readonly argument?: readonly [syntax: string, description: string]
  readonly more: string
}

const HELP_GROUP = 'Breaking and mending a network that runs:'

const NODES = ['<nodes...>', 'names, numbers, `half` or `all`'] as const
const NODES_AND_OFF = ['<nodes...>', 'names, numbers, `half` or `all`; `off` at the end'] as const

const ORDERS: readonly OrderCommand[] = [
  {
    name: 'kill',
    description: 'end nodes at once, as a power cut would',
    argument: NODES,
    more: 'They come back with `start`, with all that they acknowledged.\n\n  sotto net kill node-03\n  sotto net kill 3 4',
  },
  {
    name: 'stop',
    description: 'end nodes in order',
    argument: NODES,
    more: 'They finish what they began, and come back with `start`.',
  },
  {
    name: 'start',
    description: 'bring nodes back that were killed or stopped',
    argument: NODES,
    more: 'They have their ports, keys and messages again, and whatever else was wrong with them.',
  },
  {
    name: 'pause',
    description: 'let nodes hang: connected, and silent',
    argument: NODES,
    more: 'Others wait for them until their patience ends. `resume` lets them go on.',
  },
  {
    name: 'resume',
    description: 'let paused nodes go on',
    argument: NODES,
    more: 'They answer what piled up meanwhile.',
  },
  {
    name: 'move',
    description: 'restart nodes on other ports',
    argument: NODES,
    more: 'Others learn the new address from what the node signs itself. One that is stopped is started.',
  },
  {
    name: 'clone',
    description: 'start a second program with the keys of nodes',
    argument: NODES,
    more: `It has ports and files of its own and is called node-05-clone. \`stop\` and \`kill\` end it, and what it
has said of the node ends with it. The clone of an authority votes, too.`,
  },
  {
    name: 'join',
    description: 'start one more node, with the next number',
    more: 'Its keys follow from the network’s word like all others. The directory names it at once.',
  },
  {
    name: 'leave',
    description: 'take nodes out of the directory, then stop them',
    argument: NODES,
    more: 'They do not come back; their numbers are not given again.',
  },
  {
    name: 'partition',
    description: 'let groups of nodes not reach each other',
    argument: ['<groups...>', 'groups of nodes; `half` divides the network in two'],
    more: `Nodes of one group reach each other. A single group is cut off from all others; nodes that
several groups leave out reach everybody. Clients reach all nodes. A new partition takes the
place of the one before; \`heal\` ends it.

  sotto net partition 1,2 3,4,5       two groups
  sotto net partition "1,2|3,4,5"     the same
  sotto net partition 3               node 3 against the rest
  sotto net partition half`,
  },
  {
    name: 'heal',
    description: 'make the connections between nodes good again',
    more: 'Ends partition, lag and drop. What is wrong with nodes themselves has an `off` of its own.',
  },
  {
    name: 'lag',
    description: 'delay what nodes send to other nodes',
    argument: ['<nodes-and-ms...>', 'names, numbers, `half` or `all`, then milliseconds'],
    more: `Each piece arrives so much later, in its order. 0 ends it. Behind \`jitter\` comes how much the delay
may differ.

  sotto net lag all 200
  sotto net lag 3 200 jitter 50`,
  },
  {
    name: 'drop',
    description: 'let connections to other nodes fail now and then',
    argument: ['<nodes-and-percent...>', 'names, numbers, `half` or `all`, then a percentage'],
    more: `A connection loses no bytes, so what fails is the dial, or the whole connection when it is to
carry something. 0 ends it.

  sotto net drop all 5`,
  },
  {
    name: 'skew',
    description: 'set the clocks of nodes wrong',
    argument: ['<nodes-and-ms...>', 'names, numbers, `half` or `all`, then milliseconds'],
    more: 'Ahead of the network’s time, or behind it with a minus. 0 sets them right.\n\n  sotto net skew 3 -90000',
  },
  {
    name: 'disk-full',
    description: 'let nodes have no room for messages',
    argument: NODES_AND_OFF,
    more: 'They refuse what is new and keep what they have.\n\n  sotto net disk-full 3\n  sotto net disk-full 3 off',
  },
  {
    name: 'lie',
    description: 'let nodes say that they store, and not do it',
    argument: NODES_AND_OFF,
    more: 'They pass every test that asks no further.\n\n  sotto net lie 3\n  sotto net lie 3 off',
  },
  {
    name: 'time',
    description: 'stop, move or speed up the time of all nodes',
    argument: ['<what...>', '`now`, `freeze`, `resume`, `step MS` or `scale FACTOR`'],
    more: `  now       this machine's time again
  freeze    the clocks stand still, and no timer runs out
  resume    they go on from there
  step      they jump by so many milliseconds, or back with a minus
  scale     they run so many times as fast`,
  },
]

async function obey(
  { name }: OrderCommand,
  words: readonly string[],
  { network, ...options }: PlaceOptions,
  print: Print,
): Promise<void> {
  const { composeObeyed, sendOrder } = await import('../net/send-order.ts')
  const place = { network, statePath: findStatePath(options.state) }
  const after = await sendOrder(place, name, words)
  printOutcome({ json: after, text: composeObeyed(after) }, options, print)
}

/** Adds all orders to the `net` command. */
export function addChaosCommands(net: Command, print: Print): void {
  for (const order of ORDERS) {
    const command = addPlace(addNetCommand(net, order.name, order.description))
    command.helpGroup(HELP_GROUP).addHelpText('after', `\n${order.more}`)
    if (order.argument === undefined) {
      command.action((options: PlaceOptions) => obey(order, [], options, print))
    } else {
      const [syntax, description] = order.argument
      command
        .argument(syntax, description)
        .action((words: readonly string[], options: PlaceOptions) =>
          obey(order, words, options, print),
        )
    }
  }
}
