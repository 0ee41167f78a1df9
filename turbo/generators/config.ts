/**
 * The generators behind `pnpm gen`: the first files of a package, an RPC method and a decision record, so
 * that everything of a kind begins alike. They write files and change none that exist.
 *
 * @module
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PlopTypes } from '@turbo/gen'

const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/
const SNAKE_CASE = /^[a-z0-9]+(_[a-z0-9]+)*$/

export default function declareGenerators(plop: PlopTypes.NodePlopAPI): void {
  plop.setGenerator('package', {
    description: 'a package below packages/',
    prompts: [
      ask('name', 'Name, without @sotto/', KEBAB_CASE),
      ask('description', 'What it is, in one line'),
    ],
    actions: [
      ...addFiles('package', [
        ['package.json.hbs', 'packages/{{name}}/package.json'],
        ['turbo.json.hbs', 'packages/{{name}}/turbo.json'],
        ['tsconfig.json.hbs', 'packages/{{name}}/tsconfig.json'],
        ['tsconfig.test.json.hbs', 'packages/{{name}}/tsconfig.test.json'],
        ['readme.md.hbs', 'packages/{{name}}/README.md'],
        ['entry.ts.hbs', 'packages/{{name}}/src/{{name}}.ts'],
        ['entry.test.ts.hbs', 'packages/{{name}}/src/{{name}}.test.ts'],
      ]),
      () =>
        'Next: pnpm install, references in tsconfig.json, a tag in turbo.json, import rules in .oxlintrc.jsonc',
    ],
  })

  plop.setGenerator('rpc-method', {
    description: 'a storage RPC method, in packages/protocol',
    prompts: [
      ask('name', 'Name on the wire (get_expiries)', SNAKE_CASE),
      ask('section', 'Section of spec 03 that describes it (4.7)', /^\d+(\.\d+)*$/),
    ],
    actions: [
      ...addFiles('rpc-method', [
        ['method.ts.hbs', 'packages/protocol/src/rpc/methods/{{kebabCase name}}.ts'],
        ['method.test.ts.hbs', 'packages/protocol/src/rpc/methods/{{kebabCase name}}.test.ts'],
      ]),
      () =>
        'Next: an entry in packages/protocol/src/rpc/registry.ts, the section in docs/spec/03-rpc.md',
    ],
  })

  plop.setGenerator('adr', {
    description: 'a decision record in docs/adr',
    prompts: [ask('title', 'Title (Runtime and toolchain)')],
    actions: () => {
      const ordinal = findNextNumber(join(plop.getDestBasePath(), 'docs', 'adr'))
      const number = String(ordinal).padStart(4, '0')
      return addFiles('adr', [['adr.md.hbs', `docs/adr/${number}-{{kebabCase title}}.md`]], ordinal)
    },
  })
}

function ask(name: string, message: string, pattern?: RegExp): PlopTypes.PromptQuestion {
  return {
    type: 'input',
    name,
    message,
    validate: (answer: string) =>
      answer.trim() !== '' && (pattern === undefined || pattern.test(answer))
        ? true
        : `${answer} does not match ${String(pattern ?? 'a text')}`,
  }
}

function addFiles(
  template: string,
  files: readonly (readonly [source: string, target: string])[],
  ordinal = 0,
): PlopTypes.AddActionConfig[] {
  return files.map(([source, target]) => ({
    type: 'add',
    path: target,
    templateFile: `templates/${template}/${source}`,
    data: { ordinal },
  }))
}

function findNextNumber(folder: string): number {
  const numbers = readdirSync(folder).map((name) => Number.parseInt(name, 10))
  return Math.max(0, ...numbers.filter((number) => Number.isInteger(number))) + 1
}
