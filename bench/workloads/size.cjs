'use strict';

const { existsSync, readdirSync, readFileSync, statSync } = require('node:fs');
const path = require('node:path');

/** What an SDK brings with it when it is installed: itself, and what it depends on. */
module.exports = async (sdk, { folder }) => {
  const packages = new Set();
  collect(folder, packages);
  const files = [...packages].flatMap(filesOf);
  const size = (list) => list.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
  return {
    packages: packages.size,
    megabytes: size(files),
    addon: size(files.filter((file) => file.endsWith('.node'))),
  };
};

function collect(folder, packages) {
  if (packages.has(folder)) return;
  packages.add(folder);
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const found = installed(name, folder);
    if (found) collect(found, packages);
  }
}

/** Where Node would find a package. */
function installed(name, folder) {
  const place = path.join(folder, 'node_modules', name);
  if (existsSync(place)) return place;
  const above = path.dirname(folder);
  return above === folder ? null : installed(name, above);
}

/** The files of a package, without those of packages within it. */
const filesOf = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      return entry.isDirectory() ? filesOf(file) : [file];
    });
