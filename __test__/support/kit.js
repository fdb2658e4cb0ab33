'use strict';

const { Agent } = require('../..');
const { Simulator } = require('../../simulator');
const { Waits } = require('../../simulator/lib/waits');

/** How long anything may take, in ms. */
const DEADLINE = 15_000;

/** The events that every agent may have, besides the types of the service. */
const EVENTS = ['connected', 'closed', 'error', 'success', 'warn', 'notification', 'message:sent'];

/** What an agent said, in order: `list` holds `[event, ...arguments]`. */
class Heard {
  #waits = new Waits(DEADLINE);

  constructor(agent, types) {
    this.list = [];
    for (const name of [...EVENTS, ...types]) {
      agent.on(name, (...args) => {
        this.list.push([name, ...args]);
        this.#waits.check();
      });
    }
  }

  /** @returns {string[]} the names, of those events only if any are given */
  names(...only) {
    return this.list.map(([name]) => name).filter((name) => only.length === 0 || only.includes(name));
  }

  /** @returns {Array[]} the arguments of each such event */
  all(name) {
    return this.list.filter(([one]) => one === name).map(([, ...args]) => args);
  }

  /** @returns {Promise<Array>} the arguments of the n-th such event, counted from the first there ever was */
  the(name, n = 1, within = DEADLINE) {
    const instead = () => JSON.stringify(this.names());
    return this.#waits.until(`"${name}" number ${n}`, () => this.all(name)[n - 1], { within, instead });
  }

  /** @returns {Promise<*>} what the probe says once it says something; it is asked again at every event */
  until(what, probe, within = DEADLINE) {
    return this.#waits.until(what, probe, { within, instead: () => JSON.stringify(this.names()) });
  }

  clear() {
    this.list.length = 0;
  }
}

/** A simulator that ends with the test. */
async function start(t, options) {
  const simulator = await Simulator.start({ wait: DEADLINE, ...options });
  t.after(() => simulator.close());
  return simulator;
}

/**
 * An agent that ends with the test, and what it says.
 *
 * @param {object} t test context
 * @param {object} conf
 * @param {{ Class?: Function, types?: string[] }} [options] types: notifications and responses to be heard as well
 * @returns {{ agent: Agent, heard: Heard }}
 */
function bot(t, conf, { Class = Agent, types = [] } = {}) {
  const agent = new Class(conf);
  t.after(() => agent.dispose());
  return { agent, heard: new Heard(agent, types) };
}

/**
 * An agent that is connected to a simulator of its own.
 *
 * @param {object} t test context
 * @param {{ conf?: object, settings?: object, Class?: Function, types?: string[] }} [options]
 */
async function connected(t, { conf, settings, ...options } = {}) {
  const simulator = await start(t, settings);
  const made = bot(t, simulator.options(conf), options);
  await made.heard.the('connected');
  return { simulator, connection: await simulator.connection(), ...made };
}

/** Resolves as the promise does, or rejects at the deadline and says what was waited for. */
async function within(promise, what, deadline = DEADLINE) {
  let timer;
  const lapse = new Promise((resolve, reject) => {
    const failure = new Error(`Waited ${deadline} ms for ${what}, in vain.`);
    timer = setTimeout(() => reject(failure), deadline);
  });
  try {
    return await Promise.race([promise, lapse]);
  } finally {
    clearTimeout(timer);
  }
}

/** @returns {Promise<Array>} what the callback given to `work` was called with */
function called(work, what = 'the callback') {
  return within(new Promise((resolve) => work((...args) => resolve(args))), what);
}

/** The service answers requests as the test says: `answer(frame, connection)`; undefined: as usual; null: not at all. */
function answering(simulator, answer) {
  return simulator.on('request', ({ frame, connection }) => {
    const given = answer(frame, connection);
    if (given === undefined) return undefined;
    if (given !== null) connection.push(given);
    return { before: true };
  });
}

/** One turn after another of the event loop, until what was begun has gone through. */
async function turns(count = 5) {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}

/** Runs something during which exceptions reach Node; returns them once it is through and there are `count`. */
async function uncaught(count, work) {
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const errors = [];
  try {
    const thrown = new Promise((resolve) => {
      process.on('uncaughtException', (error) => {
        errors.push(error);
        if (errors.length === count) resolve();
      });
    });
    await within(Promise.all([thrown, work()]), `${count} uncaught exceptions`);
    return errors;
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of others) process.on('uncaughtException', listener);
  }
}

/** The calls of a step that the service has received. */
const calls = (simulator, step) => simulator.log.filter((entry) => entry.kind === 'http' && entry.step === step);

module.exports = { DEADLINE, Heard, answering, bot, called, calls, connected, start, turns, uncaught, within };
