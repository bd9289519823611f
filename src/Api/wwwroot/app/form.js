/** Fields with label, rule and message, and the summary of errors above them. */

import { button, h } from './dom.js';
import { folded } from './input.js';
import { t } from './text.js';

/**
 * A required text field. Full-width letters and digits are folded when the field is left.
 * @param {{id: string, label: string, rule: string, help?: string, value?: string, fold?: boolean} & object} options
 *   further members become attributes of the input
 * @returns {{node: HTMLElement, input: HTMLInputElement, tell: (message: ?string) => void}}
 */
export function field({ id, label, rule, help, value = '', fold = true, beside, ...attributes }) {
  const input = h('input', {
    id, name: id, type: 'text', autocomplete: 'off', autocapitalize: 'off', autocorrect: 'off', spellcheck: 'false',
    'aria-required': 'true', 'aria-describedby': describedBy(id, help), ...attributes,
  });
  input.value = value;
  if (fold) input.addEventListener('change', () => { input.value = folded(input.value); });
  const message = h('p', { id: `${id}-error`, class: 'field-error', hidden: true });
  const tell = (text) => {
    message.textContent = text ?? '';
    message.hidden = !text;
    text ? input.setAttribute('aria-invalid', 'true') : input.removeAttribute('aria-invalid');
    input.setAttribute('aria-describedby', describedBy(id, help, text));
  };
  const node = h('div', { class: 'field' },
    h('div', { class: 'field-head' },
      h('label', { for: id }, label), h('span', { class: 'required' }, t('required')),
      h('span', { id: `${id}-rule`, class: 'rule' }, rule)),
    help && h('p', { id: `${id}-help`, class: 'help' }, help),
    message,
    h('div', { class: 'field-input' }, input, beside?.(input)));
  return { node, input, tell };
}

const describedBy = (id, help, error) =>
  [`${id}-rule`, help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ');

/** The button that shows and hides a masked input. @param {HTMLInputElement} input */
export function maskToggle(input) {
  const toggle = button(t('show'), { class: 'toggle', 'aria-label': t('showPin'), 'aria-controls': input.id });
  toggle.addEventListener('click', () => {
    const masked = input.type === 'password';
    input.type = masked ? 'text' : 'password';
    toggle.textContent = t(masked ? 'hide' : 'show');
    toggle.setAttribute('aria-label', t(masked ? 'hidePin' : 'showPin'));
  });
  return toggle;
}

/**
 * @returns {{node: HTMLElement, show: (title: string, items: {text: string, input?: HTMLElement}[], action?: Node) => void,
 *   clear: () => void}} `show` moves the focus to the summary and says so in the window's title; what concerns one field is a link to it, all else a
 *   paragraph before
 */
export function errorSummary() {
  const node = h('div', { id: 'errorSummary', class: 'summary', role: 'alert', tabindex: '-1', hidden: true });
  const clear = () => {
    if (!node.hidden) document.title = document.title.slice(t('errorPrefix').length);
    node.hidden = true;
    node.replaceChildren();
  };
  const show = (title, items, action) => {
    const links = items.filter(({ input }) => input).map(({ text, input }) => h('li', {}, linkTo(input, text)));
    node.replaceChildren(h('h2', {}, title), ...items.filter(({ input }) => !input).map(({ text }) => h('p', {}, text)));
    if (links.length) node.append(h('ul', {}, links));
    if (action) node.append(action);
    if (node.hidden) document.title = t('errorPrefix') + document.title;
    node.hidden = false;
    node.focus();
    node.scrollIntoView({ block: 'nearest' });
  };
  return { node, show, clear };
}

const linkTo = (input, text) => h('a', {
  href: `#${input.id}`,
  onclick: (event) => {
    event.preventDefault();
    input.focus();
  },
}, text);
