'use strict';

const { measure } = require('../meter.cjs');

/** `require` in a process that has loaded nothing else. */
module.exports = async (sdk, { folder }) => {
  const stop = measure();
  require(folder);
  const { ms, total } = stop();
  return { requireMs: ms, totalCpu: total };
};
