// What the documents show works, and what they point to is there.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packedProject } from '../../scripts/packed.mjs';
import { assertConverses, run } from '../package/smoke.mjs';

const require = createRequire(import.meta.url);
const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const read = (file) => readFileSync(path.join(ROOT, file), 'utf8');
const blocks = (file, language) =>
  [...read(file).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code]) => code);

let folder;

before(() => {
  folder = mkdtempSync(path.join(packedProject(), 'docs-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const write = (name, code) => {
  writeFileSync(path.join(folder, name), code);
  return path.join(folder, name);
};

/** The bots of the README do not end by themselves: this one does after its first answer, and looks for the simulator. */
const asTest = (code) => {
  const options = /new Agent\(\{[^}]*\}\)/;
  assert.match(code, options);
  const env =
    '{ accountId: process.env.LP_ACCOUNT, username: process.env.LP_USER, password: process.env.LP_PASS, csdsDomain: process.env.LP_CSDS }';
  return `${code.replace(options, `new Agent(${env})`)}
agent.once('.ams.ms.PublishEvent$Response', () => { console.log('answered'); clearInterval(agent._clock); agent.dispose(); });`;
};

test('the first bot of the README', async () => {
  const [bot] = blocks('README.md', 'js');
  await assertConverses([process.execPath, write('first.cjs', asTest(bot))]);
  const esm = bot.replace(
    /const \{ Agent \} = require\('node-agent-sdk'\);.*/,
    "import { Agent } from 'node-agent-sdk';",
  );
  assert.notEqual(esm, bot);
  await assertConverses([process.execPath, write('first.mjs', asTest(esm))]);
});

test('the TypeScript of the README', async () => {
  const [code] = blocks('README.md', 'ts');
  const tsc = require.resolve('typescript/bin/tsc');
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2022',
    '--skipLibCheck',
    '--types',
    'node',
  ];
  await run([process.execPath, tsc, ...options, write('types.mts', code)]);
});

test('the bot of testing-your-bot.md and its tests', async () => {
  const [bot, tests] = blocks('docs/testing-your-bot.md', 'js');
  const modules = path.join(folder, 'node_modules');
  const link = path.join(modules, 'node-agent-sdk-simulator');
  if (!existsSync(link)) {
    require('node:fs').mkdirSync(modules);
    symlinkSync(path.join(ROOT, 'simulator'), link, 'dir');
  }
  write('bot.js', bot);
  const script = write('bot.test.js', tests);
  assert.match(await run([process.execPath, '--test', script], { NODE_TEST_CONTEXT: undefined }), /pass 3/);
});

test('the recipe of retry-policy.md comes back with the right token', async () => {
  const { Simulator } = require('node-agent-sdk-simulator');
  const { Agent } = createRequire(path.join(folder, 'x.js'))('node-agent-sdk');
  const [recipe] = blocks('docs/retry-policy.md', 'js');
  const quick = recipe.replace('[2, 5, 10, 15, 120]', '[0.01]');
  assert.notEqual(quick, recipe);
  const keepConnected = new Function(`${quick}; return keepConnected;`)();
  const simulator = await Simulator.start();
  const agent = new Agent(simulator.options());
  try {
    keepConnected(agent);
    const logins = () => simulator.log.filter(({ step }) => step === 'login').length;
    const isOpen = () => new Promise((resolve) => agent.once('connected', resolve));
    await isOpen();

    let open = isOpen();
    (await simulator.connection()).cuts();
    await open;
    assert.equal(logins(), 1, 'after 1006 the token is good');

    open = isOpen();
    (await simulator.connection()).losesToken({ closes: 4401 });
    await open;
    assert.equal(logins(), 2, 'after 4401 it is not');

    open = isOpen();
    (await simulator.connection()).losesToken({ closes: 1006 });
    await open;
    assert.equal(logins(), 3, 'a 1006 may hide a token that was revoked');

    simulator.fails('login', { status: 500, times: 1 });
    open = isOpen();
    (await simulator.connection()).losesToken({ closes: 4407 });
    await open;
    assert.equal(logins(), 5, 'a 500 is tried again');

    simulator.fails('login', { status: 451 });
    const refused = new Promise((resolve) => agent.on('error', (error) => error.code === 451 && resolve()));
    (await simulator.connection()).losesToken({ closes: 4407 });
    await refused;
    assert.equal(agent.connected, false);
  } finally {
    agent.dispose();
    await simulator.close();
  }
});

test('every link between the documents leads somewhere', () => {
  const places = ['', 'docs', 'examples', 'simulator'];
  const documents = places.flatMap((place) =>
    readdirSync(path.join(ROOT, place))
      .filter((name) => name.endsWith('.md'))
      .map((name) => path.join(place, name)),
  );
  for (const document of documents) {
    for (const [, target, anchor] of read(document).matchAll(/\]\((?!\w+:)([^)#\s]*)(#[^)]*)?\)/g)) {
      const file = target === '' ? document : path.join(path.dirname(document), target);
      assert.ok(existsSync(path.join(ROOT, file)), `${document}: ${target}`);
      if (!anchor) continue;
      const headings = [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, words]) => slug(words));
      assert.ok(headings.includes(anchor.slice(1)), `${document}: ${target}${anchor}`);
    }
  }
});

/** As GitHub makes an anchor of a heading. */
const slug = (words) =>
  words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
