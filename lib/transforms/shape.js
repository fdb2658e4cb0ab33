'use strict';

/**
 * What the transforms check before they change anything: a message that fails here is still as it was received.
 * The words are those of JavaScript itself for the same mishap.
 */

/** @returns {object} the value, if it is an object (or a list) */
function object(value, name) {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${name} is not an object`);
  return value;
}

/** @returns {Array} the value, if it is a list */
function list(value, name) {
  if (!Array.isArray(value)) throw new TypeError(`${name} is not iterable`);
  return value;
}

/** @returns {object[]} the value, if it is a list of objects */
function objects(value, name) {
  for (const entry of list(value, name)) object(entry, `an entry of ${name}`);
  return value;
}

/** @returns {string} the value as JavaScript writes it into a text, even where it says that it cannot */
function text(value) {
  try {
    return `${value}`;
  } catch {
    return Object.prototype.toString.call(value);
  }
}

module.exports = { list, object, objects, text };
