// `prepack` and `postpack`: the packages for the platforms are optional dependencies of the packed manifest only. In the
// committed one they would break `npm ci`, since they are not published before it.
//
//   node scripts/manifest.mjs add|remove [FOLDER]

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Adds them to, or removes them from, the package.json in `folder`. */
export function changeManifest(deed, folder = ROOT) {
  const file = path.join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  delete manifest.optionalDependencies;
  if (deed === 'add') {
    const targets = readdirSync(path.join(ROOT, 'npm')).sort();
    const entries = targets.map((target) => [`${manifest.name}-${target}`, manifest.version]);
    manifest.optionalDependencies = Object.fromEntries(entries);
  }
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) changeManifest(process.argv[2], process.argv[3]);
