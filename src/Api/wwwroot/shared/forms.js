/* What the forms of the hosted pages and of the staff console share, on top of pages that work without script. ES5 on purpose.
   Every text comes from the page's data- attributes. */
(function () {
  'use strict';

  var WAITS = 1000, GIVES_UP = 10000, FILE = 2000;
  var KEPT = 'typed';
  var sending = document.getElementById('sending');

  function each(selector, action, root) { Array.prototype.forEach.call((root || document).querySelectorAll(selector), action); }
  function say(words) { sending.textContent = words ? sending.getAttribute(words) : ''; }

  // ---- Whoever comes back to the answer to a form gets its page afresh, and is not asked whether to send it again.

  var isAnswer = Boolean(document.querySelector('body.is-answer'));
  if (isAnswer) history.replaceState(null, '', location.href);

  // Without autofocus support on a summary, take the reader there ourselves.
  var errors = document.getElementById('errors');
  if (errors && document.activeElement !== errors) errors.focus();

  // ---- What was typed outlasts a change of the language and a log-in anew, but for passwords and PINs.

  function isKept(field) {
    return !/^(hidden|password|submit|button)$/.test(field.type) && !/password|one-time-code/.test(field.getAttribute('autocomplete'));
  }

  function isChosen(field) { return /^(radio|checkbox)$/.test(field.type); }

  function keep() {
    var fields = [];
    each('form[method=post] [name]', function (field) {
      if (isKept(field)) fields.push({ name: field.name, value: field.value, checked: field.checked });
    });
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ path: location.pathname, fields: fields }));
    } catch (refused) { /* a browser that keeps nothing */ }
  }

  function restore(one) {
    each('form[method=post] [name="' + one.name + '"]', function (field) {
      if (!isKept(field)) return;
      if (!isChosen(field)) field.value = one.value;
      else if (field.value === one.value) field.checked = one.checked;
    });
  }

  function restoreOnce() {
    var kept;
    try {
      kept = JSON.parse(sessionStorage.getItem(KEPT));
      sessionStorage.removeItem(KEPT);
    } catch (refused) { /* the same */ }
    if (kept && kept.path === location.pathname && !isAnswer) kept.fields.forEach(restore);
  }

  // The steps of a log-in stand between a form and its way back.
  if (!document.querySelector('body.gate')) {
    restoreOnce();
    each('.langs a', function (link) { link.addEventListener('click', keep); });
  }

  // ---- A second press must not send a second request. One that hangs, was stopped or is come back to must not leave a dead form.

  each('form[method=post]', function (form) {
    var timers = [];

    function free() {
      timers.forEach(function (timer) { clearTimeout(timer); });
      form.removeAttribute('aria-busy');
      each('[type=submit]', function (button) { button.removeAttribute('aria-disabled'); }, form);
      say('');
    }

    form.addEventListener('submit', function (event) {
      if (form.getAttribute('aria-busy')) { event.preventDefault(); return; }
      if (form.hasAttribute('data-keep')) keep();
      form.setAttribute('aria-busy', 'true');
      each('[type=submit]', function (button) { button.setAttribute('aria-disabled', 'true'); }, form);
      timers = form.hasAttribute('data-download') // a file leaves the page where it is
        ? [setTimeout(free, FILE)]
        : [setTimeout(function () { say('data-wait'); }, WAITS), setTimeout(function () { free(); say('data-again'); }, GIVES_UP)];
    });
    window.addEventListener('pageshow', function (event) { if (event.persisted) free(); });
  });
})();
