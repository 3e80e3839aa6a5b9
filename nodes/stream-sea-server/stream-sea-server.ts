/** `stream-sea-server`: the one owner of a client, and of the embedded server when it is one. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import {
  Client,
  createDiskOutbox,
  messageOf,
  SettingError,
  StreamSeaError,
  type Warn,
} from '../../src/index';
import { translator } from '../shared/catalogue';
import { ConnectionLog } from '../shared/connection-log';
import { Peeks } from '../shared/peeks';
import { saidOf, wordsOf } from '../shared/sentence.config';
import type { Sea } from '../shared/server-node';
import { Traffic } from '../shared/traffic';
import { translatedError } from '../shared/translated-error';
import { EmbeddedAgent } from './embedded-agent';
import { EmbeddedHost } from './embedded-host';
import { Handover } from './handover';
import { keepJournal } from './journal';
import { addRoutes } from './routes';
import { readSettings, type ServerSettings } from './settings';
import type { ServerCredentials } from './stream-sea-server.config';

interface SeaNode extends Node<ServerCredentials> {
  sea: Sea;
}

export = (RED: NodeAPI): void => {
  const t = translator(RED);
  const handover = new Handover();

  function ServerNode(this: SeaNode, saved: NodeDef): void {
    RED.nodes.createNode(this, saved);
    const settings = read(this, saved);
    if (settings instanceof StreamSeaError) {
      this.sea = { problem: settings };
      return;
    }
    const host = openHost(this, settings);
    const agent = host === undefined ? undefined : new EmbeddedAgent(host);
    const outbox = settings.outbox && createDiskOutbox({ folder: settings.outbox, warn: warnings(this) });
    const client = new Client({ ...settings.client, ...(agent && { agent }), ...(outbox && { outbox }) });
    keepJournal(this, client, t);
    const legacy = handover.take(this.id, settings);
    if (legacy !== undefined) client.adopt(legacy);
    const look = (): Client => new Client({ ...settings.client, ...(agent && { agent }), offline: 'fail' });
    const peeks = new Peeks(look, t);
    const log = new ConnectionLog(client);
    this.sea = { client, traffic: new Traffic(), log, peeks, ...(host && { host }) };

    this.on('close', (removed: boolean, done: () => void) => {
      // The client first: it still has a server to say its last words to.
      const left = removed
        ? client.close()
        : client.retire().then((legacy) => handover.leave(this.id, settings, legacy));
      Promise.all([left, peeks.close()])
        .then(() => agent?.destroy())
        .then(() => host?.close())
        .catch((error: unknown) => this.error(wordsOf(saidOf(error), t)))
        .finally(done);
    });
  }

  function openHost(node: Node, { server }: ServerSettings): EmbeddedHost | undefined {
    if (server === undefined) return undefined;
    const onError = (error: unknown): void => node.error(translatedError(error, t));
    return new EmbeddedHost({ ...server, onError, onWarning: warnings(node) }, onError);
  }

  function warnings(node: Node): Warn {
    return (message, sentence) => node.warn(wordsOf({ message, sentence }, t));
  }

  function read(node: Node<ServerCredentials>, saved: NodeDef): ServerSettings | StreamSeaError {
    try {
      return readSettings(RED, node, { ...saved }, t);
    } catch (error) {
      return error instanceof StreamSeaError ? error : new SettingError(messageOf(error));
    }
  }

  addRoutes(RED, t);
  RED.nodes.registerType<SeaNode, NodeDef, unknown, ServerCredentials>('stream-sea-server', ServerNode, {
    credentials: {
      clientId: { type: 'text' },
      clientSecret: { type: 'password' },
      jwt: { type: 'password' },
    },
  });
};
