// Packs what is published: the main package, and a package for each platform whose addon is in this checkout.
//
//   node scripts/tarballs.mjs FOLDER                all of it into FOLDER; fails if a platform's addon is missing
//   node scripts/tarballs.mjs FOLDER --own-addon    one tarball with the addon built here in it, for a platform that has no
//                                                   package

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
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
  return pack(folder, { ...manifest, files }, ['README.md', 'LICENSE', ...files]);
}

/**
 * @param {string} folder where the tarball goes
 * @param {string} platform e.g. `linux-x64-gnu`
 * @returns {string} path of the tarball of the platform's package
 */
export function packPlatform(folder, platform) {
  const manifest = { ...readJson(path.join('npm', platform, 'package.json')), ...repository() };
  return pack(folder, manifest, [path.join('npm', platform, 'README.md'), 'LICENSE', addonOf(platform)]);
}

/** Packs files of the checkout under a manifest: those of `npm/` go to the top. */
function pack(folder, manifest, files) {
  mkdirSync(folder, { recursive: true });
  const stage = mkdtempSync(path.join(os.tmpdir(), 'node-agent-sdk-rs-pack-'));
  try {
    for (const file of files.filter((name) => existsSync(path.join(ROOT, name)))) {
      const place = file.startsWith('npm') ? path.basename(file) : file;
      cpSync(path.join(ROOT, file), path.join(stage, place), { recursive: true });
    }
    writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
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
  return [...PLATFORMS.map((platform) => packPlatform(folder, platform)), packMain(folder)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(main(...process.argv.slice(2)).join('\n'));
