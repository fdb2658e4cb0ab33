// The one command, for each example.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EXAMPLE_NAMES } from '../../scripts/stage.mjs';
import { openStage } from './kit.mjs';

const DEMO = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'scripts', 'demo.mjs');
const DEADLINE = 60_000;

/** @returns {Promise<{code: number|string, printed: string}>} */
function start(args, { env, onText = () => {} } = {}) {
  const child = spawn(process.execPath, [DEMO, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE,
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      printed += text;
      onText(printed, child);
    });
  }
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code: code ?? signal, printed })));
}

for (const example of EXAMPLE_NAMES) {
  test(`npm start ${example}`, async () => {
    const { code, printed } = await start([example]);
    assert.equal(code, 0, printed);
    assert.match(printed, /\(connected\)[^]*the bot has ended, and so has the stand-in/);
    assert.doesNotMatch(printed, /error|secret/i);
  });
}

test('npm start is the echo bot', async () => {
  const { code, printed } = await start([]);
  assert.equal(code, 0, printed);
  assert.match(printed, /bot │ echo: Hello/);
});

test('an example that is none', async () => {
  const { code, printed } = await start(['ekko']);
  assert.equal(code, 1);
  assert.match(printed, /there is no example "ekko"; there are agent-survey-bot, .*echo-bot/);
});

test('Ctrl-C ends play and bot', { skip: process.platform === 'win32' && 'no signals' }, async () => {
  let isDone = false;
  const { code, printed } = await start([], {
    onText(text, child) {
      if (isDone || !text.includes('(connected)')) return;
      isDone = true;
      child.kill('SIGINT');
    },
  });
  assert.equal(code, 0, printed);
});

test('with LP_ACCOUNT it runs on that account', { skip: process.platform === 'win32' && 'no signals' }, async (t) => {
  const { simulator } = await openStage(t);
  const { accountId, username, password, csdsDomain } = simulator.options();
  const env = { LP_ACCOUNT: accountId, LP_USER: username, LP_PASS: password, LP_CSDS: csdsDomain };
  const conversation = await simulator.consumer().startConversation({ message: 'hello' });
  const ended = start(['echo-bot'], { env: { ...env, NODE_EXTRA_CA_CERTS: simulator.caFile } });
  assert.equal((await conversation.next()).event.message, 'echo: hello');
  // Ended from afar: its credentials are no longer good.
  simulator.fails('login', { status: 401 });
  (await simulator.connection()).losesToken({ closes: 4401 });
  const { code, printed } = await ended;
  assert.equal(code, 1, printed);
  assert.match(printed, /error: Error on AgentVEP login: Unauthorized/);
});
