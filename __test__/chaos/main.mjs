// `npm run test:chaos -- [--episodes N] [--seed S] [--sdk ours|original] [--lanes N]`: prints the figures, and fails where
// this SDK broke a promise.

import { parseArgs } from 'node:util';
import { faultsIn } from './promises.mjs';
import { chaos } from './run.mjs';

const { values } = parseArgs({
  options: {
    episodes: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '1' },
    sdk: { type: 'string', default: 'ours' },
    lanes: { type: 'string', default: '12' },
    patience: { type: 'string', default: '20000' },
  },
});
const { episodes, seed, sdk, lanes, patience } = values;
const numbers = { episodes: Number(episodes), lanes: Number(lanes), patience: Number(patience) };
const figures = await chaos({ ...numbers, seed, sdk, note: (text) => console.error(text) });
console.log(JSON.stringify(figures, null, 2));
const faults = faultsIn(figures);
for (const fault of faults) console.error(`broken: ${fault}`);
process.exitCode = faults.length > 0 && sdk === 'ours' ? 1 : 0;
