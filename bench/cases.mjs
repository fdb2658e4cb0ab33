/**
 * The cases. `marks`: what ours must reach as a ratio to the original's figure, or to that of bare `ws`; `>` more is
 * better, `<` less is. `quick`: parameters of the short form; a case without them is not in it.
 *
 * @typedef {object} Case
 * @property {string} name
 * @property {string} title
 * @property {string} workload a file in workloads/
 * @property {object} params
 * @property {object} [quick]
 * @property {string[]} figures which of the workload's figures are shown
 * @property {Object<string, { original?: string, ws?: string }>} [marks]
 * @property {string[]} [without] SDKs that have no such case
 */

const PER_MESSAGE = ['perSecond', 'mainCpu', 'totalCpu'];

/** @type {Case[]} */
export const CASES = [
  {
    name: 'small',
    title: 'small text notifications (700 B), as fast as they come',
    workload: 'notifications',
    params: { load: { kind: 'small', count: 600000 } },
    quick: { load: { kind: 'small', count: 200000 } },
    figures: PER_MESSAGE,
    marks: {
      perSecond: { original: '>2.5', ws: '>1.9' },
      mainCpu: { original: '<0.30' },
      totalCpu: { original: '<0.40' },
    },
  },
  {
    name: 'conversation',
    title: 'conversation notifications (3 KB), as fast as they come',
    workload: 'notifications',
    params: { load: { kind: 'conversation', count: 150000 }, warmUp: 5000 },
    figures: PER_MESSAGE,
    marks: {
      perSecond: { original: '>1.5', ws: '>1' },
      mainCpu: { original: '<0.62' },
      totalCpu: { original: '<0.68' },
    },
  },
  {
    name: 'unheard',
    title: 'notifications of a type that nobody listens to',
    workload: 'notifications',
    params: { load: { kind: 'unheard', count: 600000 } },
    figures: PER_MESSAGE,
    marks: { mainCpu: { original: '<0.01' }, totalCpu: { original: '<0.15' } },
  },
  {
    name: 'paced',
    title: 'small text notifications, 2,000 per second',
    workload: 'notifications',
    params: { load: { kind: 'small', count: 10000, perSecond: 2000 }, warmUp: 5000 },
    figures: PER_MESSAGE,
    marks: { mainCpu: { original: '<0.34' } },
    without: ['raw'],
  },
  {
    name: 'paced-agents',
    title: 'small text notifications, 200 agents × 20 per second',
    workload: 'notifications',
    params: { load: { kind: 'small', count: 100, perSecond: 20 }, agents: 200, warmUp: 5000 },
    figures: PER_MESSAGE,
    marks: { mainCpu: { original: '<0.22' } },
    without: ['raw'],
  },
  {
    name: 'clock',
    title: 'getClock round trips, one at a time',
    workload: 'requests',
    params: { method: 'getClock', count: 10000 },
    quick: { method: 'getClock', count: 4000 },
    figures: ['p50', 'p99', 'mainCpu', 'totalCpu'],
    marks: { p50: { original: '<0.85', ws: '<1.15' }, p99: { original: '<0.4' }, mainCpu: { original: '<0.45' } },
  },
  {
    name: 'in-flight',
    title: 'getClock, 1,000 requests in flight, sustained',
    workload: 'requests',
    params: { method: 'getClock', count: 40000, inFlight: 1000, warmUp: 5000 },
    figures: PER_MESSAGE,
    marks: { perSecond: { original: '>20', ws: '>1.2' } },
    without: ['raw'],
  },
  {
    name: 'publish',
    title: 'publishEvent of 2 KB rich content, 32 in flight',
    workload: 'requests',
    params: { method: 'publishEvent', count: 40000, inFlight: 32, warmUp: 2000 },
    figures: PER_MESSAGE,
    marks: { perSecond: { original: '>1.8', ws: '>1.1' } },
    without: ['raw'],
  },
  {
    name: 'history',
    title: 'QueryMessages answers of 500 messages',
    workload: 'requests',
    params: { method: 'subscribeMessagingEvents', count: 400, warmUp: 40 },
    figures: ['p50', 'p99', 'mainCpu', 'totalCpu'],
    marks: { p50: { original: '<0.8', ws: '<1' }, p99: { original: '<0.3' } },
    without: ['raw'],
  },
  ...[500, 2000].map((agents) => ({
    name: `agents-${agents}`,
    title: `${agents} agents in one process`,
    workload: 'agents',
    params: { agents, settle: 20000, idle: 62000 },
    quick: agents === 500 ? { agents } : undefined,
    rounds: 1,
    figures: ['connectMs', 'mainCpu', 'totalCpu', 'rssPerAgent', 'idleCpu'],
    marks: {
      connectMs: { original: '<0.10' },
      totalCpu: { original: '<0.08' },
      rssPerAgent: { original: '<0.15' },
      idleCpu: { original: '<0.1' },
    },
    without: ['raw'],
  })),
  {
    name: 'agents-5000',
    title: '5000 agents in one process',
    workload: 'agents',
    params: { agents: 5000, settle: 20000 },
    rounds: 1,
    figures: ['connectMs', 'totalCpu', 'rssPerAgent', 'idleCpu'],
    without: ['raw', 'ws', 'original'],
  },
  {
    name: 'require',
    title: 'require()',
    workload: 'load-module',
    params: {},
    figures: ['requireMs'],
    marks: { requireMs: { original: '<0.05' } },
    without: ['raw'],
  },
  {
    name: 'size',
    title: 'what is installed',
    workload: 'size',
    params: {},
    rounds: 1,
    figures: ['packages', 'megabytes', 'addon'],
    without: ['raw'],
  },
];

/** What the figures are called, and their units. */
export const FIGURES = {
  perSecond: 'per second',
  mainCpu: 'main-thread CPU, µs each',
  totalCpu: 'CPU of the process, µs each',
  p50: 'p50, µs',
  p99: 'p99, µs',
  connectMs: 'until all are connected, ms',
  rssPerAgent: 'resident memory per agent, KB',
  idleCpu: 'CPU while idle, µs per ms',
  requireMs: 'ms',
  packages: 'packages',
  megabytes: 'MB on disk',
  addon: 'of these the addon, MB',
};
