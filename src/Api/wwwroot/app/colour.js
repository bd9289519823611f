/** Makes an institution's colour usable on the card, by day and by night (contrast as in WCAG 2.2 §1.4.3). */

/** Whether it is night: the colours must be chosen again when this changes. */
export const dark = matchMedia('(prefers-color-scheme: dark)');

const DEFAULT_ACCENT = '#00594f';
const PAPER = { light: '#ffffff', dark: '#1b222a' };
const READABLE = 4.6;

/**
 * By day the card's head has the institution's own colour; by night it is lightened until it can be read on the paper.
 * @param {?string} accent #rrggbb
 * @param {boolean} dark whether the card is dark
 * @returns {{head: string, ink: string, accent: string}} CSS colours: the head, the ink to write on it, and the accent for
 *   what is drawn on the paper
 */
function accentFor(accent, dark) {
  const paper = parse(dark ? PAPER.dark : PAPER.light);
  const target = dark ? [255, 255, 255] : [0, 0, 0];
  const origin = parse(/^#[0-9a-f]{6}$/i.test(accent ?? '') ? accent : DEFAULT_ACCENT);
  let colour = origin;
  for (let share = 0.05; contrast(colour, paper) < READABLE && share <= 1; share += 0.05)
    colour = origin.map((part, i) => Math.round(part + (target[i] - part) * share));
  const head = dark ? colour : origin;
  const ink = [[255, 255, 255], [0, 0, 0]].sort((a, b) => contrast(b, head) - contrast(a, head))[0];
  return { head: css(head), ink: css(ink), accent: css(colour) };
}

/** Gives a card, or what stands for one, its institution's colours. @param {HTMLElement} node @param {?string} accentColor #rrggbb */
export function paint(node, accentColor) {
  const { head, ink, accent } = accentFor(accentColor, dark.matches);
  node.style.setProperty('--card-head', head);
  node.style.setProperty('--card-accent', accent);
  node.style.setProperty('--card-ink', ink);
}

const parse = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const css = (parts) => `rgb(${parts.join(' ')})`;

function contrast(a, b) {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(parts) {
  const [r, g, b] = parts.map((part) => part / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
