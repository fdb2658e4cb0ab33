'use strict';

const { measure, percentile } = require('../meter.cjs');

/** Rich content of some 2 KB, as a bot publishes it. */
const RICH_CONTENT = {
  type: 'RichContentEvent',
  content: {
    type: 'vertical',
    elements: Array.from({ length: 9 }, (_, n) => ({
      type: 'button',
      tooltip: `Choose delivery slot number ${n}`,
      title: `Between ${n + 8} and ${n + 9} o’clock`,
      click: {
        metadata: [{ type: 'ExternalId', id: `slot-${n}` }],
        actions: [{ type: 'publishText', text: `I choose slot ${n}` }],
      },
    })),
  },
};

const REQUESTS = {
  getClock: {},
  publishEvent: { dialogId: 'dialog', event: RICH_CONTENT },
  subscribeMessagingEvents: { dialogId: 'dialog', fromSeq: 0 },
};

/**
 * Requests, so many at a time: whenever one is answered the next is sent.
 *
 * @param {object} sdk
 * @param {object} params
 * @param {string} params.method
 * @param {number} params.count
 * @param {number} [params.inFlight]
 * @param {number} [params.warmUp] how many come before, unmeasured
 */
module.exports = async (sdk, { method, count, inFlight = 1, warmUp = 500 }) => {
  const bot = await sdk.connect();
  await run(bot, method, warmUp, inFlight);

  const stop = measure();
  const times = await run(bot, method, count, inFlight);
  const { ms, main, total } = stop();
  return {
    perSecond: (count / ms) * 1000,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    mainCpu: main / count,
    totalCpu: total / count,
  };
};

/** @returns {Promise<number[]>} the round trips in µs */
function run(bot, method, count, inFlight) {
  const times = [];
  let sent = 0;
  return new Promise((resolve, reject) => {
    const next = () => {
      sent += 1;
      const start = process.hrtime.bigint();
      bot[method](REQUESTS[method], (error) => {
        if (error) {
          reject(error);
          return;
        }
        times.push(Number(process.hrtime.bigint() - start) / 1000);
        if (sent < count) next();
        else if (times.length === count) resolve(times);
      });
    };
    for (let n = 0; n < Math.min(inFlight, count); n += 1) next();
  });
}
