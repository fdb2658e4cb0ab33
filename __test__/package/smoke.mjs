// The smoke suite: the bots in bots/, each in a process of its own, on the packed package.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packedProject } from '../../scripts/packed.mjs';

const { Simulator } = createRequire(import.meta.url)('node-agent-sdk-simulator');
const BOTS = path.join(path.dirname(fileURLToPath(import.meta.url)), 'bots');
const DEADLINE = 20_000;

/** Those that have a conversation, and those that look at what the package exports. */
export const CONVERSATIONS = ['commonjs.cjs', 'esm.mjs', 'worker.cjs'];
export const LOOKS = ['deep.cjs', 'deep.mjs'];

/** @returns {string} a folder with the bots, inside the project that has the packed package */
export function botsFolder() {
  const folder = mkdtempSync(path.join(packedProject(), 'bots-'));
  cpSync(BOTS, folder, { recursive: true });
  return folder;
}

/**
 * Runs a script to its end.
 *
 * @param {string[]} command Node, its arguments, the script's path
 * @returns {Promise<string>} what it printed; rejects where it does not end with 0
 */
export function run([node, ...args], env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { env: { ...process.env, ...env }, timeout: 3 * DEADLINE });
    let printed = '';
    child.stdout.on('data', (text) => (printed += text));
    child.stderr.on('data', (text) => (printed += text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${args.at(-1)} ended with ${signal ?? code} instead of 0, having printed: ${printed}`));
    });
  });
}

/** A bot signs in, is rung, accepts, answers what it hears, and ends. */
export async function assertConverses(command) {
  const simulator = await Simulator.start();
  try {
    const { accountId, username, password, csdsDomain } = simulator.options();
    const env = { LP_ACCOUNT: accountId, LP_USER: username, LP_PASS: password, LP_CSDS: csdsDomain };
    const ended = run(command, { ...env, NODE_EXTRA_CA_CERTS: simulator.caFile });
    const conversation = await simulator.consumer().startConversation({});
    await Promise.race([ended, conversation.accepted({ within: DEADLINE })]);
    conversation.says('hello');
    const { event } = await conversation.next({ within: DEADLINE });
    assert.equal(event.message, 'echo: hello');
    assert.match(await ended, /answered/);
  } finally {
    await simulator.close();
  }
}
