// What a user would install: packed, installed into an empty project under the original's name, and run from there.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { CONVERSATIONS, LOOKS, assertConverses, botsFolder, run } from './smoke.mjs';

const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');

let bots;

before(() => {
  bots = botsFolder();
});
after(() => rmSync(bots, { recursive: true, force: true }));

for (const script of CONVERSATIONS) {
  test(`a bot signs in, is rung, accepts, answers and ends: ${script}`, () =>
    assertConverses([process.execPath, path.join(bots, script)]));
}

test('a bot in TypeScript, compiled by tsc', async () => {
  const script = path.join(bots, 'typescript.mts');
  const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022', '--types', 'node'];
  await run([process.execPath, TSC, ...options, '--skipLibCheck', script]);
  await assertConverses([process.execPath, path.join(bots, 'typescript.mjs')]);
});

for (const script of LOOKS) {
  test(`what bots take from inside the package resolves: ${script}`, async () => {
    assert.match(await run([process.execPath, path.join(bots, script)]), /resolved/);
  });
}
