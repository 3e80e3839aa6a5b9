/** What the bench prints. */

const WIDTH = 44;

/** @returns {string} the sides of a group, then its rows */
export function groupText({ name, unit, load, sides, rows }) {
  const lines = [`\n${name} (${unit}; load ${load.toFixed(1)})`];
  for (const [side, { median, min, max, cpu, serverCpu, p99 }] of Object.entries(sides)) {
    const busy = cpu === undefined ? '' : `  cpu ${share(cpu)}, other side ${share(serverCpu)}`;
    const tail = p99 === undefined ? '' : `  p99 ${figure(p99)}`;
    lines.push(
      `  ${side.padEnd(WIDTH)}${figure(median).padStart(9)}  ${range(min, max, figure)}${busy}${tail}`,
    );
  }
  for (const row of rows) lines.push(`  ${rowText(row)}`);
  return lines.join('\n');
}

function rowText({ name, median, min, max, perCpu, goal, better, met }) {
  const wanted = goal === undefined ? '' : `${better === 'more' ? '>=' : '<='} ${goal}`.padEnd(9);
  const verdict = met === undefined ? '' : met ? 'met' : 'NOT MET';
  return `${name.padEnd(WIDTH)}${ratio(median).padStart(9)}  ${range(min, max, ratio)}  ${wanted}${verdict}${perCpu === undefined ? '' : `  (per processor second ${ratio(perCpu)})`}`;
}

/** One table of all rows, as Markdown. */
export function markdownTable(results) {
  const lines = [
    '| row | measured | min to max | per processor second | goal | |',
    '| --- | ---: | --- | ---: | --- | --- |',
  ];
  for (const { name, rows } of results) {
    for (const row of rows) {
      const wanted = row.goal === undefined ? '' : `${row.better === 'more' ? '>=' : '<='} ${row.goal}`;
      const verdict = row.met === undefined ? '' : row.met ? 'met' : '**not met**';
      const cells = [
        `${name}: ${row.name}`,
        ratio(row.median),
        `${ratio(row.min)} to ${ratio(row.max)}`,
        row.perCpu === undefined ? '' : ratio(row.perCpu),
        wanted,
        verdict,
      ];
      lines.push(`| ${cells.join(' | ')} |`);
    }
  }
  return lines.join('\n');
}

/** 1,234,567 as `1.23M`. */
export function figure(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return `${(value / 1e6).toPrecision(3)}M`;
  if (size >= 1e4) return `${(value / 1e3).toPrecision(3)}k`;
  return size >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

const ratio = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2));
const share = (value) => `${Math.round(value * 100)}%`;
const range = (min, max, text) => `[${text(min)} .. ${text(max)}]`.padEnd(20);
