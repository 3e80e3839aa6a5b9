/** What is compared with what, and how it should come out. Sides of one group take turns, round by round. */

import { publishRows } from './rows/publish.mjs';
import { receiveRows } from './rows/receive.mjs';
import { serverRows } from './rows/server.mjs';
import { startRows } from './rows/start.mjs';
import { subscriptionRows } from './rows/subscriptions.mjs';

/** In the order in which they are measured. */
export const groups = [...receiveRows, ...publishRows, ...subscriptionRows, ...serverRows, ...startRows];
