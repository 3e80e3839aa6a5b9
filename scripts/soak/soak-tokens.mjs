/**
 * `npm run soak:tokens`: tokens that are made here end again and again while messages come in, with a real server. The
 * last line says what was published, lost and doubled, and how many connections the server saw at once. Exit code 1 if
 * anything was lost, or doubled, or there were more than two.
 *
 * SECONDS: how long a token is valid (5). RENEWALS (20). RATE: messages a second (1,000). AHEAD: seconds by which the
 * server's clock is ahead (0).
 */

import { renewUnderLoad } from '../../test/support/sea/renewals.ts';

const { SECONDS = 5, RENEWALS = 20, RATE = 1_000, AHEAD = 0 } = process.env;

const figures = await renewUnderLoad({
  tokenLifetime: Number(SECONDS) * 1_000,
  renewals: Number(RENEWALS),
  rate: Number(RATE),
  ahead: Number(AHEAD) * 1_000,
});
console.log(JSON.stringify(figures));
const { lost, doubled, mostConnections, renewals } = figures;
const isGood = lost === 0 && doubled === 0 && mostConnections <= 2 && renewals >= Number(RENEWALS);
process.exitCode = isGood ? 0 : 1;
