'use strict';

const fs = require('node:fs');
const readline = require('node:readline');
const { parseArgs } = require('node:util');

const { line } = require('./printer');
const { playScript, scriptFrom } = require('./script');
const { Simulator } = require('./simulator');

const USAGE = `node-agent-sdk-simulator: a stand-in for LivePerson's messaging service, on loopback

  --port <number>     port to listen on (default: any free one)
  --account <id>      account of the bot (default: 12345678)
  --script <file>     JSON file with conversations to play once a bot connects
  --exit              end when the script has ended: exit code 0 if all went as scripted, else 1
  --ca <file>         write the certificate authority there, and leave it there
  --chaos <rate>      let this share of all calls go wrong, e.g. 0.05
  --seed <number>     which calls that are (default: 1)
  --quiet             do not print what arrives and what is sent
  --help              print this

Without a script, each line typed is said by a consumer; /close ends the conversation. Ctrl-C ends the simulator.`;

const OPTIONS = {
  port: { type: 'string', default: '0' },
  account: { type: 'string' },
  script: { type: 'string' },
  exit: { type: 'boolean', default: false },
  ca: { type: 'string' },
  chaos: { type: 'string' },
  seed: { type: 'string', default: '1' },
  quiet: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

/**
 * Runs the command line until its script ends (with --exit) or it is told to end.
 * @param {string[]} args without node and the program's name
 * @param {{input: ReadableStream, print: Function, ended: Promise}} surroundings print: takes a line; ended: resolves when the
 *   user wants it to end
 * @returns {Promise<number>} exit code: 0, 1 when a script failed, 2 for a mistake in the arguments
 */
async function run(args, { input, print, ended }) {
  let options;
  let script;
  try {
    options = parseArgs({ args, options: OPTIONS }).values;
    script = options.script === undefined ? undefined : scriptFrom(JSON.parse(fs.readFileSync(options.script, 'utf8')));
  } catch (error) {
    print(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    print(USAGE);
    return 0;
  }
  return serve(options, script, { input, print, ended });
}

async function serve(options, script, { input, print, ended }) {
  const simulator = await Simulator.start({
    port: Number(options.port),
    accountId: options.account,
    ...script?.settings,
  });
  try {
    if (options.ca !== undefined) simulator.writeCa(options.ca);
    introduce(simulator, options.ca ?? simulator.caFile, print);
    if (!options.quiet) simulator.journal.watchers.add(printer(print));
    if (options.chaos !== undefined) simulator.chaos({ seed: Number(options.seed), rate: Number(options.chaos) });
    if (script === undefined) return await Promise.race([ended, readAloud(simulator, input)]).then(() => 0);
    const played = playScript(simulator, script, print);
    if (!options.exit) {
      played.catch((error) => print(error.message));
      return await ended.then(() => 0);
    }
    return await Promise.race([ended.then(() => true), played]).then((isFine) => (isFine ? 0 : 1));
  } finally {
    await simulator.close();
  }
}

function introduce(simulator, caFile, print) {
  const { accountId, username, password, csdsDomain } = simulator.options();
  print(`listening on 127.0.0.1:${simulator.port}; options for a bot:`);
  print(JSON.stringify({ accountId, username, password, csdsDomain }));
  print(`NODE_EXTRA_CA_CERTS=${caFile}`);
}

/** @returns {Function} a watcher of the log, which prints each entry once it is complete */
function printer(print) {
  const printed = new WeakSet();
  return (entry) => {
    const isComplete = entry.kind === 'http' ? (entry.answer ?? entry.outcome) : entry.outcome !== 'pending';
    if (!isComplete || printed.has(entry)) return;
    printed.add(entry);
    print(line(entry));
  };
}

/** Says what is typed. Never ends by itself: a closed input leaves the simulator running. */
async function readAloud(simulator, input) {
  const consumer = simulator.consumer();
  let conversation;
  for await (const typed of readline.createInterface({ input })) {
    if (typed.trim() === '') continue;
    if (conversation === undefined || conversation.details.stage === 'CLOSE')
      conversation = await consumer.startConversation();
    if (typed.trim() === '/close') await conversation.closes();
    else conversation.says(typed);
  }
  await new Promise(() => {});
}

module.exports = { run };
