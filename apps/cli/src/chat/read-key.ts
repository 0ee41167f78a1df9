/**
 * What a key of the terminal means here. Text that is pasted comes as one text, so that its line breaks send nothing.
 *
 * @module
 */
import type { Key as PressedKey } from 'node:readline'
import type { Key, KeyName } from './effect.ts'

export interface KeyReader {
  /** Nothing for keys that mean nothing, and while a paste goes on. */
  read(text: string | undefined, pressed: PressedKey): Key | undefined
}

const PLAIN: Readonly<Record<string, KeyName>> = {
  return: 'send',
  enter: 'newline',
  tab: 'next',
  down: 'next',
  up: 'previous',
  pageup: 'pageUp',
  pagedown: 'pageDown',
  left: 'left',
  right: 'right',
  home: 'home',
  end: 'end',
  backspace: 'backspace',
  delete: 'delete',
  escape: 'escape',
}

const WITH_CONTROL: Readonly<Record<string, KeyName>> = {
  c: 'leave',
  d: 'delete',
  l: 'redraw',
  z: 'suspend',
  p: 'markUp',
  n: 'markDown',
  s: 'save',
  a: 'home',
  e: 'end',
  b: 'left',
  f: 'right',
  u: 'clear',
  w: 'cutWord',
  h: 'backspace',
  j: 'newline',
}

const PASTE_MAX = 20_000

export function createKeyReader(): KeyReader {
  let pasted: string | undefined
  return {
    read(text, pressed) {
      if (pressed.name === 'paste-start') {
        pasted = ''
        return undefined
      }
      if (pasted === undefined) return readPressed(text, pressed)
      if (pressed.name === 'paste-end') {
        const whole = pasted
        pasted = undefined
        return { kind: 'text', text: whole }
      }
      if (pasted.length < PASTE_MAX) pasted += text ?? ''
      return undefined
    },
  }
}

function readPressed(text: string | undefined, pressed: PressedKey): Key | undefined {
  const name = findName(pressed)
  if (name !== undefined) return { kind: 'press', name }
  const isText = text !== undefined && pressed.ctrl !== true && pressed.meta !== true
  return isText && text >= ' ' && text !== '\u007F' ? { kind: 'text', text } : undefined
}

function findName({ name = '', ctrl, meta, shift }: PressedKey): KeyName | undefined {
  if (ctrl === true) return lookUp(WITH_CONTROL, name)
  if (name === 'tab' && shift === true) return 'previous'
  if (meta === true) return name === 'return' ? 'newline' : lookUp({ escape: 'escape' }, name)
  return lookUp(PLAIN, name)
}

function lookUp(names: Readonly<Record<string, KeyName>>, name: string): KeyName | undefined {
  return Object.hasOwn(names, name) ? names[name] : undefined
}
