// Runs a table of cases. A case is one row of the contract: what the service does, what the bot does, and all that must
// have come of it, in order, on either side, and nothing else.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { createRequire } from 'node:module';
import { Kit } from './kit.mjs';
import { certificates, Service } from './service.mjs';
import { show, Shown } from './show.mjs';

const { Agent } = createRequire(import.meta.url)('../../..');

/**
 * @typedef {object} Case
 * @property {string} row the row of the contract
 * @property {import('./service.mjs').Script} [service]
 * @property {object|Function} [conf] laid over the usual options; null: the bot makes its agents itself
 * @property {boolean} [connects] true: the case begins with an open socket, and what led to it is not looked at
 * @property {Function} [Class] of the agent, made of the Agent that is given
 * @property {Function} bot takes the Kit
 * @property {Array} client what the bot saw: `[event, ...arguments]`, or what the kit writes
 * @property {string[]} [server] what the service received; left out: not looked at
 */

/** @param {string} section of the contract @param {Case[]} cases */
export function conforms(section, cases, { concurrency = 8 } = {}) {
  describe(section, { concurrency }, () => {
    for (const one of cases) it(one.row, { timeout: 20_000 }, () => run(one));
  });
}

async function run({ service: script, conf = {}, connects = false, Class, bot, client, server }) {
  const service = await new Service(script).start();
  const { authority } = await certificates();
  const kit = new Kit({ Agent, service, ca: authority.cert });
  try {
    if (conf !== null) kit.agent(typeof conf === 'function' ? conf(kit) : conf, { Class });
    if (connects) {
      await kit.event('connected');
      kit.forget();
    }
    await bot?.(kit, kit.first);
    await kit.quiet();
    assert.deepEqual(kit.client, expected(client, kit));
    if (server !== undefined) assert.deepEqual(kit.server, server);
  } catch (error) {
    error.message += `\nwhat the bot saw: ${inspect(kit.client)}\nwhat the service received: ${inspect(kit.server)}`;
    throw error;
  } finally {
    kit.dispose();
    await service.stop();
  }
}

/** The expected lines; a Shown among them stands for itself, a function is asked for the rest. */
const expected = (lines, kit) =>
  lines.map((line) => {
    if (typeof line === 'string' || line instanceof Shown) return line.text ?? line;
    return kit.tidy([line[0], ...line.slice(1).map((value) => show(value))].join(' '));
  });
