/** What Node-RED's log tells of a server's connection: changes, not each of a month's failed attempts. */

import type { Node } from 'node-red';
import { type Client, ListenError } from '../../src/index';
import type { Translate } from '../shared/catalogue';
import { minuteOf } from '../shared/minute';
import { wordsOf } from '../shared/wire/sentence';
import { Repeats } from './repeats';

export function logConnection(node: Node, client: Client, t: Translate): void {
  let repeats = new Repeats();
  client.on('state', (state) => {
    if (state.name !== 'ready') return;
    repeats = new Repeats();
    node.log(t('status.opened'));
  });
  client.on('token', (token) => {
    if (token === undefined || token.name === 'valid') return;
    node.warn(t(`error.token.${token.name}`, { date: minuteOf(token.endsAt) }));
  });
  client.on('problem', (problem) => {
    // The embedded server's own failure to listen is an error of the node, and logged as such.
    if (problem instanceof ListenError || !repeats.isNew(problem.message)) return;
    node.warn(wordsOf(problem, t));
  });
}
