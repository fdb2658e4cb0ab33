// Where there is no addon, `require` says so, and what to do: one error, without the loader's stack.

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { packedProject } from '../../scripts/packed.mjs';

const DEADLINE = 20_000;
let project;
let folder;

before(() => {
  project = packedProject();
  folder = mkdtempSync(path.join(project, '..', 'missing-addon-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** A project with the main package and, as the package for the platform, the files given. */
function projectWith(name, platformPackage = {}) {
  const home = path.join(folder, name);
  const modules = path.join(home, 'node_modules');
  const installed = path.join(project, 'node_modules', 'node-agent-sdk');
  cpSync(installed, path.join(modules, 'node-agent-sdk'), { recursive: true });
  for (const [file, text] of Object.entries(platformPackage)) {
    mkdirSync(path.dirname(path.join(modules, file)), { recursive: true });
    writeFileSync(path.join(modules, file), text);
  }
  return home;
}

/** What Node prints when `require` fails there; prelude is run before. */
async function complaint(home, prelude = '') {
  const script = `${prelude}; require('node-agent-sdk')`;
  const run = promisify(execFile)(process.execPath, ['-e', script], { cwd: home, timeout: DEADLINE });
  const { stderr } = await run.then(
    () => assert.fail('there should be no addon'),
    (error) => error,
  );
  return stderr;
}

const machine = (platform, arch) =>
  ['platform', 'arch']
    .map((key, i) => `Object.defineProperty(process, '${key}', { value: '${[platform, arch][i]}' })`)
    .join(';');

function assertClear(stderr, subject) {
  assert.match(stderr, subject);
  assert.match(stderr, new RegExp(`Node-API ${process.versions.napi}, Node ${process.version}`));
  assert.match(stderr, /linux-x64-musl, .*win32-arm64-msvc, .*--include=optional/);
  assert.match(stderr, /build it from source where cargo is installed: see "Platforms" in the README/);
  assert.match(stderr, /ERR_NODE_AGENT_SDK_NO_ADDON/);
  assert.doesNotMatch(stderr, /^\s+at |requireStack|\[cause\]/m);
}

test('on a platform that is not supported', async () => {
  const home = projectWith('other-platform');
  assertClear(await complaint(home, machine('linux', 'ia32')), /no addon for linux-ia32 \(/);
  assertClear(await complaint(home, machine('freebsd', 'x64')), /no addon for freebsd-x64 \(/);
});

test('where the platform has a package that was not installed', async () => {
  const home = projectWith('omitted');
  assertClear(await complaint(home, machine('darwin', 'arm64')), /node-agent-sdk-rs-darwin-arm64 is not installed/);
});

test('after an install with --omit=optional', async () => {
  const home = path.join(folder, 'omit-optional');
  const tarballs = path.join(project, '..', 'tarballs');
  const tarball = path.join(
    tarballs,
    readdirSync(tarballs).find((name) => /^node-agent-sdk-rs-\d/.test(name)),
  );
  mkdirSync(home);
  writeFileSync(path.join(home, 'package.json'), '{ "private": true }');
  const args = ['install', `node-agent-sdk@file:${tarball}`, '--omit=optional', '--offline', '--no-audit', '--no-fund'];
  execFileSync('npm', args, { cwd: home, stdio: 'ignore', shell: process.platform === 'win32' });
  assertClear(
    await complaint(home),
    new RegExp(`node-agent-sdk-rs-${process.platform}-${process.arch}.* is not installed`),
  );
});

test('where the addon is there but does not load', async () => {
  const name = 'node-agent-sdk-rs-darwin-x64';
  const home = projectWith('broken', {
    [`${name}/package.json`]: JSON.stringify({ name, main: 'addon.node' }),
    [`${name}/addon.node`]: 'not an addon',
  });
  assertClear(await complaint(home, machine('darwin', 'x64')), /no addon for darwin-x64 \(.*\); .*addon\.node/);
});

test('where both C libraries have a package, the one that loads is taken', async () => {
  const gnu = 'node-agent-sdk-rs-linux-x64-gnu';
  const musl = 'node-agent-sdk-rs-linux-x64-musl';
  const home = projectWith('both', {
    [`${gnu}/package.json`]: JSON.stringify({ name: gnu, main: 'addon.node' }),
    [`${gnu}/addon.node`]: 'of the other C library',
    [`${musl}/package.json`]: JSON.stringify({ name: musl }),
    [`${musl}/index.js`]: `console.log('musl taken')`,
  });
  const script = `${machine('linux', 'x64')}; require('node-agent-sdk')`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: home, timeout: DEADLINE });
  assert.match(stdout, /musl taken/);
});
