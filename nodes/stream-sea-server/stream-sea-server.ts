/** `stream-sea-server`: the one owner of a client, and of the embedded server when it is one. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import {
  Client,
  type ClientOptions,
  messageOf,
  SettingError,
  StreamSeaError,
  type Warn,
} from '../../src/index';
import { translator } from '../shared/catalogue';
import { ConnectionLog } from '../shared/connection-log';
import { Deploys } from '../shared/deploys';
import { Peeks } from '../shared/peeks';
import { saidOf, wordsOf } from '../shared/sentence.config';
import type { Sea } from '../shared/server-node';
import { Traffic } from '../shared/traffic';
import { translatedError } from '../shared/translated-error';
import type { EmbeddedHost, HostEvents } from './embedded-host';
import { EmbeddedHosts } from './embedded-hosts';
import { keepJournal } from './journal';
import { Queues } from './queues';
import { Repeats } from './repeats';
import { addRoutes } from './routes';
import { Servers } from './servers';
import { readSettings, type ServerSettings } from './settings';
import type { ServerCredentials } from './stream-sea-server.config';

interface SeaNode extends Node<ServerCredentials> {
  sea: Sea;
}

export = (RED: NodeAPI): void => {
  const t = translator(RED);
  const deploys = new Deploys(RED);
  const queues = new Queues(deploys, RED.settings.userDir);
  const hosts = new EmbeddedHosts(deploys);
  const servers = new Servers();

  function ServerNode(this: SeaNode, saved: NodeDef): void {
    RED.nodes.createNode(this, saved);
    const settings = read(this, saved);
    if (settings instanceof StreamSeaError) this.sea = { problem: settings };
    else this.sea = open(this, settings);
    if (!('host' in this.sea)) void hosts.discard(this.id);
    servers.add(this);
  }

  /** All is known to be right by now: what is opened here is closed with the node. */
  function open(node: SeaNode, settings: ServerSettings): Sea {
    const host = settings.server && hosts.open(node.id, settings.server, hostEvents(node));
    const options = { ...settings.client, ...(host && accessTo(host)) };
    const queue = queues.open(settings.target, settings.onDisk, warnings(node));
    const client = new Client({ ...options, ...(queue.outbox && { outbox: queue.outbox }) });
    keepJournal(node, client, t);
    queue.begin(client);
    const peeks = new Peeks(() => new Client({ ...options, offline: 'fail' }), t);
    const tell = (error: unknown): void => node.error(wordsOf(saidOf(error), t));

    const stopListening = deploys.on({});
    node.on('close', (removed: boolean, done: () => void) => {
      const succeeded = deploys.deploying && !removed;
      stopListening();
      // The client first: it still has a server to say its last words to.
      Promise.all([queue.end(), peeks.close()])
        .catch(tell)
        .then(() => host && hosts.leave(node.id, host, succeeded))
        .catch(tell)
        .finally(done);
    });
    return { client, traffic: new Traffic(), log: new ConnectionLog(client), peeks, ...(host && { host }) };
  }

  function hostEvents(node: Node): HostEvents {
    const tell = (error: unknown): void => node.error(translatedError(error, t));
    const repeats = new Repeats();
    return {
      failed: tell,
      fault: (error) => repeats.isNew(messageOf(error)) && tell(error),
      warning: warnings(node),
      forgetful: (folder, reason) => node.warn(t('error.keptInMemory', { folder, reason })),
    };
  }

  /** A host that goes on has the secret that was once drawn for it. */
  function accessTo({ agent, settings }: EmbeddedHost): Pick<ClientOptions, 'agent' | 'credentials'> {
    return { agent, credentials: { type: 'basic', ...settings.jail } };
  }

  function warnings(node: Node): Warn {
    const repeats = new Repeats();
    return (message, sentence) => repeats.isNew(message) && node.warn(wordsOf({ message, sentence }, t));
  }

  function read(node: Node<ServerCredentials>, saved: NodeDef): ServerSettings | StreamSeaError {
    try {
      return readSettings(RED, node, { ...saved }, t);
    } catch (error) {
      return error instanceof StreamSeaError ? error : new SettingError(messageOf(error));
    }
  }

  addRoutes(RED, servers, queues, t);
  RED.nodes.registerType<SeaNode, NodeDef, unknown, ServerCredentials>('stream-sea-server', ServerNode, {
    credentials: {
      clientId: { type: 'text' },
      clientSecret: { type: 'password' },
      jwt: { type: 'password' },
      privateKey: { type: 'password' },
    },
  });
};
