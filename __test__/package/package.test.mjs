// What a user would install: packed, installed into an empty project under the original's name, and run from there.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packedProject } from '../../scripts/packed.mjs';

const { Simulator } = createRequire(import.meta.url)('node-agent-sdk-simulator');
const HERE = path.dirname(fileURLToPath(import.meta.url));
const DEADLINE = 20_000;

let project;

before(() => {
  project = packedProject();
  cpSync(path.join(HERE, 'bots'), path.join(project, 'bots'), { recursive: true });
});

/** Runs a script of the project to its end, and gives what it printed. */
function run(script, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(project, 'bots', script)], {
      env: { ...process.env, ...env },
      timeout: DEADLINE,
    });
    let printed = '';
    child.stdout.on('data', (text) => (printed += text));
    child.stderr.on('data', (text) => (printed += text));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${script} ended with ${signal ?? code} instead of 0, having printed: ${printed}`));
    });
  });
}

for (const script of ['commonjs.cjs', 'esm.mjs', 'worker.cjs']) {
  test(`a bot signs in, is rung, accepts, answers and ends: ${script}`, async () => {
    const simulator = await Simulator.start();
    try {
      const { accountId, username, password, csdsDomain } = simulator.options();
      const ended = run(script, {
        LP_ACCOUNT: accountId,
        LP_USER: username,
        LP_PASS: password,
        LP_CSDS: csdsDomain,
        NODE_EXTRA_CA_CERTS: simulator.caFile,
      });
      const conversation = await simulator.consumer().startConversation({});
      await conversation.accepted({ within: DEADLINE });
      conversation.says('hello');
      const { event } = await conversation.next({ within: DEADLINE });
      assert.equal(event.message, 'echo: hello');
      assert.match(await ended, /answered/);
    } finally {
      await simulator.close();
    }
  });
}

for (const script of ['deep.cjs', 'deep.mjs']) {
  test(`what bots take from inside the package resolves: ${script}`, async () => {
    assert.match(await run(script), /resolved/);
  });
}
