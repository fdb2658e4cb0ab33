// `npm run test:soak -- [--notifications N] [--sdk ours|original]`: one bot takes so many notifications, about as fast as it
// can, and its resident memory is looked at on the way. Fails where it still grows in the second half, or where one is missing.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { Simulator } = createRequire(import.meta.url)('../../simulator');
const BOT = path.join(path.dirname(fileURLToPath(import.meta.url)), 'soak-bot.cjs');
/** Bytes that may wait in the service's socket, so that it is the bot that is measured. */
const AHEAD = 1 << 20;
/** Share of its first half's memory by which the second half's may be larger. */
const GROWTH = 0.05;
const MEGABYTE = 2 ** 20;

const { values } = parseArgs({
  options: { notifications: { type: 'string', default: '1000000' }, sdk: { type: 'string', default: 'ours' } },
});
const total = Number(values.notifications);
const simulator = await Simulator.start({ logLimit: 10, wait: 30_000 });
const { ca, ...conf } = simulator.options();
const env = { ...process.env, NODE_EXTRA_CA_CERTS: simulator.caFile, NODE_NO_WARNINGS: '1' };
const bot = fork(BOT, { env });
const exited = once(bot, 'exit');
bot.send({ sdk: values.sdk, conf: values.sdk === 'ours' ? { ...conf, ca } : conf, total });
const told = once(bot, 'message');

const { ws } = await simulator.connection();
const began = Date.now();
for (let number = 0; number < total; number++) {
  ws.send(notification(number));
  if (number % 1000 === 0) while (ws.bufferedAmount > AHEAD) await new Promise(setImmediate);
}
const died = exited.then(([code, signal]) => Promise.reject(new Error(`the bot ended with ${code ?? signal}`)));
const [{ heard, disordered, resident }] = await Promise.race([told, died]);
const [code] = await exited;
await simulator.close();

const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
const half = resident.length / 2;
const [first, second] = [mean(resident.slice(0, half)), mean(resident.slice(half))];
const inMegabytes = (bytes) => Math.round((bytes / MEGABYTE) * 10) / 10;
console.log(
  JSON.stringify({
    ...{ sdk: values.sdk, sent: total, heard, disordered, exit: code, seconds: (Date.now() - began) / 1000 },
    residentMegabytes: {
      firstHalf: inMegabytes(first),
      secondHalf: inMegabytes(second),
      highest: inMegabytes(Math.max(...resident)),
      last: inMegabytes(resident.at(-1)),
    },
  }),
);
const isFlat = second <= first * (1 + GROWTH);
if (!isFlat || heard !== total || disordered > 0 || code !== 0) process.exitCode = 1;

/** A message as it is in a conversation, some 600 bytes. */
function notification(sequence) {
  return JSON.stringify({
    kind: 'notification',
    type: '.ams.ms.OnlineEventDistribution',
    body: {
      sequence,
      originatorId: '5ce9bf7a-3c3f-4e2b-9d6c-6ad2d3e7c001',
      originatorPId: '5ce9bf7a-3c3f-4e2b-9d6c-6ad2d3e7c001',
      originatorMetadata: { id: '5ce9bf7a-3c3f-4e2b-9d6c-6ad2d3e7c001', role: 'CONSUMER' },
      serverTimestamp: 1700000000000 + sequence,
      event: {
        type: 'ContentEvent',
        contentType: 'text/plain',
        message: `message ${sequence}: ${'words '.repeat(40)}`,
      },
      conversationId: '0d3f1c2e-8f3f-4d0e-9f53-93d4a2a3f002',
      dialogId: '0d3f1c2e-8f3f-4d0e-9f53-93d4a2a3f002',
    },
  });
}
