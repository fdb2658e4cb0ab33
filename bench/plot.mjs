// Small line plots as SVG, both axes logarithmic.

const WIDTH = 400;
const HEIGHT = 260;
const LEFT = 58;
const RIGHT = 14;
const TOP = 34;
const BOTTOM = 42;
const COLOURS = { ours: '#c2410c', original: '#475569', ws: '#2563eb' };

/**
 * @param {{ title: string, x: string, y: string, lines: Object<string, [number, number][]> }[]} panels
 * @returns {string} an SVG file, two panels in a row
 */
export function page(panels) {
  const rows = Math.ceil(panels.length / 2);
  const drawn = panels.map((panel, n) => {
    const place = `translate(${(n % 2) * WIDTH}, ${Math.floor(n / 2) * HEIGHT})`;
    return `<g transform="${place}">${plot(panel)}</g>`;
  });
  const size = `viewBox="0 0 ${2 * WIDTH} ${rows * HEIGHT}" width="${2 * WIDTH}" height="${rows * HEIGHT}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="white"/>
${drawn.join('\n')}
</svg>
`;
}

function plot({ title, x, y, lines }) {
  const points = Object.values(lines).flat();
  const across = scale(
    points.map(([at]) => at),
    LEFT,
    WIDTH - RIGHT,
  );
  const up = scale(
    points.map(([, value]) => value),
    HEIGHT - BOTTOM,
    TOP,
  );
  const grid = [
    ...across.ticks.map((tick) => rule(across.at(tick), TOP, across.at(tick), HEIGHT - BOTTOM)),
    ...up.ticks.map((tick) => rule(LEFT, up.at(tick), WIDTH - RIGHT, up.at(tick))),
    ...across.ticks.map((tick) => text(across.at(tick), HEIGHT - BOTTOM + 14, short(tick), 'middle')),
    ...up.ticks.map((tick) => text(LEFT - 5, up.at(tick) + 4, short(tick), 'end')),
  ];
  const curves = Object.entries(lines).map(([name, line], n) => {
    const colour = COLOURS[name];
    const path = line.map(([at, value]) => `${round(across.at(at))},${round(up.at(value))}`);
    const dots = path.map((point) => `<circle cx="${point.replace(',', '" cy="')}" r="2.5" fill="${colour}"/>`);
    const key = text(LEFT + 8 + n * 62, TOP - 6, name, 'start', colour);
    return `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.8"/>${dots.join('')}${key}`;
  });
  return [
    text(LEFT, 14, title, 'start', '#0f172a', 'bold'),
    text(WIDTH - RIGHT, HEIGHT - 10, x, 'end'),
    text(WIDTH - RIGHT, TOP - 6, y, 'end'),
    ...grid,
    ...curves,
  ].join('\n');
}

/** A logarithmic scale from whole powers of ten to whole powers of ten. */
function scale(values, start, end) {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  const at = (value) => start + ((Math.log10(value) - first) / (last - first)) * (end - start);
  return { at, ticks: Array.from({ length: last - first + 1 }, (_, n) => 10 ** (first + n)) };
}

const round = (value) => Number(value.toFixed(1));

const rule = (x1, y1, x2, y2) =>
  `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="#e2e8f0"/>`;

const text = (x, y, words, anchor, fill = '#475569', weight = 'normal') =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${fill}" font-weight="${weight}">${words}</text>`;

const short = (value) =>
  value >= 1e6 ? `${value / 1e6}M` : value >= 1000 ? `${value / 1000}k` : String(round(value) || value);
