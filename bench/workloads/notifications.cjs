'use strict';

const { measure } = require('../meter.cjs');

/**
 * Notifications to one or more agents, as fast as they come or paced.
 *
 * @param {object} sdk
 * @param {object} params
 * @param {object} params.load what the service is asked for; see bench/service/src/load.rs
 * @param {number} [params.agents]
 * @param {number} [params.warmUp] how many notifications come before, unmeasured
 */
module.exports = async (sdk, { load, agents = 1, warmUp = 20000 }) => {
  let count = 0;
  let characters = 0;
  const heard = (length) => {
    count += 1;
    characters += length;
  };
  const bots = [];
  for (let n = 0; n < agents; n += 1) bots.push(await sdk.connect(heard));
  const each = Math.ceil(warmUp / agents);
  await Promise.all(bots.map((bot) => bot.receive({ ...load, count: each, perSecond: 0 })));

  count = 0;
  const stop = measure();
  await Promise.all(bots.map((bot) => bot.receive(load)));
  const { ms, main, total } = stop();

  const sent = load.count * agents;
  if (count !== (load.kind === 'unheard' ? 0 : sent) || Number.isNaN(characters))
    throw new Error(`${count} notifications were heard, ${sent} sent`);
  return { perSecond: (sent / ms) * 1000, mainCpu: main / sent, totalCpu: total / sent };
};
