// Packs what is published: the main package, a package for each platform whose addon is in this checkout, the simulator.
//
//   node scripts/tarballs.mjs FOLDER                all of it into FOLDER; fails if a platform's addon is missing
//   node scripts/tarballs.mjs FOLDER --own-addon    one tarball with the addon built here in it, for a platform that has no
//                                                   package

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';
import { publishedManifest, repository } from './manifest.mjs';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const PLATFORMS = readdirSync(path.join(ROOT, 'npm')).sort();

const readJson = (file) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));

/** The addons in this checkout. */
const addons = () => readdirSync(ROOT).filter((file) => file.endsWith('.node'));
const platformOf = (addon) => addon.replace(/^node-agent-sdk-rs\.|\.node$/g, '');
export const addonOf = (platform) => `node-agent-sdk-rs.${platform}.node`;

/**
 * @returns {string} the platform whose addon was built here, e.g. `linux-x64-gnu`
 * @throws {Error} where none was
 */
export function builtPlatform() {
  const [built] = addons();
  if (!built) throw new Error('there is no addon in this checkout: npm run build');
  return platformOf(built);
}

/**
 * @param {string} folder where the tarball goes
 * @param {string[]} [more] files of the checkout to go into it besides
 * @returns {string} path of the main package's tarball
 */
export function packMain(folder, more = []) {
  const manifest = publishedManifest(readJson('package.json'));
  if (more.length > 0) delete manifest.optionalDependencies;
  const files = [...manifest.files, ...more];
  return pack(folder, { ...manifest, files }, '.', ['README.md', 'LICENSE', ...files], [], bundle);
}

/**
 * @param {string} folder where the tarball goes
 * @param {string} platform e.g. `linux-x64-gnu`
 * @returns {string} path of the tarball of the platform's package
 */
export function packPlatform(folder, platform) {
  const home = path.join('npm', platform);
  const manifest = { ...readJson(path.join(home, 'package.json')), ...repository() };
  return pack(folder, manifest, home, ['README.md'], ['LICENSE', addonOf(platform)]);
}

/** @param {string} folder where the tarball goes @returns {string} path of the simulator's tarball */
export function packSimulator(folder) {
  const manifest = { ...readJson(path.join('simulator', 'package.json')), ...repository() };
  return pack(folder, manifest, 'simulator', manifest.files, ['LICENSE']);
}

/** Packs files of one folder of the checkout, and some of its root, under a manifest. `finish` has the last word. */
function pack(folder, manifest, home, files, rootFiles = [], finish = () => {}) {
  mkdirSync(folder, { recursive: true });
  const stage = mkdtempSync(path.join(os.tmpdir(), 'node-agent-sdk-rs-pack-'));
  const pick = (from, file) => {
    if (existsSync(path.join(ROOT, from, file)))
      cpSync(path.join(ROOT, from, file), path.join(stage, file), { recursive: true });
  };
  try {
    for (const file of files) pick(home, file);
    for (const file of rootFiles) pick('.', file);
    writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    finish(stage);
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', path.resolve(folder)];
    const options = { cwd: stage, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
    const printed = execFileSync('npm', args, { ...options, shell: process.platform === 'win32' });
    return path.join(folder, JSON.parse(printed)[0].filename);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function main(folder, option) {
  if (option === '--own-addon') return [packMain(folder, addons())];
  const missing = PLATFORMS.filter((platform) => !addons().includes(addonOf(platform)));
  if (missing.length > 0) throw new Error(`no addon for ${missing.join(', ')} in this checkout`);
  return [...PLATFORMS.map((platform) => packPlatform(folder, platform)), packSimulator(folder), packMain(folder)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(main(...process.argv.slice(2)).join('\n'));
