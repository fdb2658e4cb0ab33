// The declarations of the packed package, under every way in which TypeScript finds them.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

// With an index signature nothing else would say that a declaration is missing.

const installed = () => path.join(packedProject(), 'node_modules', 'node-agent-sdk');
const read = (...names) => readFileSync(path.join(installed(), ...names), 'utf8');
/** Of the checkout: what is installed is made of them. */
const LIB = fileURLToPath(new URL('../../lib', import.meta.url));
const sources = () =>
  readdirSync(LIB)
    .filter((name) => name.endsWith('.js') && !name.startsWith('AgentSurvey'))
    .map((name) => readFileSync(path.join(LIB, name), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''))
    .join('\n');
const found = (text, pattern) => new Set([...text.matchAll(pattern)].map(([, name]) => name));

test('every method and accessor of an agent is declared', () => {
  const { Agent } = createRequire(path.join(installed(), 'x.js'))('./index.js');
  const names = Object.getOwnPropertyNames(Agent.prototype).filter((name) => name !== 'constructor');
  assert.ok(names.includes('publishEvent') && names.includes('dispose'));
  const declared = found(read('index.d.ts'), /^ {2}(?:readonly |get )?(\w+)(?:<|\(|\??:)/gm);
  for (const name of names) assert.ok(declared.has(name), `${name} is not in index.d.ts`);
});

test('every event that the SDK emits by name is declared', () => {
  const emitted = found(sources(), /\.emit\('([^']+)'/g);
  assert.ok(emitted.has('connected'));
  const declared = found(read('types', 'events.d.ts'), /^ {2}'?([\w.:$]+)'?: \[/gm);
  for (const name of emitted) assert.ok(declared.has(name), `the event ${name} is not in types/events.d.ts`);
});

test('every option that the SDK reads is declared', () => {
  const options = found(sources(), /\bconf\.(\w+)/g);
  assert.ok(options.has('csdsDomain'));
  const declared = found(read('types', 'options.d.ts') + read('types', 'resilience.d.ts'), /^ {2}(\w+)\??:/gm);
  for (const name of options) assert.ok(declared.has(name), `the option ${name} is not in types/`);
});
