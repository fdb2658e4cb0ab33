// How cost grows with the number of agents and the size of messages: `npm run bench:growth` draws docs/growth.svg.
//
//     --json FILE      every figure

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { page } from './plot.mjs';
import { MACHINE, runOnce, withService } from './runs.mjs';

const DRAWING = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'growth.svg');
const AGENTS = [1, 10, 100, 1000, 5000];
const SIZES = [500, 5000, 50000, 500000, 5000000];

/** What a message has besides its text, in bytes. */
const FRAME = 600;

/** @typedef {{ title: string, x: string, y: string, points: { at: number, workload: string, params: object }[], of: Function }} Panel */

/** @type {Panel[]} `of`: the figure that is drawn */
const PANELS = [
  {
    title: 'A message, by the number of agents',
    x: 'agents',
    y: 'µs of CPU for each',
    points: AGENTS.map((agents) => {
      const count = Math.ceil(100000 / agents);
      return { at: agents, workload: 'notifications', params: { agents, load: { kind: 'small', count } } };
    }),
    of: ({ totalCpu }) => totalCpu,
  },
  {
    title: 'A kilobyte, by the size of the message',
    x: 'bytes of a message',
    y: 'µs of CPU for each',
    points: SIZES.map((size) => {
      const load = { kind: 'small', count: Math.ceil(2e8 / (size + 2000)), length: Math.max(0, size - FRAME) };
      return { at: size, workload: 'notifications', params: { warmUp: Math.ceil(load.count / 10), load } };
    }),
    of: ({ totalCpu }, size) => (totalCpu / size) * 1000,
  },
  {
    title: 'Connecting, by the number of agents',
    x: 'agents',
    y: 'µs of CPU for each',
    points: AGENTS.map((agents) => ({ at: agents, workload: 'agents', params: { agents } })),
    of: ({ totalCpu }) => totalCpu,
  },
  {
    title: 'Memory, by the number of agents',
    x: 'agents',
    y: 'KB of resident memory for each',
    // Of fewer what the process takes anyway would hide everything.
    points: AGENTS.filter((agents) => agents >= 100).map((agents) => {
      return { at: agents, workload: 'agents', params: { agents, settle: 15000 } };
    }),
    of: ({ rssPerAgent }) => rssPerAgent,
  },
];

const { values: options } = parseArgs({ options: { json: { type: 'string' } } });

await withService(['ours', 'original', 'ws'], async (sdks, service) => {
  console.log(`${MACHINE}\n`);
  const drawn = [];
  for (const panel of PANELS) {
    const lines = Object.fromEntries(sdks.map(({ name }) => [name, []]));
    for (const point of panel.points)
      for (const sdk of sdks) lines[sdk.name].push([point.at, panel.of(await runOnce(point, sdk, service), point.at)]);
    drawn.push({ ...panel, lines });
    console.log(`${panel.title} (${panel.y})`);
    for (const [name, line] of Object.entries(lines))
      console.log(
        `  ${name.padEnd(10)}${line.map(([at, value]) => `${at}: ${value.toPrecision(3)}`.padEnd(20)).join('')}`,
      );
  }
  writeFileSync(DRAWING, page(drawn));
  if (options.json) writeFileSync(options.json, JSON.stringify({ machine: MACHINE, panels: drawn }, null, 2));
});
