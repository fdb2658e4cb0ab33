'use strict';

/**
 * What an agent has done so far, see `Stats` in index.d.ts.
 *
 * @param {import('./resilience').Port} port
 * @returns {object}
 */
function statsOf(port) {
  const { client, resilience } = port;
  const since = port.tokenSince();
  const figures = client ? client.figures() : new Array(9).fill(0);
  const [framesIn, bytesIn, framesOut, bytesOut, lastPong, count, last, total, longest] = figures;
  return {
    connected: port.isOpen(),
    framesIn,
    bytesIn,
    framesOut,
    bytesOut,
    pending: port.pending.size,
    queued: resilience ? resilience.queued : 0,
    bufferedAmount: client ? client.bufferedAmount() : 0,
    roundTrip: { count, last, mean: count > 0 ? total / count : 0, longest },
    reconnects: resilience ? resilience.reconnects : 0,
    lastPong: lastPong || null,
    tokenAge: since === undefined ? null : Date.now() - since,
  };
}

module.exports = { statsOf };
