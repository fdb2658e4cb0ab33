// `prepack` and `postpack`: what is published has a package.json of its own, with the packages for the platforms as optional
// dependencies. In the committed one they would break `npm ci`, since they are not published before it; and what only
// a checkout needs is of no use to anybody else.
//
//   node scripts/manifest.mjs publish|restore

import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const MANIFEST = path.join(ROOT, 'package.json');
const COMMITTED = path.join(ROOT, '.package.json');
const PUBLISHED = [
  'name',
  'version',
  'description',
  'keywords',
  'license',
  'main',
  'types',
  'exports',
  'engines',
  'files',
];

/**
 * The package.json to be published.
 *
 * @param {object} committed
 * @returns {object}
 */
export function publishedManifest(committed) {
  const targets = readdirSync(path.join(ROOT, 'npm')).sort();
  return {
    ...Object.fromEntries(PUBLISHED.map((key) => [key, committed[key]])),
    ...repository(),
    optionalDependencies: Object.fromEntries(targets.map((t) => [`${committed.name}-${t}`, committed.version])),
  };
}

/** Where the package comes from, as npm wants it for its provenance: known where GitHub builds it. */
export function repository() {
  const name = process.env.GITHUB_REPOSITORY;
  return name ? { repository: { type: 'git', url: `git+https://github.com/${name}.git` } } : {};
}

function publish() {
  if (!existsSync(COMMITTED)) writeFileSync(COMMITTED, readFileSync(MANIFEST));
  const manifest = publishedManifest(JSON.parse(readFileSync(COMMITTED, 'utf8')));
  writeFileSync(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === 'publish') publish();
  else renameSync(COMMITTED, MANIFEST);
}
