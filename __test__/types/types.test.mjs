// The declarations of the packed package, under every way in which TypeScript finds them.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packedProject } from '../../scripts/packed.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const DEADLINE = 60_000;

let folder;

before(() => {
  folder = mkdtempSync(path.join(packedProject(), 'types-'));
  cpSync(path.join(HERE, 'bots'), folder, { recursive: true });
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Checks some of the bots; without skipLibCheck the declarations themselves as well. */
function check(name, compilerOptions, files) {
  const config = path.join(folder, `tsconfig.${name}.json`);
  const typeRoots = [path.join(HERE, '..', '..', 'node_modules', '@types')];
  const always = {
    target: 'es2022',
    lib: ['es2022'],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
    typeRoots,
  };
  writeFileSync(config, JSON.stringify({ compilerOptions: { ...always, ...compilerOptions }, files }));
  return new Promise((resolve) => {
    execFile(process.execPath, [TSC, '-p', config], { timeout: DEADLINE }, (error, stdout) =>
      resolve(error && !stdout ? String(error) : stdout),
    );
  });
}

const COMMONJS = ['precise.ts', 'relaxed.ts', 'deep.ts'];
const WAYS = {
  node10: [{ module: 'commonjs', moduleResolution: 'node10' }, COMMONJS],
  nodenext: [{ module: 'nodenext', skipLibCheck: false, exactOptionalPropertyTypes: true }, [...COMMONJS, 'esm.mts']],
  bundler: [{ module: 'esnext', moduleResolution: 'bundler' }, ['precise.ts', 'relaxed.ts', 'esm.mts']],
};

for (const [name, [options, files]] of Object.entries(WAYS)) {
  test(`types are precise where promised and lax where bots need it: ${name}`, async () => {
    assert.equal(await check(name, options, files), '');
  });
}
