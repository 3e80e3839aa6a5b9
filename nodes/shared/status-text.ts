/** A status's text: Node-RED draws all of it in one line, over the flow. The sidebar and the log have the whole of it. */

/**
 * Columns: that nobody answers at an address, and when the next try is, has room. With 100 of a reason alone, and more beside
 * it, it ran over what stands beneath the next nodes.
 */
const LONGEST = 80;

/** Some reasons are sentences: "…, so nothing can listen there., next try within 4 s". */
const FULL_STOP = /[\s.。．]+$/;

/** Of a reason, whatever stands beside it: with less it says nothing. */
const LEAST = 20;

/**
 * @param frame what else is said, with the reason in it: that is what is cut.
 * @param before what is to stand before it.
 */
export function framed(reason: string, frame: (reason: string) => string, before = ''): string {
  const room = LONGEST - columnsOf(before) - columnsOf(frame(''));
  return frame(short(reason.replace(FULL_STOP, ''), Math.max(room, LEAST)));
}

export function short(text: string, longest = LONGEST): string {
  if (columnsOf(text) <= longest) return text;
  let room = longest - 1;
  let kept = '';
  for (const character of text) {
    room -= columnsOf(character);
    if (room < 0) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Chinese and Japanese characters are as wide as two. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += (character.codePointAt(0) ?? 0) >= 0x2e80 ? 2 : 1;
  return columns;
}
