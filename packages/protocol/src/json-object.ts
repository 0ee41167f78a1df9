/**
 * JSON objects from outside: parsed without a throw, members read only if they are the object's own. The formats that
 * are written in JSON, and what each member means, are elsewhere.
 *
 * @module
 */

export type JsonObject = Readonly<Record<string, unknown>>

/** `undefined` for text that is not JSON; JSON's own `null` is `null`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function parseJsonObject(text: string): JsonObject | undefined {
  const value = parseJson(text)
  return isJsonObject(value) ? value : undefined
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Without this, `constructor` and other inherited names would count as present in every object. */
export function readMember(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}
