'use strict';

const { inspect } = require('node:util');

/** The options and properties that are not printed. */
const SECRET = [
  ...['password', 'assertion', 'appKey', 'secret', 'accessToken', 'accessTokenSecret', 'token', 'csrf'],
  ...['key', 'pfx', 'passphrase'],
];
const MASK = '***';

/** object → what is printed in its place; always the same, so that what refers to itself is seen to. */
const standIns = new WeakMap();

/**
 * Lets `console.log` and `util.inspect` show an object without its secrets, though they are plain properties, as bots
 * want them. Nothing else sees a difference.
 *
 * @param {object} target an object, or the prototype of those it is for
 */
function conceal(target) {
  Object.defineProperty(target, inspect.custom, { value: show, configurable: true, writable: true });
}

function show(depth, { stylize }) {
  return depth < 0 ? stylize(`[${this.constructor.name}]`, 'special') : standIn(this);
}

function standIn(object) {
  const shown = standIns.get(object) || Object.create(Object.getPrototypeOf(object));
  standIns.set(object, shown);
  for (const key of Reflect.ownKeys(shown)) delete shown[key];
  Object.defineProperties(shown, Object.getOwnPropertyDescriptors(object));
  Object.defineProperty(shown, inspect.custom, { value: undefined, configurable: true });
  mask(shown);
  if (isObject(shown.conf)) replace(shown, 'conf', options(shown.conf));
  return shown;
}

function options(conf) {
  const shown = mask({ ...conf });
  if (isObject(conf.headers)) shown.headers = Object.fromEntries(Object.keys(conf.headers).map((name) => [name, MASK]));
  if (conf.proxy) shown.proxy = address(conf.proxy);
  if (isObject(conf.agent)) shown.agent = { proxy: address(conf.agent.proxy) };
  return shown;
}

function mask(shown) {
  for (const name of SECRET)
    if (Object.prototype.hasOwnProperty.call(shown, name) && shown[name]) replace(shown, name, MASK);
  return shown;
}

/** The address of a proxy without the user. */
const address = (proxy) => (typeof proxy === 'string' ? proxy.replace(/\/\/.*@/, `//${MASK}@`) : MASK);

const replace = (shown, name, value) =>
  Object.defineProperty(shown, name, { value, enumerable: true, configurable: true, writable: true });

const isObject = (value) => typeof value === 'object' && value !== null;

module.exports = { conceal };
