// An existing bot on the original SDK switches by the one command of the README, and nothing of its own has to change:
// its tests (one of them on the simulator), its types and its lint pass as before.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startRegistry } from './registry.mjs';

const { Simulator } = createRequire(import.meta.url)('node-agent-sdk-simulator');
const HERE = path.dirname(fileURLToPath(import.meta.url));
const EXISTING_BOT = path.join(HERE, 'existing-bot');
const DEADLINE = 180_000;

let folder;
let bot;
let registry;

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'node-agent-sdk-rs-switch-'));
  bot = path.join(folder, 'bot');
  cpSync(EXISTING_BOT, bot, { recursive: true });
  registry = await startRegistry(path.join(folder, 'tarballs'));
});
after(() => {
  registry?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function npm(args, env = {}) {
  const quiet = { npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' };
  // A test runner in a test runner would report to the outer one.
  const outer = { ...process.env, NODE_TEST_CONTEXT: undefined };
  const options = {
    cwd: bot,
    timeout: DEADLINE,
    env: { ...outer, ...quiet, ...env },
    shell: process.platform === 'win32',
  };
  try {
    return (await promisify(execFile)('npm', args, options)).stdout;
  } catch (error) {
    throw new Error(`npm ${args.join(' ')} failed: ${error.stdout}${error.stderr}`);
  }
}

/** The bot's own tests, with a consumer for the one that needs somebody to talk to; its types; its lint. */
async function assertBotIsSound() {
  const simulator = await Simulator.start();
  try {
    const { accountId, username, password, csdsDomain } = simulator.options();
    const env = { LP_ACCOUNT: accountId, LP_USER: username, LP_PASS: password, LP_CSDS: csdsDomain };
    const tested = npm(['test'], { ...env, NODE_EXTRA_CA_CERTS: simulator.caFile });
    const conversation = await simulator.consumer().startConversation({});
    await Promise.race([tested, conversation.accepted({ within: DEADLINE })]);
    conversation.says('Ada');
    assert.match(await tested, /pass 3/);
  } finally {
    await simulator.close();
  }
  await npm(['run', 'types']);
  await npm(['run', 'lint']);
}

/** What the SDK takes: the packages that are not for development only, and the bytes of their files. */
function production() {
  const lock = JSON.parse(readFileSync(path.join(bot, 'node_modules', '.package-lock.json'), 'utf8'));
  const places = Object.keys(lock.packages).filter((place) => !lock.packages[place].dev);
  const bytes = places.map((place) => size(path.join(bot, place), (name) => name !== 'node_modules'));
  return { packages: places.length, bytes: bytes.reduce((sum, n) => sum + n, 0) };
}

function size(place, isCounted) {
  const entry = lstatSync(place);
  if (!entry.isDirectory()) return entry.size;
  const names = readdirSync(place).filter(isCounted);
  return names.reduce((sum, name) => sum + size(path.join(place, name), isCounted), 0);
}

/** Its figures are as measured; sizes may have changed by a tenth since. */
function assertReadmeSays(subject, { packages, bytes }) {
  const readme = readFileSync(path.join(HERE, '..', '..', 'README.md'), 'utf8');
  const row = readme.split('\n').find((line) => line.startsWith(`| ${subject} |`));
  const [, said, megabytes] = /\| (\d+) \| ([\d.]+) MB \|/.exec(row);
  assert.equal(packages, Number(said), `packages of ${subject}`);
  assert.ok(Math.abs(bytes / 1e6 / megabytes - 1) < 0.1, `${subject} takes ${(bytes / 1e6).toFixed(1)} MB`);
}

const inWords = ({ packages, bytes }) => `${packages} packages, ${(bytes / 1e6).toFixed(1)} MB`;

test('an existing bot switches by one command', { timeout: 4 * DEADLINE }, async (t) => {
  await npm(['install', '--prefer-offline', '--ignore-scripts']);
  const before = production();
  await assertBotIsSound();

  // From nothing but our registry: an empty cache, and no request for anything that is not ours.
  const fromOurs = { npm_config_registry: registry.url, npm_config_cache: path.join(folder, 'cache') };
  await npm(['install', 'node-agent-sdk@npm:node-agent-sdk-rs'], fromOurs);
  assert.deepEqual(
    registry.asked.filter((url) => !url.startsWith('/node-agent-sdk-rs')),
    [],
  );
  const { dependencies } = JSON.parse(readFileSync(path.join(bot, 'package.json'), 'utf8'));
  assert.match(dependencies['node-agent-sdk'], /^npm:node-agent-sdk-rs@/);
  await assertBotIsSound();

  const now = production();
  assert.equal(now.packages, 2, 'ours and the one for this platform');
  assertReadmeSays('`node-agent-sdk` 1.2.0', before);
  if (`${process.platform}-${process.arch}` === 'linux-x64') assertReadmeSays('`node-agent-sdk-rs` on Linux x64', now);
  t.diagnostic(`before: ${inWords(before)}; after: ${inWords(now)}`);

  // The types of the package in place of the project's own "any".
  rmSync(path.join(bot, 'types'), { recursive: true });
  await npm(['run', 'types']);

  // The lockfile that the switch has left installs the same.
  await npm(['ci', '--omit=dev'], fromOurs);
  assert.deepEqual(production(), now);
});
