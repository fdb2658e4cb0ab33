// An example on the simulator: the bot in a process of its own, from the packed package, as it would run at a user's.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { packedProject } from './packed.mjs';

const { Simulator } = createRequire(import.meta.url)('node-agent-sdk-simulator');
const EXAMPLES = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'examples');

/** The longest that a bot may take to end, in ms; then it is killed. */
const PATIENCE = 10000;

/** The names of the examples. */
export const EXAMPLE_NAMES = readdirSync(EXAMPLES).filter((name) => existsSync(path.join(EXAMPLES, name, 'bot.js')));

/** Copies the examples to where `node-agent-sdk` is the packed package. @returns {string} the folder */
export function copyExamples() {
  const folder = mkdtempSync(path.join(packedProject(), 'examples-'));
  cpSync(EXAMPLES, folder, { recursive: true });
  return folder;
}

export class Stage {
  #folder = copyExamples();
  #bots = [];

  /**
   * @param {object} [settings] of the simulator
   * @returns {Promise<Stage>}
   */
  static async open(settings) {
    return new Stage(await Simulator.start({ wait: 20000, ...settings }));
  }

  /** Not for callers: use Stage.open(). */
  constructor(simulator) {
    this.simulator = simulator;
  }

  /**
   * Starts the bot of an example.
   *
   * @param {string} example
   * @param {object} [env] laid over what it needs to sign in
   * @param {(line: string) => void} [onLine] told of each line it prints
   * @returns {{ lines: string[], ended: Promise<number|string>, stop: () => Promise<number|string> }} lines: what it has
   *   printed; ended: its exit code, or the signal that ended it; stop: sends SIGTERM and waits for its end
   */
  startBot(example, env, onLine = () => {}) {
    const { accountId, username, password, csdsDomain } = this.simulator.options();
    const credentials = { LP_ACCOUNT: accountId, LP_USER: username, LP_PASS: password, LP_CSDS: csdsDomain };
    const child = spawn(process.execPath, [path.join(this.#folder, example, 'bot.js')], {
      cwd: this.#folder,
      env: { ...process.env, ...credentials, NODE_EXTRA_CA_CERTS: this.simulator.caFile, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines = [];
    for (const stream of [child.stdout, child.stderr]) {
      readline.createInterface(stream).on('line', (line) => {
        lines.push(line);
        onLine(line);
      });
    }
    const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
    const stop = () => {
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
      return ended.finally(() => clearTimeout(killer));
    };
    const bot = { lines, ended, stop };
    this.#bots.push(bot);
    return bot;
  }

  /** Leaves nothing behind. */
  async close() {
    await Promise.all(this.#bots.map((bot) => bot.stop()));
    await this.simulator.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
