'use strict';

const assert = require('node:assert');
const { execFileSync, spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

const { Client } = require('../test-support/client');

const PROGRAM = path.join(__dirname, '..', 'bin', 'node-agent-sdk-simulator.js');
const LIMIT = 10_000;

/** Starts the program; gives what it says about itself. */
async function start(t, ...args) {
  const program = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => program.kill('SIGKILL'));
  const output = { text: '' };
  const prints = (pattern) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${pattern} in:\n${output.text}`)), LIMIT);
      const look = () => {
        const found = pattern.exec(output.text);
        if (found === null) return;
        clearTimeout(timer);
        program.stdout.off('data', look);
        resolve(found);
      };
      program.stdout.on('data', look);
      look();
    });
  program.stdout.on('data', (chunk) => (output.text += chunk));
  const [, options, caFile] = await prints(/^(\{.*\})\nNODE_EXTRA_CA_CERTS=(.*)\n/m);
  const { accountId, csdsDomain } = JSON.parse(options);
  const ca = fs.readFileSync(caFile, 'utf8');
  const client = new Client({ port: Number(csdsDomain.split(':')[1]), ca, accountId });
  return { program, prints, output, caFile, client, options: JSON.parse(options) };
}

function fileWith(t, content) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'simulator-test-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'script.json');
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

test('it prints the options for a bot, logs what happens, says what is typed, and Ctrl-C ends it with 0', async (t) => {
  const { program, prints, caFile, client, options } = await start(t, '--account', '777');
  assert.deepStrictEqual(Object.keys(options), ['accountId', 'username', 'password', 'csdsDomain']);
  assert.strictEqual(options.accountId, '777');
  const socket = await client.signIn();
  await prints(/login: POST \/api\/account\/777\/login → 200/);
  await prints(/#1 upgrade .*\/brand\/… → open/);
  await socket.goesOnline();
  program.stdin.write('hello bot\n');
  const { conversationId } = await socket.accepts();
  const { body } = await socket.request('.ams.ms.QueryMessages', { dialogId: conversationId });
  assert.strictEqual(body[0].event.message, 'hello bot');
  program.stdin.write('/close\n');
  await socket.change(undefined, 'DELETE');
  await prints(/#1 → req \.ams\.ms\.QueryMessages/);
  program.kill('SIGINT');
  assert.deepStrictEqual(await once(program, 'exit'), [0, null]);
  assert.ok(!fs.existsSync(caFile));
});

const ECHO = [
  { says: 'one' },
  { hears: '^echo one$' },
  { reads: true },
  { types: true },
  { closes: true },
  { isClosed: true },
];

async function echo(client) {
  const socket = await client.signIn();
  await socket.goesOnline();
  const { conversationId } = await socket.accepts();
  const { body } = await socket.request('.ams.ms.QueryMessages', { dialogId: conversationId });
  await socket.says(conversationId, `echo ${body.at(-1).event.message}`);
  return socket;
}

test('a script is played to a bot; --exit ends with it', async (t) => {
  const caTarget = fileWith(t, '');
  const script = fileWith(t, { conversations: [{ skill: '5', steps: ECHO }], settings: { wait: LIMIT } });
  const { program, prints, client, caFile } = await start(t, '--script', script, '--exit', '--quiet', '--ca', caTarget);
  const exit = once(program, 'exit');
  await echo(client);
  await prints(/conversation 1: all 6 steps done/);
  assert.deepStrictEqual(await exit, [0, null]);
  assert.strictEqual(caFile, caTarget);
  assert.match(fs.readFileSync(caTarget, 'utf8'), /BEGIN CERTIFICATE/);
});

test('a script that fails says where, and exits with 1', async (t) => {
  const steps = [{ says: 'one' }, { hears: 'two' }];
  const faults = [{ step: 'csds', status: 500 }];
  const { program, prints, client } = await start(
    t,
    '--script',
    fileWith(t, { conversations: [{ steps }], faults }),
    '--exit',
  );
  assert.strictEqual((await client.call('GET', client.account('service/baseURI.json?version=1.0'))).status, 500);
  const exit = once(program, 'exit');
  await echo(client);
  await prints(/conversation 1: step 2 \{"hears":"two"\} failed: heard "echo one", which does not match \/two\//);
  assert.deepStrictEqual(await exit, [1, null]);
});

test('mistakes in the arguments or the script are told, with exit code 2', (t) => {
  const run = (...args) => {
    try {
      return execFileSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8', timeout: LIMIT });
    } catch (error) {
      return `${error.status} ${error.stdout}`;
    }
  };
  assert.match(run('--help'), /^node-agent-sdk-simulator: a stand-in/);
  assert.match(run('--prot', '1'), /^2 Unknown option '--prot'/);
  assert.match(run('--script', '/nowhere.json'), /^2 ENOENT/);
  assert.match(run('--script', fileWith(t, '{}')), /^2 A script is a list of conversations/);
  assert.match(run('--script', fileWith(t, [{}])), /^2 Conversation 1 of the script has no list of "steps"/);
  assert.match(
    run('--script', fileWith(t, [{ steps: [{ sings: 1 }] }])),
    /^2 Conversation 1 has a step \{"sings":1\}; a step has one of says/,
  );
});
