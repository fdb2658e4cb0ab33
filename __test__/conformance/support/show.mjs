// Values as text: what a bot could notice is in it, the order of keys among it, and nothing that differs between two runs.

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g;
const DAY = 24 * 3600 * 1000;
const HELPERS = new Set(['isMe', 'getMyRole']);

/** A value that is shown as this text. */
export class Shown {
  constructor(text) {
    this.text = text;
  }
}

/** Moments close to that of the run. */
export const NOW = new Shown('NOW');
export const FUNCTION = new Shown('function');

/** An error as a case expects it. `fields`: its own enumerable ones in order. */
export function error(message, fields = {}, name = 'Error') {
  return new Shown(`${name}(${JSON.stringify(message)}) ${show(fields)}`);
}

export const sdkError = (message, code = null, service = 'messaging', cause = null) =>
  error(message, { code, service, error: cause }, 'SDKError');

export const transformError = (message, payload) => error(message, { payload }, 'TransformError');

/** @param {*} value @param {string} [key] under which it stands */
export function show(value, key) {
  if (value instanceof Shown) return value.text;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return HELPERS.has(key) ? `${key}() ${show(value())}` : 'function';
  if (typeof value === 'number') return number(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? `${value}n` : String(value);
  if (Array.isArray(value)) return `[${value.map((one) => show(one)).join(',')}]`;
  if (value instanceof Date) return `Date(${value.toISOString()})`;
  const fields = `{${Object.keys(value).map((name) => `${JSON.stringify(name)}:${show(value[name], name)}`)}}`;
  if (value instanceof Error) return `${value.constructor.name}(${JSON.stringify(value.message)}) ${fields}`;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype ? fields : `${prototype?.constructor.name ?? 'null'} ${fields}`;
}

function number(value) {
  if (Object.is(value, -0)) return '-0';
  return Math.abs(value - Date.now()) < DAY ? 'NOW' : String(value);
}

/** Ids become `#1`, `#2`, … in the order in which they are met, ports `PORT`. */
export function normaliser(port) {
  const ids = new Map();
  const short = (id) => {
    if (!ids.has(id)) ids.set(id, `#${ids.size + 1}`);
    return ids.get(id);
  };
  const ports = new RegExp(`(?<=[:"])${port}\\b`, 'g');
  return (text) => text.replace(UUID, short).replace(ports, 'PORT');
}
