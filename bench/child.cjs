'use strict';

// Runs one case with one SDK, in a process of its own: node bench/child.cjs JOB, where JOB is JSON. Prints the figures
// as JSON.

const { sdk, workload, params, service } = JSON.parse(process.argv[2]);
const run = require(`./workloads/${workload}.cjs`);
const adapter = require(`./sdks/${sdk.adapter}.cjs`);
/** These load the SDK themselves, or not at all. */
const LOOKS_ONLY = ['load-module', 'size'];
const face = LOOKS_ONLY.includes(workload) ? null : adapter(sdk.folder, service);

run(face, { ...params, folder: sdk.folder }).then((figures) => {
  process.stdout.write(JSON.stringify(figures));
  process.exit(0);
});
