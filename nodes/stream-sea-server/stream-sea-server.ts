/** `stream-sea-server`: the one owner of a client, and of the embedded server when it is one. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { messageOf } from '../../src/errors';
import {
  Client,
  type ClientOptions,
  type Credentials,
  SettingError,
  StreamSeaError,
  type Warn,
} from '../../src/index';
import { settingError, translator } from '../shared/catalogue';
import { ConnectionHistory } from '../shared/connection-history';
import { Deploys } from '../shared/deploys';
import { Peeks } from '../shared/looks/peeks';
import { Traffic } from '../shared/looks/traffic';
import { translatedError } from '../shared/message/translated-error';
import type { RunningSea, SeaOrProblem, ServerNode as SharedNode } from '../shared/server-node';
import { tellAll } from '../shared/tell-all';
import { saidOf, wordsOf } from '../shared/wire/sentence';
import { addRoutes } from './admin/routes';
import { holdUntilStarted } from './arrival';
import type { EmbeddedHost, HostEvents } from './embedded/embedded-host';
import { EmbeddedHosts } from './embedded/embedded-hosts';
import { keepUntilStarted } from './embedded/node-red-port';
import { HandedCredentials, parseHanded } from './handed';
import { logConnection } from './node-log';
import { Queues } from './queues/queues';
import { RemoteSchemas } from './remote-schemas';
import { Repeats } from './repeats';
import { Servers } from './servers';
import { readSettings, type ServerSettings } from './settings';
import type { ServerCredentials } from './stream-sea-server.config';
import { withoutToken } from './without-token';

interface SeaNode extends Node<ServerCredentials>, Pick<SharedNode, 'follow' | 'signIn' | 'secretDrawn'> {
  sea: SeaOrProblem;
}

/** What a node has open at the time. */
interface Opened {
  readonly sea: RunningSea;
  readonly targetId: string;
  /** Others of the same client. */
  setCredentials(credentials: Credentials): void;
  /** @param succeeded another node comes in the place of this one. */
  end(succeeded: boolean): Promise<void>;
  /** The node goes on, for another client: what waits to be sent is for whoever has this target next. */
  leave(): Promise<void>;
}

export = (RED: NodeAPI): void => {
  const t = translator(RED);
  const deploys = new Deploys(RED);
  const queues = new Queues(deploys, RED.settings.userDir, (problem) => RED.log.warn(wordsOf(problem, t)));
  const hosts = new EmbeddedHosts(deploys);
  const servers = new Servers();
  const handed = new HandedCredentials();

  function ServerNode(this: SeaNode, saved: NodeDef): void {
    RED.nodes.createNode(this, saved);
    const listeners = new Set<() => void>();
    let opened: Opened | undefined;
    let ending: Promise<unknown> = Promise.resolve();
    const begin = (settings: ServerSettings): void => {
      opened = open(this, settings);
      this.sea = opened.sea;
    };
    this.follow = (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    };
    const signIn = (values: ServerCredentials): void => {
      const settings = readSettings(RED, this, { ...saved }, t, values);
      if (settings.server !== undefined) throw settingError(t, 'error.embeddedCredentials');
      handed.keep(this, { ...saved }, values);
      if (opened?.targetId === settings.target.id) {
        opened.setCredentials(settings.client.credentials);
        return;
      }
      const before = opened;
      begin(settings);
      // Whoever uses it goes over first: what closes is then nobody's any more.
      try {
        tellAll(listeners, (listener) => listener());
      } finally {
        if (before !== undefined) ending = Promise.all([ending, before.leave()]);
      }
    };
    this.signIn = (credentials) => signIn(parseHanded(credentials, t));
    this.secretDrawn = ({ givenId, secret }) => {
      // It may have become another client's node while the answer was on its way.
      if (opened?.sea.client.clientId !== givenId) return;
      // Only the secret: what else it shows, as a key and its filter, says what it may see.
      signIn({ ...handed.find(this, { ...saved }), clientSecret: secret });
    };

    const settings = read(this, saved);
    if (settings instanceof StreamSeaError) this.sea = { problem: settings };
    else begin(settings);
    if (!('host' in this.sea)) void hosts.discard(this.id);
    servers.add(this);

    const stopListening = deploys.on({});
    this.on('close', (removed: boolean, done: () => void) => {
      const succeeded = deploys.deploying && !removed;
      stopListening();
      if (removed) handed.forget(this.id);
      Promise.all([ending, opened?.end(succeeded)]).finally(done);
    });
  }

  /** All is known to be right by now: what is opened here is closed with the node. */
  function open(node: SeaNode, settings: ServerSettings): Opened {
    const host = settings.server && hosts.open(node.id, settings.server, hostEvents(node));
    let options = { ...settings.client, ...(host && accessTo(host)) };
    const queue = queues.open(node.id, settings.target, settings.onDisk, warnings(node));
    const client = new Client({ ...options, ...(queue.outbox && { outbox: queue.outbox }) });
    logConnection(node, client, t);
    if (!deploys.running) holdUntilStarted(client, deploys, runningSeas);
    queue.begin(client);
    const traffic = new Traffic();
    const peeks = new Peeks(() => new Client({ ...options, offline: 'fail' }), t, traffic);
    const filterPeeks = new Peeks(() => {
      const credentials = withoutToken(options.credentials);
      return new Client({ ...options, credentials, offline: 'fail' });
    }, t);
    const tell = (error: unknown): void => node.error(wordsOf(saidOf(error), t));
    return {
      sea: {
        client,
        claim: (place, owner) => queue.claim(place, owner),
        traffic,
        history: new ConnectionHistory(client),
        peeks,
        filterPeeks,
        schemas: host ?? new RemoteSchemas(client, tell),
        ...(host && { host }),
      },
      targetId: settings.target.id,
      setCredentials: (credentials) => {
        client.setCredentials(credentials);
        options = { ...options, credentials };
      },
      // The client first: it still has a server to say its last words to.
      end: (succeeded) =>
        Promise.all([queue.end(), peeks.close(), filterPeeks.close()])
          .catch(tell)
          .then(() => host && hosts.leave(node.id, host, succeeded))
          .catch(tell),
      leave: () =>
        Promise.all([queue.leave(), peeks.close(), filterPeeks.close()]).then(() => undefined, tell),
    };
  }

  function runningSeas(): RunningSea[] {
    return servers.running().flatMap(({ sea }) => ('client' in sea ? [sea] : []));
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
      return readSettings(RED, node, { ...saved }, t, handed.find(node, { ...saved }));
    } catch (error) {
      return error instanceof StreamSeaError ? error : new SettingError(messageOf(error));
    }
  }

  addRoutes(RED, servers, queues, t);
  keepUntilStarted(RED, t);
  RED.nodes.registerType<SeaNode, NodeDef, unknown, ServerCredentials>('stream-sea-server', ServerNode, {
    credentials: {
      clientId: { type: 'text' },
      clientSecret: { type: 'password' },
      jwt: { type: 'password' },
      privateKey: { type: 'password' },
    },
  });
};
