/** What waited is for receivers that are still to come, as flows start: of whichever server node, as two may be of one server. */

import type { Client } from '../../src/index';
import type { Deploys } from '../shared/deploys';
import type { RunningSea } from '../shared/server-node';

/** Milliseconds between two looks at the others. No event tells of all subscriptions, and it is over in moments. */
const INTERVAL = 20;

/** As many as there are in the ten seconds that a client waits: a context may never answer. */
const LOOKS = 500;

/**
 * Holds what waits in a client until the flows have started, as tabs can take their time, and nobody who receives by
 * another server node is on the way any more; for ten seconds at the most, as any client does.
 */
export function holdUntilStarted(
  client: Client,
  deploys: Deploys,
  running: () => readonly RunningSea[],
): void {
  const end = client.expect();
  let timer: NodeJS.Timeout | undefined;
  let looks = LOOKS;
  const look = (): void => {
    looks -= 1;
    const isWaiting = looks > 0 && running().some((sea) => sea.client !== client && isArriving(sea));
    if (isWaiting) timer = setTimeout(look, INTERVAL);
    else end();
  };
  const stop = deploys.on({
    started: () => {
      stop();
      // Others are being told of it, and some of them subscribe only then.
      timer = setTimeout(look);
    },
  });
  client.on('state', ({ name }) => {
    if (name !== 'closed') return;
    stop();
    clearTimeout(timer);
  });
}

/** One that cannot be had now is not waited for. */
function isArriving({ client, traffic }: RunningSea): boolean {
  const { name } = client.state;
  const listed = traffic.subscriptions();
  if (name === 'ready') return traffic.expecting || listed.some(({ status }) => status === 'pending');
  return (name === 'connecting' || name === 'authenticating') && (traffic.expecting || listed.length > 0);
}
