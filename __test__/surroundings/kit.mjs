// What the tests of the surroundings share: a simulator, agents that are cleared away, and how their attempts end.

import { once } from 'node:events';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Agent } = require('../../index.js');
const { Simulator } = require('node-agent-sdk-simulator');

const DEADLINE = 10000;

/** @returns {Promise<Simulator>} closed when the test is over */
export async function startSimulator(t, settings) {
  const simulator = await Simulator.start(settings);
  t.after(() => simulator.close());
  return simulator;
}

/**
 * Makes an agent and waits until it is connected.
 *
 * @returns {Promise<Agent>} rejects with the first `error`
 */
export async function connected(t, options) {
  const agent = startAgent(t, options);
  await once(agent, 'connected', { signal: AbortSignal.timeout(DEADLINE) }); // rejects when there is an `error` first
  return agent;
}

/** Makes an agent whose attempt is to fail. @returns {Promise<Error>} the first `error` */
export async function refused(t, options) {
  const agent = startAgent(t, options);
  const [error] = await Promise.race([
    once(agent, 'error', { signal: AbortSignal.timeout(DEADLINE) }),
    once(agent, 'connected').then(() => Promise.reject(new Error('connected, and should not have'))),
  ]);
  return error;
}

function startAgent(t, options) {
  const agent = new Agent(options);
  t.after(() => agent.dispose());
  return agent;
}

/** Does something with other environment variables; undefined: without it. */
export async function withEnv(variables, work) {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  const set = (values) => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  set(variables);
  try {
    return await work();
  } finally {
    set(before);
  }
}
