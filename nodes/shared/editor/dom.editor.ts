/** Elements for the dialogs, without the detour over HTML text, in which a field's name could be markup. */

type Attributes = Readonly<Record<string, string | undefined>>;

type Children = readonly (Node | string)[];

/** Makes an element. `class` and the like are attributes; an undefined one is left out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Children
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** A line that explains. */
export function hint(text: string, id?: string): HTMLElement {
  return element('div', { class: 'sea-hint', id }, text);
}

/** A line that says what is wrong. */
export function problemLine(...words: readonly (Node | string)[]): HTMLElement {
  return element('div', { class: 'sea-problem' }, ...words);
}

/** Words for as long as something takes. */
export function busyLine(text: string): HTMLElement {
  return element('span', {}, icon('spinner fa-pulse'), ` ${text}`);
}

/** Only what has changed: a text that is selected, or being read out, stays. */
export function write(place: HTMLElement, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}

/** One of the contents of a place is seen, in room for each of them: what is below stays where it is when another is. */
export function showOneOf(place: HTMLElement, seen: number): void {
  place.classList.add('sea-room');
  for (const [index, each] of [...place.children].entries()) {
    (each as HTMLElement).style.visibility = index === seen ? '' : 'hidden';
  }
}

export function div(look: string, ...children: Children): HTMLDivElement {
  return element('div', { class: look }, ...children);
}

export function span(look: string, ...children: Children): HTMLSpanElement {
  return element('span', { class: look }, ...children);
}

/** A place for what those who listen are told as soon as it stands there. */
export function statusLine(look?: string, ...children: Children): HTMLDivElement {
  return element('div', { class: look, role: 'status' }, ...children);
}

/** Scrolls no further than needed. */
export function bringIntoView(shown: Element | undefined): void {
  shown?.scrollIntoView({ block: 'nearest' });
}

let ids = 0;

/** An id that no other element of these dialogs has. */
export function idFor(name: string): string {
  ids += 1;
  return `sea-${name}-${ids}`;
}

/** An icon of Font Awesome 4.7, which Node-RED brings along. It says nothing to those who listen. */
export function icon(name: string): HTMLElement {
  return element('i', { class: `fa fa-${name}`, 'aria-hidden': 'true' });
}

/**
 * A choice, as one control of a row.
 *
 * @param control what it is called among those, as `data-control`
 * @param options values and their texts
 */
export function select(
  control: string,
  options: readonly (readonly [string, string])[],
  chosen: string,
  changed: (value: string) => void,
): HTMLSelectElement {
  const made = element('select', { 'data-control': control });
  for (const [value, text] of options) made.append(element('option', { value }, text));
  made.value = chosen;
  made.addEventListener('change', () => changed(made.value));
  return made;
}

export interface ButtonOptions {
  icon?: string;
  /** The text on it; without one, `title` is what it is called. */
  label?: string;
  title?: string;
  primary?: boolean;
  onPress?: () => void;
}

/** A small button as Node-RED draws them. */
export function button({ icon: name, label, title, primary, onPress }: ButtonOptions): HTMLButtonElement {
  const made = element('button', {
    type: 'button',
    class: `red-ui-button red-ui-button-small${primary ? ' primary' : ''}`,
    title,
    'aria-label': label === undefined ? title : undefined,
  });
  if (name !== undefined) made.append(icon(name));
  if (label !== undefined) made.append(name === undefined ? label : ` ${label}`);
  if (onPress !== undefined) {
    made.addEventListener('click', () => {
      if (made.getAttribute('aria-disabled') !== 'true') onPress();
    });
  }
  return made;
}

/** Not to be pressed again while the work goes on. Were it disabled, it would lose the focus, and the keyboard its place. */
export async function whileBusy<Value>(pressed: HTMLButtonElement, work: Promise<Value>): Promise<Value> {
  pressed.setAttribute('aria-disabled', 'true');
  try {
    return await work;
  } finally {
    pressed.removeAttribute('aria-disabled');
  }
}
