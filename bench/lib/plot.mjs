/** Curves as SVG, both axes logarithmic: what grows in proportion is a straight line of one slope. */

const WIDTH = 640;
const HEIGHT = 360;
const LEFT = 70;
const RIGHT = 20;
const TOP = 40;
const BOTTOM = 80;
/** Told apart also by those who see no difference between red and green. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7'];

/**
 * @param {{ title: string, x: string, y: string }} texts
 * @param {{ name: string, points: [number, number][] }[]} lines
 * @returns {string} the picture
 */
export function plot({ title, x, y }, lines) {
  const all = lines.flatMap(({ points }) => points);
  const across = axis(
    all.map(([at]) => at),
    LEFT,
    WIDTH - RIGHT,
  );
  const up = axis(
    all.map(([, value]) => value),
    HEIGHT - BOTTOM,
    TOP,
  );
  const grid = [
    ...across.ticks.map((tick) => {
      const at = across.place(tick);
      return `${line(at, TOP, at, HEIGHT - BOTTOM)}${text(at, HEIGHT - BOTTOM + 16, short(tick), 'middle')}`;
    }),
    ...up.ticks.map((tick) => {
      const at = up.place(tick);
      return `${line(LEFT, at, WIDTH - RIGHT, at)}${text(LEFT - 8, at + 4, short(tick), 'end')}`;
    }),
  ];
  const drawn = lines.map(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const places = points.map(([at, value]) => [across.place(at).toFixed(1), up.place(value).toFixed(1)]);
    const dots = places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}"/>`);
    const legend = LEFT + index * 190;
    return [
      `<polyline points="${places.map((place) => place.join(',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...dots,
      `<rect x="${legend}" y="${HEIGHT - 22}" width="12" height="12" fill="${colour}"/>`,
      text(legend + 18, HEIGHT - 12, name, 'start'),
    ].join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img" aria-label="${escaped(title)}">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
${text(LEFT, 22, title, 'start', 14)}
${grid.join('\n')}
${text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 34, x, 'middle')}
<text transform="translate(16 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle" fill="#333333">${escaped(y)}</text>
${drawn.join('\n')}
</svg>
`;
}

/** Whole powers of ten around the values, from `start` to `end` of the picture. */
function axis(values, start, end) {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return { ticks, place: (value) => start + ((Math.log10(value) - low) / (high - low)) * (end - start) };
}

function line(x1, y1, x2, y2) {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#dddddd"/>`;
}

function text(x, y, content, anchor, size = 12) {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}" fill="#333333">${escaped(content)}</text>`;
}

function short(value) {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : String(value);
}

function escaped(content) {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
