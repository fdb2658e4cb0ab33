// What would be published: what is in the tarballs, and what their manifests say.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addonOf, builtPlatform, packMain, packPlatform } from '../../scripts/tarballs.mjs';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const readJson = (...names) => JSON.parse(readFileSync(path.join(ROOT, ...names), 'utf8'));
const committed = readJson('package.json');
const PLATFORMS = readdirSync(path.join(ROOT, 'npm')).sort();

let folder;
let main;

before(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'node-agent-sdk-rs-tarballs-'));
  main = packMain(folder);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const tar = (...args) => execFileSync('tar', args, { cwd: ROOT, encoding: 'utf8' });
const filesOf = (tarball) =>
  tar('tzf', tarball)
    .trim()
    .split('\n')
    .map((name) => name.replace('package/', ''));
const manifestOf = (tarball) => JSON.parse(tar('xzOf', tarball, 'package/package.json'));
const isAddon = (file) => file.endsWith('.node');

test('the main package has no addon in it, and names the packages for the platforms', () => {
  assert.deepEqual(filesOf(main).filter(isAddon), []);
  const manifest = manifestOf(main);
  const platforms = PLATFORMS.map((platform) => [`${committed.name}-${platform}`, committed.version]);
  assert.deepEqual(Object.entries(manifest.optionalDependencies).sort(), platforms.sort());
  assert.equal(committed.optionalDependencies, undefined);
});

test('the main package brings nothing that only a checkout needs', () => {
  const tops = new Set(filesOf(main).map((file) => file.split('/')[0]));
  const expected = ['LICENSE', 'README.md', 'index.d.ts', 'index.js', 'lib', 'native.js', 'package.json', 'types'];
  assert.deepEqual([...tops].sort(), expected);
  for (const key of ['dependencies', 'devDependencies', 'scripts', 'workspaces', 'overrides', 'private', 'napi'])
    assert.equal(manifestOf(main)[key], undefined, key);
});

test('of the façade there is what users require, in one file each', () => {
  const modules = filesOf(main).filter((file) => /^lib\/.*\.js$/.test(file));
  assert.deepEqual(modules.sort(), ['lib/AgentSDK.js', 'lib/AgentSurveyClient.js', 'lib/index.js']);
  const bundle = tar('xzOf', main, 'package/lib/index.js');
  assert.match(bundle, /"lib\/agent\.js"/, 'it says where its parts come from');
  assert.doesNotMatch(bundle, new RegExp(os.tmpdir()), 'and not where it was made');
});

test('every path that the manifest names is in the tarball', () => {
  const files = new Set(filesOf(main));
  const manifest = manifestOf(main);
  const paths = [manifest.main, manifest.types, ...Object.values(manifest.exports).flatMap(pathsOf)];
  for (const file of paths) assert.ok(files.has(path.posix.normalize(file)), file);
});

const pathsOf = (target) => (typeof target === 'string' ? [target] : Object.values(target));

test('the package for this platform is the addon and what npm needs to pick it', () => {
  const platform = builtPlatform();
  const tarball = packPlatform(folder, platform);
  assert.deepEqual(filesOf(tarball).sort(), ['LICENSE', 'README.md', addonOf(platform), 'package.json'].sort());
});

test('each platform has a package that npm picks for it alone', () => {
  for (const platform of PLATFORMS) {
    const manifest = readJson('npm', platform, 'package.json');
    const [system, machine, flavour] = platform.split('-');
    assert.equal(manifest.name, `${committed.name}-${platform}`);
    assert.equal(manifest.version, committed.version, platform);
    assert.equal(manifest.main, addonOf(platform));
    assert.deepEqual(manifest.files, [addonOf(platform)]);
    assert.deepEqual([manifest.os, manifest.cpu], [[system], [machine]], platform);
    const library = { gnu: ['glibc'], musl: ['musl'] }[flavour];
    assert.deepEqual(manifest.libc, library, platform);
    assert.deepEqual(manifest.engines, committed.engines, platform);
  }
  assert.equal(PLATFORMS.length, committed.napi.targets.length);
});

test('a release packs all platforms, and the main package last; not where one is missing', () => {
  const copy = path.join(folder, 'release');
  const { files } = committed;
  for (const name of ['package.json', 'README.md', 'LICENSE', 'npm', 'scripts', 'simulator', ...files])
    cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
  const release = () =>
    execFileSync(process.execPath, [path.join(copy, 'scripts', 'tarballs.mjs'), path.join(copy, 'dist')], {
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, GITHUB_REPOSITORY: 'somebody/somewhere' },
    });
  const [last, ...others] = PLATFORMS;
  for (const platform of others) writeFileSync(path.join(copy, addonOf(platform)), '');
  assert.throws(release, (error) => error.stderr.includes(`no addon for ${last} in this checkout`));
  writeFileSync(path.join(copy, addonOf(last)), '');
  const manifests = release().trim().split('\n').map(manifestOf);
  const names = [...PLATFORMS.map((platform) => `${committed.name}-${platform}`), 'node-agent-sdk-simulator'];
  assert.deepEqual(
    manifests.map(({ name }) => name),
    [...names, committed.name],
  );
  // npm gives no provenance to a package that does not say where it comes from.
  for (const { name, repository } of manifests)
    assert.equal(repository?.url, 'git+https://github.com/somebody/somewhere.git', name);
});

test('the workflows build and try the addon of each platform', () => {
  const workflow = readFileSync(path.join(ROOT, '.github', 'workflows', 'platforms.yml'), 'utf8');
  const targets = [...workflow.matchAll(/\{ target: ([\w-]+),/g)].map(([, target]) => target).sort();
  assert.deepEqual(targets, [...committed.napi.targets, ...committed.napi.targets].sort());
});

test('a package built from source has its own addon in it and asks for no other', () => {
  const own = path.join(folder, 'own');
  const script = path.join(ROOT, 'scripts', 'tarballs.mjs');
  const tarball = execFileSync(process.execPath, [script, own, '--own-addon'], { encoding: 'utf8' }).trim();
  assert.deepEqual(filesOf(tarball).filter(isAddon), [addonOf(builtPlatform())]);
  assert.equal(manifestOf(tarball).optionalDependencies, undefined);

  const project = path.join(folder, 'project');
  mkdirSync(project);
  writeFileSync(path.join(project, 'package.json'), '{ "private": true }');
  const args = ['install', `node-agent-sdk@file:${tarball}`, '--offline', '--no-audit', '--no-fund'];
  execFileSync('npm', args, { cwd: project, stdio: 'ignore', shell: process.platform === 'win32' });
  const load = 'console.log(typeof require("node-agent-sdk").Agent)';
  assert.equal(execFileSync(process.execPath, ['-e', load], { cwd: project, encoding: 'utf8' }).trim(), 'function');
});

test('prepack writes the same manifest, and postpack puts the committed one back', () => {
  const copy = path.join(folder, 'copy');
  for (const name of ['package.json', 'npm', 'scripts'])
    cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true });
  const manifest = () => readFileSync(path.join(copy, 'package.json'), 'utf8');
  const run = (deed) => execFileSync(process.execPath, [path.join(copy, 'scripts', 'manifest.mjs'), deed]);
  const original = manifest();
  run('publish');
  assert.deepEqual(JSON.parse(manifest()), manifestOf(main));
  run('publish'); // as after a pack that was broken off
  run('restore');
  assert.equal(manifest(), original);
});
