/** What a client hears of itself: that it is let in to subscribe and to publish. */

import type { Client } from '../../../src/index';

/** Resolves with a message as it comes back to who has published it. */
export function echoOf(client: Client, message: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    client.subscribe(
      's',
      { type: 'every' },
      {
        ready: () => client.publish('s', message).catch(reject),
        message: resolve,
        error: reject,
      },
    );
  });
}
