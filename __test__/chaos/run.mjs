import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Lane } from './lane.mjs';

const require = createRequire(import.meta.url);
const { Simulator } = require('../../simulator');
const BOT = path.join(path.dirname(fileURLToPath(import.meta.url)), 'bot.cjs');

/** How long the process may take to end by itself, in ms. */
const END = 15_000;

/** Short deadlines, so that thousands of outages pass in minutes. The original knows the first only. */
const OPTIONS = { requestTimeout: 1500, errorCheckInterval: 100, refreshSessionToken: false };
const DEADLINES = { handshakeTimeout: 500, httpTimeout: 500, pingInterval: 200, pongTimeout: 500, stdTTL: 0.001 };

/**
 * Plays so many episodes: bots converse, and at a random point of each episode something befalls one of them.
 *
 * @param {object} options
 * @param {number} options.episodes
 * @param {number} options.seed the same seed: the same strikes at the same points of the same conversations
 * @param {'ours'|'original'} [options.sdk]
 * @param {number} [options.lanes] bots, in one process
 * @param {number} [options.patience] ms that a bot may take to come back and catch up
 * @param {boolean} [options.looksAfterItself] the bot reconnects and subscribes again by its own code, as it must with the
 *   original; otherwise by `reconnect`, `resubscribe` and `offlineQueue`
 * @param {(text: string) => void} [options.note] told of what is noteworthy
 * @returns {Promise<object>} the figures
 */
export async function chaos({
  episodes,
  seed,
  sdk = 'ours',
  lanes: count = 12,
  patience = 20_000,
  note = () => {},
  looksAfterItself = sdk === 'original',
}) {
  const began = Date.now();
  const simulator = await Simulator.start({ wait: 60_000, logLimit: 500 });
  const bots = startBots(simulator);
  const ground = groundFor(simulator, note);
  const about = { simulator, seed, patience, ground, tell: bots.tell };
  const lanes = Array.from({ length: count }, (_, number) => new Lane(number, about));
  ground.lanes = lanes;
  try {
    bots.onHeard = (lane, dialogId, sequence) => lanes[lane].hears(dialogId, sequence);
    bots.onNews = () => simulator.waits.check();
    const confs = lanes.map((lane) => confOf(lane, sdk));
    bots.tell({ order: 'load', sdk });
    const empty = await bots.weigh();
    bots.tell({ order: 'start', confs, looksAfterItself });
    const share = Math.ceil(episodes / count);
    const half = Math.ceil(share / 2);
    await play(lanes, half);
    const halfway = await bots.weigh();
    await play(lanes, share - half);
    const full = await bots.weigh();
    await ground.quiet();
    const { figures, exit } = await bots.end();
    const { weight: disposed, ...counted } = figures;
    const weights = { empty, halfway, full, disposed };
    return { sdk, seed, ...sum(lanes.map((lane) => lane.close())), ...counted, weights, exit, ms: Date.now() - began };
  } finally {
    bots.kill();
    await simulator.close();
  }
}

const play = (lanes, episodes) => Promise.all(lanes.map((lane) => lane.run(episodes)));

function confOf(lane, sdk) {
  const { accountId } = lane;
  const { username, password, csdsDomain, ca } = lane.scripted.options();
  const conf = { accountId, username, password, csdsDomain, ...OPTIONS };
  return sdk === 'ours' ? { ...conf, ca, ...DEADLINES } : conf;
}

function sum(all) {
  const total = {};
  for (const figures of all) {
    for (const [name, value] of Object.entries(figures)) total[name] = (total[name] ?? 0) + value;
  }
  return total;
}

/** What all lanes share: the service that may go away, and who is told of what happens. */
function groundFor(simulator, note) {
  let outage;
  const ground = {
    lanes: [],
    note,
    restart(ms) {
      if (outage !== undefined) return;
      simulator.refuses();
      for (const lane of ground.lanes) {
        lane.figures.loginsAllowed += 2;
        for (const connection of lane.scripted.agent.connections) connection.cuts();
      }
      outage = new Promise((resolve) => setTimeout(resolve, ms))
        .then(() => simulator.listens())
        .finally(() => (outage = undefined));
    },
    quiet: async () => outage,
  };
  return ground;
}

/** The process of the bots. */
function startBots(simulator) {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: simulator.caFile, NODE_NO_WARNINGS: '1' };
  delete env.NODE_TEST_CONTEXT;
  const child = fork(BOT, { execArgv: ['--expose-gc'], env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  const waiting = new Map();
  const bots = {
    onHeard() {},
    onNews() {},
    tell: (message) => child.connected && child.send(message),
    weigh: () => ask('weigh', 'weight'),
    async end() {
      const figures = await ask('end', 'figures');
      const lapse = new Promise((resolve) => setTimeout(resolve, END, ['it did not end by itself']).unref());
      const [exit] = await Promise.race([exited, lapse]);
      return { figures, exit };
    },
    kill: () => child.kill('SIGKILL'),
  };
  function ask(order, answer) {
    bots.tell({ order });
    const died = exited.then(([code, signal]) => {
      throw new Error(`the bots' process ended with ${code ?? signal}`);
    });
    return Promise.race([new Promise((resolve) => waiting.set(answer, resolve)), died]);
  }
  child.on('message', (message) => {
    for (const [lane, dialogId, sequence] of message.heard ?? []) bots.onHeard(lane, dialogId, sequence);
    if (message.heard) bots.onNews();
    for (const [name, value] of Object.entries(message)) waiting.get(name)?.(value);
  });
  return bots;
}
