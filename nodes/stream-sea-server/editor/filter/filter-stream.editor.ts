/** The stream on which a filter is tried while it is built: its name, its fields for the rows, its messages beside them. */

import type { Definition } from '../../../../src/protocol/schema/schema';
import { knownStreams, storedDefinition } from '../../../shared/editor/api.editor';
import { t } from '../../../shared/editor/dialog.editor';
import { div, element, icon } from '../../../shared/editor/dom.editor';
import { attachStreamField, streamsInFlows } from '../../../shared/editor/fields/stream-field.editor';
import { oneByOne } from '../../../shared/editor/lifetime.editor';
import { whyAway } from '../../../shared/editor/target.editor';
import { fieldsOfMessage, fieldsOfSchema, type KnownField } from './filter-fields.editor';
import { FilterSample } from './filter-sample.editor';

/** What is asked about a stream waits until its name has been typed. */
const TYPING = 400;

export interface FilterStreamHost {
  /** The id of the server node. */
  readonly server: string;
  /** Of the dialog: ends what is asked. */
  readonly lifetime: AbortSignal;
  /** Another schema is known now. */
  learned(): void;
}

export class FilterStream {
  readonly row: HTMLElement;
  readonly sample: FilterSample;
  readonly #host: FilterStreamHost;
  readonly #name = element('input', { type: 'text', id: 'sea-filter-stream' });
  #schema: readonly KnownField[] = [];
  readonly #next: () => AbortSignal;

  constructor(host: FilterStreamHost) {
    this.#host = host;
    this.#next = oneByOne(host.lifetime);
    this.sample = new FilterSample(host.lifetime);
    this.row = div(
      'form-row',
      element('label', { for: this.#name.id }, icon('exchange'), ` ${t('label.filter.try')}`),
      this.#name,
    );
  }

  get fields(): readonly KnownField[] {
    const names = new Set(this.#schema.map(({ path }) => path));
    return [...this.#schema, ...fieldsOfMessage(this.sample.newest).filter(({ path }) => !names.has(path))];
  }

  /** Once the row is in the page. */
  attach(): void {
    const { server, lifetime } = this.#host;
    [this.#name.value = ''] = streamsInFlows(server);
    attachStreamField($(this.#name), $(element('input', { type: 'hidden', value: server })));
    let typing: ReturnType<typeof setTimeout> | undefined;
    lifetime.addEventListener('abort', () => clearTimeout(typing));
    $(this.#name).on('input change', () => {
      clearTimeout(typing);
      typing = setTimeout(() => this.#look(), TYPING);
    });
    this.#look();
  }

  /** Asks for the fields and the messages of the stream that is named now. */
  #look(): void {
    const { server } = this.#host;
    const stream = this.#name.value.trim();
    const signal = this.#next();
    this.#schema = [];
    const why =
      whyAway(server, 'hint.filter.sample.deploy') || (stream ? '' : t('hint.filter.sample.stream'));
    this.sample.look(server, stream, why);
    if (!why) void this.#askForFields(stream, signal);
  }

  async #askForFields(stream: string, signal: AbortSignal): Promise<void> {
    const definition = await definitionOf(this.#host.server, stream, signal).catch(() => null);
    if (signal.aborted || definition === null) return;
    this.#schema = fieldsOfSchema(definition.fields);
    this.#host.learned();
  }
}

/** Asked only where there is one: a browser writes each refusal into its console, and nobody has pressed a button. */
async function definitionOf(server: string, stream: string, signal: AbortSignal): Promise<Definition | null> {
  const { streams } = await knownStreams(server, [stream], signal);
  const found = streams.find(({ name }) => name === stream);
  return found?.version == null ? null : storedDefinition(server, stream, signal);
}
