'use strict';

const { measure, pause } = require('../meter.cjs');

/**
 * Many agents in one process, started at once: until all are connected, and what they take while nothing happens.
 *
 * @param {object} sdk
 * @param {object} params
 * @param {number} params.agents
 * @param {number} [params.settle] ms until V8 has tidied up after the rush, which is no work of theirs
 * @param {number} [params.idle] ms for which nothing happens
 */
module.exports = async (sdk, { agents, settle = 500, idle = 1000 }) => {
  const one = await sdk.connect();
  await pause(300);
  if (global.gc) global.gc();
  const before = process.memoryUsage().rss;

  const connecting = measure();
  const bots = await Promise.all(Array.from({ length: agents }, () => sdk.connect()));
  const { ms, main, total } = connecting();

  if (global.gc) global.gc();
  await pause(settle);
  const idling = measure();
  await pause(idle);
  const rest = idling();
  if (bots.length !== agents || !one) throw new Error('agents are missing');
  return {
    connectMs: ms,
    mainCpu: main / agents,
    totalCpu: total / agents,
    rssPerAgent: (process.memoryUsage().rss - before) / agents / 1024,
    idleCpu: rest.total / rest.ms,
  };
};
