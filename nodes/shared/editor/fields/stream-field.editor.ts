/** The field for a stream's name: suggests those that there are, and says beside it what is known of the one named. */

import type { KnownStream, StreamList } from '../../wire/api';
import { knownStreams as askForStreams } from '../api.editor';
import { hasEnvironment, nodeField, reasonFor, t, textIn, wordsFor } from '../dialog.editor';
import { lifetimeOf, oneByOne } from '../lifetime.editor';
import { unknownKind, whyAway } from '../target.editor';
import { attachCombobox, type Combobox, type ComboboxOptions } from './combobox.editor';
import { attachTypedField } from './typed-field.editor';

/** Typing is over when no key came for so many milliseconds. */
const TYPING = 400;

/** Milliseconds after which a list is asked for anew when somebody looks at it again. */
const FRESH = 5_000;

export interface StreamField {
  /** Where the name is typed. */
  readonly text: JQuery;
  /** Asks the server anew, as after a change of the stream's definition. */
  refresh(): void;
}

/** Signs that mean several topics elsewhere. */
const ELSEWHERE_WILD = /[+#*]/;

/**
 * The field of the open dialog for its stream, which the node may also find elsewhere.
 *
 * @param kinds where the name may come from; only one that is typed is looked up.
 */
export function attachTypedStream(kinds: readonly string[]): StreamField {
  const { text, frame, kind } = attachTypedField('stream', kinds);
  const isTyped = () => kind() === 'str';
  // Blank, it is `msg.topic`, which the core takes for wrong, without a reason.
  text.on('change', () => {
    if (kind() === 'msg' && textIn(text) === '') nodeField('stream').typedInput('value', 'topic');
  });
  return attachStreamField(text, nodeField('server'), { frame, enabled: isTyped }, () =>
    isTyped() ? undefined : t(`hint.stream.${unknownKind(kind())}`),
  );
}

/**
 * @param input where the name is typed; the note appears below it.
 * @param instead what the note says of what is no name.
 */
export function attachStreamField(
  input: JQuery,
  server: JQuery = nodeField('server'),
  options: Pick<ComboboxOptions, 'frame' | 'enabled'> = {},
  instead: () => string | undefined = () => undefined,
): StreamField {
  const frame = options.frame ?? input;
  const streams = knownStreams(input, server, () => {
    combobox.refresh();
    describe();
  });
  const combobox = attachSuggestions(input, streams, options);
  const note = $('<div class="sea-hint sea-stream-note" role="status">').attr(
    'id',
    `${input.attr('id')}-note`,
  );
  frame.parent().append(note);
  input.attr('aria-describedby', `${input.attr('aria-describedby') ?? ''} ${note.attr('id')}`.trim());

  function describe(): void {
    note.text(instead() ?? streams.about(nameIn(input)));
  }

  const lifetime = lifetimeOf(frame);
  let typing: ReturnType<typeof setTimeout> | undefined;
  lifetime.addEventListener('abort', () => clearTimeout(typing));
  input.on('input change', () => {
    combobox.refresh();
    describe();
    clearTimeout(typing);
    typing = setTimeout(() => streams.load(0), TYPING);
  });
  server.on('change', () => streams.load(0));
  streams.load(0);
  return { text: input, refresh: () => streams.load(0) };
}

/** For a list of streams: suggestions in each of its rows, without a note. */
export function attachStreamSuggestions(input: JQuery, server: JQuery = nodeField('server')): void {
  const streams = knownStreams(input, server, () => combobox.refresh());
  const combobox = attachSuggestions(input, streams);
}

/** What is to be known of a name by its looks: elsewhere it may stand for many. */
export function aboutSigns(names: readonly string[]): string {
  return names.some((name) => ELSEWHERE_WILD.test(name)) ? t('hint.stream.literal') : '';
}

/** @param version of its schema; null: it has none */
export function aboutVersion(version: number | string | null): string {
  return version === null ? t('hint.stream.missing') : t('hint.stream.exists', { version });
}

function attachSuggestions(
  input: JQuery,
  streams: KnownStreams,
  options: Pick<ComboboxOptions, 'frame' | 'enabled'> = {},
): Combobox {
  return attachCombobox(input, {
    ...options,
    label: t('label.streams'),
    suggestions: () =>
      streams.list().map(({ name, version }) => ({ value: name, note: versionText(version) })),
    opening: () => streams.load(FRESH),
  });
}

function nameIn(input: JQuery): string {
  return textIn(input).trim();
}

interface KnownStreams {
  list(): StreamList['streams'];
  about(name: string): string;
  /** Unless what is known is younger, in milliseconds. */
  load(fresh: number): void;
}

function knownStreams(input: JQuery, server: JQuery, changed: () => void): KnownStreams {
  const lifetime = lifetimeOf(input);
  const next = oneByOne(lifetime);
  let known: StreamList | undefined;
  let problem = '';
  let asked = '';
  let askedAt = 0;

  const serverId = () => {
    const id = textIn(server);
    return RED.nodes.node(id) ? id : '';
  };

  async function ask(id: string, signal: AbortSignal): Promise<void> {
    const typed = nameIn(input);
    const names = new Set(
      [...streamsInFlows(id), typed].filter((name) => name !== '' && !hasEnvironment(name)),
    );
    try {
      const answer = await askForStreams(id, [...names], signal);
      known = answer;
      problem =
        answer.problem === undefined ? '' : t('hint.stream.unknown', { reason: wordsFor(answer.problem) });
    } catch (error) {
      if (signal.aborted) return;
      known = undefined;
      problem = t('hint.stream.unknown', { reason: reasonFor(error) });
    }
    if (!signal.aborted) changed();
  }

  return {
    list: () => {
      // A name that exists nowhere is there only because it was typed.
      const typed = nameIn(input);
      const inFlows = streamsInFlows(serverId());
      const all: readonly KnownStream[] = known?.streams ?? [...inFlows].map((name) => ({ name }));
      return all.filter(({ name, version }) => version != null || name !== typed || inFlows.has(name));
    },
    about: (name) => {
      const signs = aboutSigns([name]);
      if (signs !== '') return signs;
      if (asked === '') return '';
      if (hasEnvironment(name)) return t('hint.stream.environment');
      if (problem !== '') return problem;
      if (known === undefined) return '';
      if (name === '') return '';
      const found = known.streams.find((stream) => stream.name === name);
      if (found?.version === undefined) return '';
      return aboutVersion(found.version);
    },
    load: (fresh) => {
      const id = serverId();
      if (id === asked && Date.now() - askedAt < fresh) return;
      const signal = next();
      if (id !== asked) known = undefined;
      asked = id;
      askedAt = Date.now();
      // A server that does not run could only answer that it does not.
      problem = id && whyAway(id, 'hint.stream.deploy');
      if (id === '' || problem !== '' || signal.aborted) changed();
      else void ask(id, signal);
    },
  };
}

function versionText(version: KnownStream['version']): string {
  if (version === undefined) return '';
  return version === null ? t('label.noVersion') : t('label.version', { version });
}

/** Names that nodes of the flows have for this server, deployed or not. */
export function streamsInFlows(server: string): Set<string> {
  const names = new Set<string>();
  RED.nodes.eachNode((node) => {
    if (!node.type.startsWith('stream-sea-') || Reflect.get(node, 'server') !== server) return;
    const several: unknown = Reflect.get(node, 'streams');
    const further: unknown[] = Array.isArray(several) ? several : [];
    const typed = (Reflect.get(node, 'streamType') ?? 'str') === 'str' ? [Reflect.get(node, 'stream')] : [];
    for (const item of [...typed, ...further]) {
      const name: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, 'stream') : item;
      if (typeof name === 'string' && name !== '' && !hasEnvironment(name)) names.add(name);
    }
  });
  return names;
}
