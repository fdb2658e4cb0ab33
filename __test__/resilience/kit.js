'use strict';

const { bot, start } = require('../support/kit');

/** The events that the options of docs/reliability.md add. */
const TYPES = ['reconnecting', 'reconnected', 'gaveUp', 'ready', 'tokenChanged'];

/** Short pauses, without chance. */
const FAST = { initialDelay: 5, maxDelay: 40, jitter: 0 };

/** An agent on a simulator of its own, which need not be connected yet. */
async function resilient(t, conf, { settings, types = [], ...options } = {}) {
  const simulator = await start(t, settings);
  return { simulator, ...bot(t, simulator.options(conf), { ...options, types: [...TYPES, ...types] }) };
}

/** The same, connected. */
async function connected(t, conf, options) {
  const made = await resilient(t, conf, options);
  await made.heard.the('connected');
  return { ...made, connection: await made.simulator.connection() };
}

/** How often the simulator was called at a step. */
const calls = (simulator, step) => simulator.log.filter((entry) => entry.step === step || entry.kind === step).length;

module.exports = { FAST, TYPES, calls, connected, resilient };
