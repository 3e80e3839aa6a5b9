/** `stream-sea-in`: subscribes; one message out for each delivery. With an input, controlled by messages. */

import type { Node, NodeAPI, NodeDef, NodeStatus } from 'node-red';
import type { Client } from '../../src/index';
import { translator } from '../shared/catalogue';
import { Deploys } from '../shared/deploys';
import { ServerLease } from '../shared/lease';
import { onInput, type Send } from '../shared/message/input';
import { MessageIds } from '../shared/message/message-ids';
import { noStream } from '../shared/message/stream';
import { nameOf } from '../shared/message/stream-name';
import { translatedError } from '../shared/message/translated-error';
import type { Value } from '../shared/message/value';
import { Properties } from '../shared/properties';
import type { RunningSea } from '../shared/server-node';
import { awaiting, failure, progress, StatusLine } from '../shared/status';
import { wordsOf } from '../shared/wire/sentence';
import { readConfigured, wordOf } from './configured';
import { type Control, parseControl, type Wanted } from './control';
import { OutMessage } from './out-message';
import { IN_DEFAULTS } from './stream-sea-in.config';
import { NodeSubscriptions } from './subscriptions';

export = (RED: NodeAPI): void => {
  const t = translator(RED);
  const deploys = new Deploys(RED);

  function InNode(this: Node, saved: NodeDef): void {
    RED.nodes.createNode(this, saved);
    const properties = new Properties(RED, this, { ...saved }, IN_DEFAULTS);
    // The editor's own, and nothing that anybody fills in.
    const controlled = Number(properties.saved.inputs) > 0;
    const configured = readConfigured(properties, controlled, t);
    const lease = new ServerLease(properties, deploys, configured.problem);
    const problem = properties.problem ?? configured.problem;
    const ids = new MessageIds();
    const subscriptions = new NodeSubscriptions({
      owner: this.id,
      message: (payload, topic, received) => this.send(new OutMessage(topic, payload, received, ids.next())),
      failed: (error, topic) => this.error(translatedError(error, t), { topic }),
      changed: () => status?.update(),
    });
    let status: StatusLine | undefined;
    let leave = (): void => {};
    /** There was no name where the stream's was to be. */
    let unnamed: Error | undefined;
    let closed = false;
    const { later } = configured;
    /** The stream's name is still to be had, and what has waited waits for its subscription. */
    let naming = later !== undefined && problem === undefined;
    let endWait = (): void => {};
    const warn = ({ stream, delivery }: Wanted): void =>
      this.warn(t('error.streamTwice', { stream, delivery: wordOf(delivery) }));
    subscriptions.add(configured.wanted);
    for (const each of configured.contradicted) warn(each);
    lease.follow(() => {
      leave();
      const { sea } = lease;
      leave = sea?.traffic.join(() => subscriptions.progress(this)) ?? (() => {});
      endWait();
      endWait = naming && sea !== undefined ? expected(sea) : () => {};
      subscriptions.move(sea);
    });
    status = new StatusLine(lease, () => ({ streams: subscriptions.streams, ready: whenReady() }));

    if (later !== undefined && naming) {
      // What other nodes set as they start is there once all have been started.
      const stop = deploys.on({
        started: () => {
          stop();
          void nameLater(later);
        },
      });
      this.on('close', stop);
    }

    const nameLater = async (setting: Value): Promise<void> => {
      try {
        const name = nameOf(await setting.read({}));
        if (name === undefined) throw noStream(setting, t);
        // The list names streams after the node's own.
        const listed = configured.wanted.find(({ stream }) => stream === name);
        if (!closed && listed === undefined)
          subscriptions.add([{ stream: name, delivery: configured.delivery }]);
        else if (!closed && listed && wordOf(listed.delivery) !== wordOf(configured.delivery)) warn(listed);
      } catch (error) {
        if (closed) return;
        unnamed = translatedError(error, t);
        this.error(unnamed, {});
      }
      naming = false;
      endWait();
      status?.update();
    };

    function whenReady(): NodeStatus | undefined {
      if (unnamed !== undefined) return failure(unnamed.message);
      if (later !== undefined && naming && deploys.running) return awaiting(later.source, t);
      if (subscriptions.failure !== undefined) return failure(wordsOf(subscriptions.failure, t));
      if (subscriptions.pending) return progress('yellow', t('status.subscribing'));
      return subscriptions.size === 0 ? progress('grey', t('status.noSubscriptions')) : undefined;
    }

    /** @returns what to answer, if anything. */
    function control(command: Exclude<Control, { action: 'credentials' }>, client: Client): unknown {
      switch (command.action) {
        case 'connect':
          client.connect();
          break;
        case 'disconnect':
          client.disconnect();
          break;
        case 'subscribe':
          subscriptions.add(command.wanted);
          break;
        case 'unsubscribe':
          for (const unwanted of command.streams) subscriptions.remove(unwanted);
          break;
        case 'unsubscribeAll':
          subscriptions.clear();
          break;
        case 'subscriptions':
          return subscriptions.list();
        case 'queue':
          return queueOf(client);
        case 'purge':
          return { purged: client.purge() };
      }
      return undefined;
    }

    onInput(lease, [], async (message, _given, send: Send) => {
      const command = parseControl(message, configured.delivery, t);
      if (command.action === 'credentials') {
        // Whoever hears of this message later, as Catch and Complete nodes do, is not to have them.
        delete message.payload;
        lease.signIn(command.given);
        return;
      }
      const payload = control(command, lease.client);
      if (payload !== undefined) send(Object.assign(message, { topic: command.action, payload }));
    });

    this.on('close', () => {
      closed = true;
      leave();
      endWait();
      subscriptions.clear();
    });
  }

  /** What waits to be sent, through this server node and others, is held until the result is called. */
  function expected({ client, traffic }: RunningSea): () => void {
    const ends = [client.expect(), traffic.expect()];
    return () => {
      for (const end of ends) end();
    };
  }

  /** What waits to be sent through this client, whoever has sent it. Times in milliseconds since 1970, as Node-RED has them. */
  function queueOf(client: Client): object {
    const { count, oldestAt, first } = client.queue();
    const messages = first.map(({ stream, at, text }) => ({
      stream,
      at,
      payload: JSON.parse(text) as unknown,
    }));
    return { count, ...(oldestAt !== undefined && { oldest: oldestAt }), first: messages };
  }

  RED.nodes.registerType('stream-sea-in', InNode);
};
