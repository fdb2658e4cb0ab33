// Packs what would be published for this platform, and installs it into a project of its own, as a user would. The demo,
// the benchmark and the tests of the package use what is installed there, never the checkout.
//
//   node scripts/packed.mjs        prints the folder of the project

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { changeManifest } from './manifest.mjs';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const PACKED = path.join(ROOT, '.packed');
const HOUR = 3600 * 1000;
const npm = (args, cwd) =>
  execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });

/** @returns {string} the addon built in this checkout */
function addon() {
  const found = readdirSync(ROOT).find((file) => file.endsWith('.node'));
  if (!found) throw new Error('there is no addon in this checkout: npm run build');
  return found;
}

/**
 * Packs the main package and the one for this platform.
 *
 * @param {string} folder where the tarballs go
 * @returns {{ main: string, platform: string, platformName: string }} paths of the tarballs
 */
export function pack(folder) {
  mkdirSync(folder, { recursive: true });
  const built = addon();
  const target = built.replace(/^node-agent-sdk-rs\.|\.node$/g, '');
  const stage = mkdtempSync(path.join(os.tmpdir(), 'node-agent-sdk-rs-pack-'));
  const pick = (from, to) => cpSync(path.join(ROOT, from), path.join(stage, to), { recursive: true });
  try {
    const { files } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    for (const file of ['package.json', 'README.md', 'LICENSE', ...files])
      if (existsSync(path.join(ROOT, file))) pick(file, path.join('main', file));
    changeManifest('add', path.join(stage, 'main'));
    pick(path.join('npm', target), 'platform');
    pick(built, path.join('platform', built));
    const tarball = (source) => {
      const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
      const [{ filename }] = JSON.parse(npm(args, path.join(stage, source)));
      return path.join(folder, filename);
    };
    return { main: tarball('main'), platform: tarball('platform'), platformName: `node-agent-sdk-rs-${target}` };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
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
  npm(['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts'], folder);
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
  const files = ['package.json', 'index.js', 'index.d.ts', 'native.js', addon()];
  for (const file of readdirSync(path.join(ROOT, 'lib'), { recursive: true })) files.push(path.join('lib', file));
  const stamps = files.sort().map((file) => `${file} ${statSync(path.join(ROOT, file)).mtimeMs}`);
  return createHash('sha256').update(stamps.join('\n')).digest('hex').slice(0, 16);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(packedProject());
