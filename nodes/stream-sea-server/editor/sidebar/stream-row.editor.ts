/** One stream of a server in the sidebar: its version, its last message, who receives and publishes it how fast, its values. */

import { t, wordsFor } from '../../../shared/editor/dialog.editor';
import { bringIntoView, div, element, icon, span, write } from '../../../shared/editor/dom.editor';
import type {
  KnownStream,
  PublishingReport,
  ServerReport,
  SubscriptionReport,
} from '../../../shared/wire/api';
import type { Said } from '../../../shared/wire/sentence';
import { KeyedList, type Part } from '../keyed-list.editor';
import { timeText } from '../times.editor';
import { Chart } from './chart.editor';
import type { Rates } from './rates.editor';
import { type StreamValues, streamValues } from './stream-values.editor';

/** A stream that is received or published. */
export interface Flowing {
  key: string;
  stream: string;
  direction: 'received' | 'published';
  /** Of messages so far. */
  count: number;
  refused?: number;
  /** The node to show; none for a stream that several may publish to. */
  node?: string;
  /** The instances of subflows that it is in. */
  within?: readonly string[];
  state?: SubscriptionReport['status'];
  problem?: Said;
}

export interface StreamItem {
  readonly stream: string;
  /** Null: it has no schema. Undefined: that is not known. */
  readonly version: KnownStream['version'];
  /** When a message last passed through the flows. */
  readonly at?: number;
  /** How often its definition was refused, and why the last time. */
  readonly refused?: number;
  readonly problem?: Said;
  readonly flows: readonly Flowing[];
}

export function flowsOf({ id, subscriptions, published }: ServerReport): Flowing[] {
  return [...subscriptions.map((each) => received(id, each)), ...published.map((each) => sent(id, each))];
}

/** All of a server that tells which it has, and those in use of another; those in use first. */
export function streamItems(report: ServerReport, known: readonly KnownStream[]): StreamItem[] {
  const versions = new Map(known.map(({ name, version }) => [name, version]));
  const passed = new Map(report.passed.map((each) => [each.stream, each]));
  const flows = new Map<string, Flowing[]>();
  for (const flow of flowsOf(report)) flows.set(flow.stream, [...(flows.get(flow.stream) ?? []), flow]);
  const names = [...new Set([...flows.keys(), ...passed.keys(), ...versions.keys()])];
  return names
    .map((stream) => ({
      ...passed.get(stream),
      stream,
      version: versions.get(stream),
      flows: flows.get(stream) ?? [],
    }))
    .sort((a, b) => {
      const inUse = Number(b.flows.length > 0) - Number(a.flows.length > 0);
      return inUse || a.stream.localeCompare(b.stream, 'en', { numeric: true });
    });
}

/** @param unfolded those that are, of all servers: a row is made anew when the flows were, and what was open is again. */
export function streamRow(
  server: string,
  { stream }: StreamItem,
  rates: Rates,
  unfolded: Set<string>,
): Part<StreamItem> {
  const key = server + stream;
  const version = span('sea-version');
  const head = element(
    'button',
    {
      type: 'button',
      class: 'sea-stream-head',
      'aria-expanded': 'false',
      title: t('label.values.of', { stream }),
    },
    icon('caret-right'),
    span('sea-name', stream),
    version,
  );
  const problem = div('sea-problem-text');
  const last = div('sea-facts');
  const list = element('ul', {});
  const flows = new KeyedList<Flowing>(
    list,
    ({ key }) => key,
    (flow) => flowRow(flow, rates),
  );
  const row = element('li', { class: 'sea-stream' }, head, problem, last, list);
  let values: StreamValues | undefined;
  let lastAt: number | undefined;
  const passed = (at: number) => {
    lastAt = Math.max(at, lastAt ?? 0);
    write(last, t('status.lastMessage', { time: timeText(lastAt) }));
  };
  const fold = () => {
    values?.close();
    values = undefined;
  };
  head.addEventListener('click', () => {
    const open = values === undefined;
    head.setAttribute('aria-expanded', String(open));
    unfolded[open ? 'add' : 'delete'](key);
    if (!open) return fold();
    values = streamValues(server, stream, passed);
    last.after(values.message, values.picture);
    // Below the edge of a small sidebar nobody sees it, and nothing would be asked.
    bringIntoView(values.picture);
  });
  if (unfolded.has(key)) head.click();
  return {
    element: row,
    update(item) {
      write(version, item.version === undefined ? '' : versionText(item.version));
      write(problem, counted(item.refused, wordsFor(item.problem)));
      if (item.at !== undefined) passed(item.at);
      flows.show(item.flows);
    },
    close: fold,
  };
}

function flowRow(first: Flowing, rates: Rates): Part<Flowing> {
  const { node, direction, within, stream } = first;
  const name = span('sea-name', nameOf(first));
  const rate = span('sea-rate');
  const problem = div('sea-problem-text');
  const chart = new Chart();
  const parts = [icon(direction === 'received' ? 'arrow-down' : 'arrow-up'), name, rate];
  const title = labelIn(t(`label.${direction}`, { stream }), within);
  const head =
    node === undefined
      ? element('div', { title }, ...parts)
      : element('button', { type: 'button', title }, ...parts);
  head.classList.add('sea-flow');
  if (node !== undefined) head.addEventListener('click', () => RED.view.reveal(node));
  return {
    element: element('li', {}, head, chart.element, problem),
    update({ key, state, refused, problem: said }) {
      const now = rateText(rates.now(key));
      const series = rates.series(key);
      const highest = rateText(series.length ? Math.max(...series.map((each) => each.rate)) : undefined);
      const flowing = state === 'pending' ? t('status.pending') : t('label.rate', { rate: now });
      write(rate, counted(refused, flowing));
      chart.draw(series, t('label.chart', { stream, rate: now, highest }));
      write(problem, wordsFor(said));
    },
  };
}

/** A node without a name of its own would be called as its stream is. */
function nameOf({ node, direction, stream, within }: Flowing): string {
  const label = node === undefined ? stream : labelIn(labelOf(node), within);
  return label === stream ? t(`label.way.${direction}`) : label;
}

function received(
  server: string,
  { node, place, stream, delivery, group, received: count, status, problem }: SubscriptionReport,
): Flowing {
  const key = JSON.stringify([server, 'received', node, stream, delivery, group]);
  return {
    key,
    stream,
    direction: 'received',
    count,
    node: place?.node ?? node,
    ...(place && { within: place.within }),
    state: status,
    ...(problem !== undefined && { problem }),
  };
}

function sent(server: string, { stream, published, refused, problem }: PublishingReport): Flowing {
  const key = JSON.stringify([server, 'published', stream]);
  return {
    key,
    stream,
    direction: 'published',
    count: published,
    refused,
    ...(problem !== undefined && { problem }),
  };
}

/** As the editor calls the node everywhere else. */
export function labelOf(id: string): string {
  const node = RED.nodes.node(id);
  return node ? RED.utils.getNodeLabel(node, id) : id;
}

/** With the instances of subflows that it is in: the template's node is the same in all of them. */
export function labelIn(label: string, within: readonly string[] = []): string {
  return within.length === 0 ? label : `${label} (${within.map(labelOf).join(' / ')})`;
}

function versionText(version: number | string | null): string {
  return version === null ? t('label.noVersion') : t('label.version', { version });
}

function counted(refused: number | undefined, text: string): string {
  return refused ? `${t('status.refusedCount', { count: refused })} · ${text}` : text;
}

/** A dash for what nobody knows yet. */
function rateText(rate: number | undefined): string {
  if (rate === undefined) return '–';
  const digits = rate < 1 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: rate < 10 ? 1 : 0 };
  return rate.toLocaleString(RED.i18n.lang(), digits);
}
