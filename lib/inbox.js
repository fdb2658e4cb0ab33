'use strict';

const native = require('../native');
const { shapeOf } = require('./shapes');
const { setImmediate } = require('./ticks');

/**
 * The way from the core into JavaScript: one native Inbox for all agents of this thread. It hands over batches,
 * `[key, item, key, item, …]`; see "Out: batches" in ARCHITECTURE.md.
 */
let inbox = null;
let lastKey = 0;

/** key → the function that takes its items. Whoever stands here is kept alive, and the process with them. */
const receivers = new Map();

/** In place of a key: the item is a shape, and those that follow may name it by its number. */
const SHAPE = 0;
const shapes = [];

/** The batch in hand, and the place of the next key in it. */
let batch = [];
let next = 0;

/**
 * A native client of its own, and the key that marks what comes from it.
 *
 * @param {{ bytes?: number, messages?: number }} limits of what may wait for JavaScript before no socket is read. The
 *   first agent of a thread decides, since all its agents share the inbox.
 * @returns {{ client: object, key: number }}
 */
function open({ bytes, messages }) {
  inbox = inbox || new native.Inbox(drain, bytes, messages);
  const key = ++lastKey;
  return { client: new native.Client(inbox, key), key };
}

/**
 * From now on `receive` gets what comes for `key`.
 *
 * @param {number} key
 * @param {(item: object|Array) => void} receive
 */
function attend(key, receive) {
  if (receivers.has(key)) return;
  receivers.set(key, receive);
  if (receivers.size === 1) inbox.hold(true);
}

/**
 * Nothing more is wanted from `key`: what still comes is dropped.
 *
 * @param {number} key
 */
function leave(key) {
  if (receivers.delete(key) && receivers.size === 0) inbox.hold(false);
}

/**
 * Hands out what waits. A listener that throws ends this turn, so that its exception reaches Node as from any event
 * emitter; the rest of the batch follows in the next turn, before anything newer.
 */
function drain() {
  let finished = false;
  try {
    if (next === batch.length) take();
    handOut();
    finished = true;
  } finally {
    if (!finished) setImmediate(drain);
  }
  // The event loop breathes between two batches: a flood must not starve the bot's own timers.
  if (inbox.acknowledge()) setImmediate(drain);
}

function take() {
  next = 0;
  batch = [];
  const text = inbox.take();
  if (text !== null) batch = JSON.parse(text);
}

function handOut() {
  while (next < batch.length) {
    const key = batch[next];
    let item = batch[next + 1];
    next += 2;
    if (key === SHAPE) {
      shapes.push(shapeOf(item, rowsOf));
      continue;
    }
    if (typeof item === 'number') {
      const { size, fill } = shapes[item];
      item = fill(batch, next);
      next += size;
    }
    const receive = receivers.get(key);
    if (receive !== undefined && item !== null) receive(typeof item === 'string' ? read(item) : item);
  }
  batch = [];
  next = 0;
}

/** The objects of a list, of which the values alone have come: `[shape, value, …, shape, value, …]`. */
function rowsOf(values) {
  const rows = [];
  for (let at = 0; at < values.length;) {
    const item = values[at++];
    if (typeof item === 'number') {
      const { size, fill } = shapes[item];
      rows.push(fill(values, at));
      at += size;
    } else {
      rows.push(item);
    }
  }
  return rows;
}

/** A message that the core could not read: perhaps JavaScript can. What nobody can read means nothing to an agent. */
function read(text) {
  try {
    const message = JSON.parse(text);
    return typeof message === 'object' && message !== null && !Array.isArray(message) ? message : {};
  } catch {
    return {};
  }
}

module.exports = { attend, leave, open };
