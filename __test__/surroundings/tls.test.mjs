import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connected, refused, startSimulator, withEnv } from './kit.mjs';
import { clientCertificate, startGate } from './tls-gate.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const UNTRUSTED = ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'];

// ---- whom the client trusts

for (const [form, make] of [
  ['a text', (ca) => ca],
  ['a Buffer', (ca) => Buffer.from(ca)],
  ['a list with one', (ca) => [ca]],
  ['a list of texts and Buffers, ours among them', (ca, other) => [Buffer.from(other), ca]],
  ['one text with several', (ca, other) => `${other}\n${ca}`],
]) {
  test(`ca: ${form}`, async (t) => {
    const simulator = await startSimulator(t);
    const other = (await clientCertificate({ selfSigned: true })).cert;
    const agent = await connected(t, simulator.options({ ca: make(simulator.ca, other) }));
    assert.equal(typeof (await agent.getClock({})).currentTime, 'number');
  });
}

test('without ca the simulator is not trusted, and hears no credentials', async (t) => {
  const simulator = await startSimulator(t);
  const { error, service } = await refused(t, simulator.options({ ca: undefined }));
  assert.equal(service, 'domainNames');
  assert.ok(UNTRUSTED.includes(error.code), error.code);
  assert.deepEqual(simulator.log, []);
});

test('ca takes the place of all others', async (t) => {
  const simulator = await startSimulator(t);
  const other = (await clientCertificate({ selfSigned: true })).cert;
  const { error } = await refused(t, simulator.options({ ca: other }));
  assert.ok(UNTRUSTED.includes(error.code), error.code);
});

test('a ca that is none is an error that names the option', async (t) => {
  const simulator = await startSimulator(t);
  const { message } = await refused(t, simulator.options({ ca: 'nonsense' }));
  assert.match(message, /option ca cannot be used/);
});

test('rejectUnauthorized: false trusts anybody, in calls and socket', async (t) => {
  const simulator = await startSimulator(t);
  const agent = await connected(t, simulator.options({ ca: undefined, rejectUnauthorized: false }));
  await agent.refreshSession();
  assert.equal(typeof (await agent.getClock({})).currentTime, 'number');
});

test('NODE_TLS_REJECT_UNAUTHORIZED=0 does too, save where the option says otherwise', async (t) => {
  const simulator = await startSimulator(t);
  await withEnv({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, async () => {
    await connected(t, simulator.options({ ca: undefined }));
    const { error } = await refused(t, simulator.options({ ca: undefined, rejectUnauthorized: true }));
    assert.ok(UNTRUSTED.includes(error.code), error.code);
  });
  await withEnv({ NODE_TLS_REJECT_UNAUTHORIZED: '1' }, () => refused(t, simulator.options({ ca: undefined })));
});

test('agents with different settings do not share what they trust', async (t) => {
  const simulator = await startSimulator(t);
  await connected(t, simulator.options({ rejectUnauthorized: false }));
  await connected(t, simulator.options());
  await refused(t, simulator.options({ ca: undefined }));
});

test('NODE_EXTRA_CA_CERTS: a file of the process, read when it starts', async (t) => {
  const simulator = await startSimulator(t);
  const { csdsDomain } = simulator;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'extra-ca-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'several.pem');
  writeFileSync(file, `# a remark\n${(await clientCertificate({ selfSigned: true })).cert}\n${simulator.ca}`);
  const bot = `
    const { Agent } = require(${JSON.stringify(path.join(HERE, '..', '..'))});
    const options = { accountId: '1', username: 'u', password: 'p', csdsDomain: ${JSON.stringify(csdsDomain)} };
    const agent = new Agent(options);
    agent.on('error', ({ error }) => end(error.code));
    agent.on('connected', () => end('connected'));
    function end(word) {
      console.log(word);
      agent.dispose();
    }`;
  assert.equal(await run(bot, { NODE_EXTRA_CA_CERTS: file }), 'connected');
  assert.ok(UNTRUSTED.includes(await run(bot, { NODE_EXTRA_CA_CERTS: undefined })));
});

// ---- whom the server trusts

for (const [form, make] of [
  ['texts', ({ cert, key }) => ({ cert, key })],
  ['Buffers', ({ cert, key }) => ({ cert: Buffer.from(cert), key: Buffer.from(key) })],
  ['lists', ({ cert, key }) => ({ cert: [cert], key: [Buffer.from(key)] })],
  ['a key as { pem }', ({ cert, key }) => ({ cert, key: [{ pem: key }] })],
]) {
  test(`cert and key: ${form}`, async (t) => {
    const simulator = await startSimulator(t);
    const gate = await startGate(t, simulator);
    const agent = await connected(t, { ...gate.options, ...make(await clientCertificate()) });
    await agent.refreshSession();
    assert.ok(gate.names.length >= 2, 'a call and the socket');
    assert.deepEqual([...new Set(gate.names)], ['ada the bot']);
    const login = simulator.log.find(({ step }) => step === 'login');
    assert.equal(login.answer.status, 200);
  });
}

test('cert and key: RSA', async (t) => {
  const pair = await clientCertificate({ selfSigned: true, keyType: 'rsa', keySize: 2048 });
  const gate = await startGate(t, await startSimulator(t), pair.cert);
  await connected(t, { ...gate.options, ...pair });
});

test('a server that demands a certificate refuses who has none, or one it does not know', async (t) => {
  const simulator = await startSimulator(t);
  const gate = await startGate(t, simulator);
  for (const pair of [{}, await clientCertificate({ selfSigned: true })]) {
    const { service, message } = await refused(t, { ...gate.options, ...pair });
    assert.equal(service, 'domainNames');
    assert.match(message, /^Error on CSDS request: ./);
  }
  assert.deepEqual([gate.names, simulator.log], [[], []]);
});

test('a certificate without its key, or with another, is an error that names the options and shows neither', async (t) => {
  const simulator = await startSimulator(t);
  const [one, other] = [await clientCertificate(), await clientCertificate()];
  for (const [options, named] of [
    [{ cert: one.cert }, /option cert .*needs its `key`/],
    [{ key: one.key }, /option key .*needs its certificate/],
    [{ cert: one.cert, key: 'nonsense' }, /option key .*no private key/],
    [{ cert: one.cert, key: other.key }, /options? cert and key/],
  ]) {
    const error = await refused(t, simulator.options(options));
    assert.match(error.message, named);
    assert.doesNotMatch(error.stack + JSON.stringify(error), /BEGIN|nonsense/);
  }
});

test('after a cut the certificate is shown again', async (t) => {
  const simulator = await startSimulator(t);
  const gate = await startGate(t, simulator);
  const agent = await connected(t, { ...gate.options, ...(await clientCertificate()) });
  const cut = once(agent, 'closed');
  (await simulator.connection()).cuts();
  await cut;
  agent.reconnect(true);
  await once(agent, 'connected', { signal: AbortSignal.timeout(10000) });
});

/** @returns {Promise<string>} what a script of its own process printed */
async function run(script, env) {
  const all = Object.entries({ ...process.env, ...env }).filter(([, value]) => value !== undefined);
  const child = spawn(process.execPath, ['-e', script], { env: Object.fromEntries(all), timeout: 20000 });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += text));
  await once(child, 'close');
  return printed.trim();
}
