/**
 * Looking into JSON and modules whose form is not known: nothing here throws or guesses, and what is
 * absent is empty.
 *
 * @module
 */

export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {}
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function parseRecord(text: string): Readonly<Record<string, unknown>> {
  return asRecord(JSON.parse(text))
}
