// Packs what would be published for this platform, and installs it into a project of its own, as a user would. The demo,
// the benchmark and the tests of the package use what is installed there, never the checkout.
//
//   node scripts/packed.mjs        prints the folder of the project

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { addonOf, builtPlatform, packMain, packPlatform } from './tarballs.mjs';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const PACKED = path.join(ROOT, '.packed');
const HOUR = 3600 * 1000;

/**
 * Packs the main package and the one for this platform.
 *
 * @param {string} folder where the tarballs go
 * @returns {{ main: string, platform: string, platformName: string }} paths of the tarballs
 */
export function pack(folder) {
  const platform = builtPlatform();
  return {
    main: packMain(folder),
    platform: packPlatform(folder, platform),
    platformName: `node-agent-sdk-rs-${platform}`,
  };
}

/**
 * Makes a project in `folder` with the packed package installed under `name`. Needs no network.
 *
 * @param {string} folder an empty or missing one
 * @param {{ main: string, platform: string, platformName: string }} tarballs of pack()
 * @param {string} [name] under which it is installed
 * @returns {string} the folder
 */
export function install(folder, tarballs, name = 'node-agent-sdk') {
  mkdirSync(folder, { recursive: true });
  const dependencies = { [name]: `file:${tarballs.main}`, [tarballs.platformName]: `file:${tarballs.platform}` };
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ name: 'a-bot', private: true, dependencies }, null, 2),
  );
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  return folder;
}

/**
 * The project with the installed package, made anew when anything in the package has changed. Several processes may ask
 * at the same time.
 *
 * @returns {string} its folder
 */
export function packedProject() {
  const home = path.join(PACKED, fingerprint());
  if (!existsSync(home)) {
    mkdirSync(PACKED, { recursive: true });
    for (const old of readdirSync(PACKED).map((name) => path.join(PACKED, name))) {
      if (Date.now() - statSync(old).mtimeMs > HOUR) rmSync(old, { recursive: true, force: true });
    }
    const making = mkdtempSync(path.join(PACKED, 'making-'));
    install(path.join(making, 'project'), pack(path.join(making, 'tarballs')));
    try {
      renameSync(making, home);
    } catch {
      // Another process was faster; what it made is the same.
      rmSync(making, { recursive: true, force: true });
    }
  }
  return path.join(home, 'project');
}

function fingerprint() {
  const files = ['package.json', 'index.js', 'index.d.ts', 'native.js', addonOf(builtPlatform())];
  for (const folder of ['lib', 'types'])
    for (const file of readdirSync(path.join(ROOT, folder), { recursive: true })) files.push(path.join(folder, file));
  const stamps = files.sort().map((file) => `${file} ${statSync(path.join(ROOT, file)).mtimeMs}`);
  return createHash('sha256').update(stamps.join('\n')).digest('hex').slice(0, 16);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(packedProject());
