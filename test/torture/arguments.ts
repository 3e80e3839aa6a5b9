/** What the numbers and the words of a command stand for. */

import type { Delivery } from '../../src/client/receive/delivery';
import { type Command, STREAMS } from './commands';
import type { Message } from './sea';
import { DELIVERIES } from './seats';

export function streamAt(index: number): string {
  return STREAMS[index % STREAMS.length] ?? STREAMS[0];
}

export function deliveryAt(index: number): Delivery {
  return DELIVERIES[index % DELIVERIES.length] ?? { type: 'every' };
}

export function messageOf(n: number, what: Extract<Command, { do: 'publish' }>['what']): Message {
  switch (what) {
    case 'good':
      return { n, x: 1, pad: '' };
    case 'bad':
      return { n, x: 1, pad: '', bad: true };
    case 'float':
      return { n, x: 1.5, pad: '' };
    case 'text':
      return { n, x: 'one', pad: '' };
    case 'extra':
      return { n, x: 1, pad: '', extra: 1 };
    case 'long':
      return { n, x: 1, pad: 'x'.repeat(500) };
  }
}
