/** `stream-sea-define`: writes a stream's schema definition and answers with what it wrote. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { withFailures } from '../../src/errors';
import { type Definition, type Failure, SchemaError, type StreamSeaError } from '../../src/index';
import { tidyJson } from '../../src/protocol/json';
import { brief, settingError, translator } from '../shared/catalogue';
import { Deploys } from '../shared/deploys';
import { ServerLease } from '../shared/lease';
import type { Traffic } from '../shared/looks/traffic';
import { type IncomingMessage, onInput } from '../shared/message/input';
import { streamOf } from '../shared/message/stream';
import { nameOf } from '../shared/message/stream-name';
import { typedValue } from '../shared/message/value';
import { STREAM_TYPES } from '../shared/message/value.config';
import { Properties } from '../shared/properties';
import type { RunningSea } from '../shared/server-node';
import { StatusLine } from '../shared/status';
import { saidOf, wordsOf } from '../shared/wire/sentence';
import { refusalOf } from './refused-definition';
import { DEFINE_DEFAULTS, hasNoFields } from './stream-sea-define.config';

/** A node, for as long as there is one. */
interface Teller {
  traffic: Traffic | undefined;
  isClosed: boolean;
}

export = (RED: NodeAPI): void => {
  const t = translator(RED);
  const deploys = new Deploys(RED);

  function DefineNode(this: Node, saved: NodeDef): void {
    RED.nodes.createNode(this, saved);
    const properties = new Properties(RED, this, { ...saved }, DEFINE_DEFAULTS);
    const stream = typedValue(properties, 'stream', properties.choice('streamType', STREAM_TYPES));
    const further = properties.texts('streams');
    const schema = properties.text('schema');
    const lease = new ServerLease(properties, deploys, unfinished(schema));
    new StatusLine(lease);
    /** Who tells of a refusal; and where, as long as it is there to tell. */
    const teller: Teller = { traffic: undefined, isClosed: false };

    onInput(lease, [stream], async (message, [name], send) => {
      const definition = parseSchema(schema === '' ? message.payload : schema);
      const { running } = lease;
      teller.traffic = running.traffic;
      if (further.length === 0) {
        const target = streamFor(definition, name, message);
        message.payload = await define(running, definition, target, teller);
      } else {
        const first = stream.type === 'str' ? nameOf(name) : streamOf(stream, name, message, t);
        const names = new Set([...(first === undefined ? [] : [first]), ...further]);
        message.payload = await defineAll(running, definition, [...names], teller);
      }
      send(message);
    });

    // A node that is no more, or another now, does not go on being refused.
    this.on('close', () => {
      teller.isClosed = true;
      teller.traffic?.left(teller);
    });

    /** The node's stream, else `msg.topic`, else the definition's own name. */
    function streamFor(definition: unknown, name: unknown, message: IncomingMessage): string | undefined {
      if (stream.type !== 'str') return streamOf(stream, name, message, t);
      // A topic is often left over from an inject node: a definition that names its stream knows better.
      return nameOf(name) ?? (ownName(definition) === undefined ? nameOf(message.topic) : undefined);
    }
  }

  function ownName(definition: unknown): unknown {
    return typeof definition === 'object' && definition !== null && 'name' in definition
      ? definition.name
      : undefined;
  }

  /** A refusal is told at its stream: who looks there is to see it. */
  async function define(
    { client, traffic, schemas }: RunningSea,
    definition: unknown,
    name: string | undefined,
    teller: Teller,
  ): Promise<Definition> {
    const stream = name ?? nameOf(ownName(definition));
    const meter = stream === undefined ? undefined : traffic.meter(stream);
    try {
      const written = await client.define(definition, { stream: name });
      meter?.defined();
      schemas.defined?.(written.name);
      return written;
    } catch (error) {
      if (stream !== undefined && meter !== undefined && !teller.isClosed) {
        const tellBetter = meter.refusedDefinition(error, teller);
        // Not awaited: whoever waits for the error gets it at once, in the server's own words.
        void refusalOf(error, client, stream, definition, t).then(tellBetter);
      }
      throw error;
    }
  }

  /**
   * The same schema for each of them, whatever the definition calls itself; resolves with what was written, in order.
   *
   * @throws SettingError, once all have been tried, that names those which could not be.
   */
  async function defineAll(
    sea: RunningSea,
    definition: unknown,
    names: readonly string[],
    teller: Teller,
  ): Promise<Definition[]> {
    const results = await Promise.allSettled(
      names.map((name) =>
        define(sea, typeof definition === 'object' ? { ...definition, name } : definition, name, teller),
      ),
    );
    const written: Definition[] = [];
    const failures: Failure[] = [];
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled') written.push(result.value);
      else failures.push({ index, error: result.reason as StreamSeaError });
    }
    const [first] = failures;
    if (first === undefined) return written;
    const values = {
      streams: brief(failures.map(({ index }) => names[index]).join(', ')),
      count: names.length,
      reason: wordsOf(saidOf(first.error), t),
    };
    throw withFailures(settingError(t, 'error.notDefined', values), failures);
  }

  /** What is not even JSON is told with each message: it may hold what only then is known. */
  function unfinished(schema: string): StreamSeaError | undefined {
    try {
      return hasNoFields(JSON.parse(tidyJson(schema))) ? settingError(t, 'error.noFields') : undefined;
    } catch {
      return undefined;
    }
  }

  function parseSchema(schema: unknown): unknown {
    if (schema === undefined || schema === '') throw new SchemaError(t('error.noDefinition'));
    if (typeof schema !== 'string') return schema;
    try {
      return JSON.parse(tidyJson(schema));
    } catch (error) {
      throw new SchemaError(t('error.badJson', { reason: error instanceof Error ? error.message : '' }));
    }
  }

  RED.nodes.registerType('stream-sea-define', DefineNode);
};
