'use strict';

const { spawn } = require('node:child_process');
const path = require('node:path');

const { Waits } = require('../../simulator/lib/waits');
const { DEADLINE } = require('./kit');

const PACKAGE = path.join(__dirname, '..', '..');

/**
 * Runs a bot in a process of its own, which ends with the test.
 *
 * @param {object} t test context
 * @param {Function} bot takes `{ Agent, conf, say, stay, ... }`. It runs in the other process, so nothing of what
 *   surrounds it here is there: `say(text)` prints a line; `conf` are the options for the simulator
 * @param {object} options
 * @param {object} [options.conf] as JSON
 * @param {string[]} [options.node] arguments for Node
 * @param {object} [options.env]
 * @param {number} [options.deadline] ms within which the process has to end by itself
 */
function child(t, bot, { conf = {}, node = [], env = {}, deadline = 30_000 } = {}) {
  const code = `
    const say = (text) => require('node:fs').writeSync(1, text + '\\n');
    const { Agent } = require(${JSON.stringify(PACKAGE)});
    (${bot})({ Agent, conf: ${JSON.stringify(conf)}, say, PACKAGE: ${JSON.stringify(PACKAGE)} });`;
  const { NODE_TEST_CONTEXT, ...inherited } = process.env;
  void NODE_TEST_CONTEXT;
  const spawned = spawn(process.execPath, [...node, '-e', code], {
    env: { ...inherited, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const waits = new Waits(DEADLINE);
  const result = { stdout: '', stderr: '', code: undefined, signal: undefined };
  for (const name of ['stdout', 'stderr']) {
    spawned[name].setEncoding('utf8').on('data', (chunk) => {
      result[name] += chunk;
      waits.check();
    });
  }
  spawned.on('close', (code, signal) => {
    Object.assign(result, { code, signal });
    waits.check();
  });
  t.after(() => spawned.kill('SIGKILL'));
  const instead = () => JSON.stringify(result);
  return {
    pid: spawned.pid,
    /** @returns {Promise<RegExpMatchArray>} once it has printed something like this */
    says: (pattern, within = DEADLINE) =>
      waits.until(`the child to print ${pattern}`, () => result.stdout.match(pattern), { within, instead }),
    /** @returns {Promise<{ stdout: string, stderr: string, code: number|null, signal: string|null }>} */
    ended: (within = deadline) =>
      waits.until('the child to end by itself', () => (result.code === undefined ? undefined : result), {
        within,
        instead,
      }),
    hasEnded: () => result.code !== undefined,
    /** Sends it a line. */
    tell: (line) => spawned.stdin.write(`${line}\n`),
    kill: (signal) => spawned.kill(signal),
  };
}

module.exports = { child };
