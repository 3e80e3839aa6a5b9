/** What Node-RED's log tells of a server's connection: changes, not each of a month's failed attempts. */

import type { Node } from 'node-red';
import { type Client, ListenError } from '../../src/index';
import type { Translate } from '../shared/catalogue';
import { wordsOf } from '../shared/sentence.config';

export function keepJournal(node: Node, client: Client, t: Translate): void {
  let last = '';
  client.on('state', (state) => {
    if (state.name !== 'ready') return;
    last = '';
    node.log(t('status.opened'));
  });
  client.on('problem', (problem) => {
    // The embedded server's own failure to listen is an error of the node, and logged as such.
    if (problem.message === last || problem instanceof ListenError) return;
    last = problem.message;
    node.warn(wordsOf(problem, t));
  });
}
