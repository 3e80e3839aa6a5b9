/** The list of further streams: a name a line, each with its delivery. */

import { catalogue, textIn } from '../shared/editor/dialog.editor';
import { div, element } from '../shared/editor/dom.editor';
import { attachStreamList, namedTwice, streamsIn } from '../shared/editor/fields/stream-list.editor';
import { DELIVERY, type FurtherStream } from './stream-sea-in.config';

const t = catalogue('stream-sea-in');

const DELIVERY_FIELD = '.sea-further-delivery';
const GROUP_FIELD = '.sea-further-group';

/** What a list holds that was written by hand: a name alone is one, too. */
type Line = Partial<FurtherStream> | string;

/**
 * @param field for the stream that the node has beside them.
 * @param own what is in it; blank where nobody can know the name.
 */
export function attachFurther(
  list: JQuery,
  streams: readonly Line[],
  field: JQuery,
  own: () => string,
): void {
  attachStreamList<Line>(list, {
    items: streams,
    words: {
      stream: t('label.further.stream'),
      placeholder: t('placeholder.stream'),
      remove: t('label.further.remove'),
      add: t('label.further.add'),
    },
    nameOf,
    more: (row, line) => addDelivery(row, typeof line === 'object' ? line : {}),
    grows: true,
    once: { field, besides: own, problem: (stream) => t('error.twice', { stream }) },
  });
}

/** Of a list that is saved, by whomever. */
export function namesOf(streams: readonly Line[] | undefined): string[] {
  return Array.isArray(streams) ? streams.map((line) => nameOf(line).trim()) : [];
}

/** What is wrong with a list that is saved. */
export function checkFurther(streams: readonly Line[], own: string): true | string {
  const stream = namedTwice([own, ...namesOf(streams)]);
  return stream === undefined || t('error.twice', { stream });
}

function nameOf(line: Line): string {
  return typeof line === 'string' ? line : (line.stream ?? '');
}

export function furtherIn(list: JQuery): FurtherStream[] {
  return streamsIn(list).map(({ name, row }) => {
    const chosen = row.find(DELIVERY_FIELD).val();
    const delivery = DELIVERY.find((each) => each === chosen) ?? 'every';
    const group = delivery === 'group' ? textIn(row.find(GROUP_FIELD)).trim() : '';
    return { stream: name, delivery, group };
  });
}

function addDelivery(row: JQuery, { delivery = 'every', group = '' }: Partial<FurtherStream>): void {
  const choice = element('select', {
    class: DELIVERY_FIELD.slice(1),
    'aria-label': t('label.delivery'),
  });
  for (const each of DELIVERY)
    choice.append(element('option', { value: each }, t(`option.delivery.${each}`)));
  choice.value = DELIVERY.find((each) => each === delivery) ?? 'every';
  const named = element('input', {
    type: 'text',
    class: GROUP_FIELD.slice(1),
    'aria-label': t('label.group'),
    placeholder: t('placeholder.group'),
  });
  named.value = group;
  const show = () => {
    $(named).toggle(choice.value === 'group');
  };
  choice.addEventListener('change', show);
  show();
  row.append(div('sea-further-row', choice, named));
}
