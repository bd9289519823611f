// Comforts on top of pages that work without script: search while typing, rows by arrow keys, a warning before the session ends.
// What concerns forms is in /shared/forms.js. Every text comes from the page's data- attributes.
(function () {
  'use strict';

  var DEBOUNCE = 150, FROM = 2, LATE = 10000, WARN = 60;

  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }
  function first(selector) { return document.querySelector(selector); }
  function isTyping(element) { return /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && !/^(checkbox|radio|submit|button)$/.test(element.type); }

  // ---- The session's end: the server is the judge, this only says so in time.

  var idle = document.getElementById('idle');
  var endsAt = 0, soon, over;

  function say(text, action) {
    idle.textContent = '';
    if (!text) return;
    idle.appendChild(document.createElement('span')).textContent = text;
    idle.appendChild(action);
  }

  function expectEnd(seconds) {
    if (!idle || !(seconds > 0)) return;
    clearTimeout(soon);
    clearTimeout(over);
    endsAt = Date.now() + seconds * 1000;
    say('');
    soon = setTimeout(warn, Math.max(0, seconds - WARN) * 1000);
    over = setTimeout(end, seconds * 1000);
  }

  function warn() {
    var stay = document.createElement('button');
    stay.type = 'button';
    stay.className = 'button button-small';
    stay.textContent = idle.getAttribute('data-stay');
    stay.addEventListener('click', function () {
      fetch(idle.getAttribute('data-seen'), { credentials: 'same-origin' })
        .then(function (answer) { return answer.ok && !answer.redirected ? answer.text() : Promise.reject(); })
        .then(function (left) { expectEnd(Number(left)); }, end);
    });
    say(idle.getAttribute('data-soon'), stay);
  }

  function end() {
    var again = document.createElement('a');
    again.href = idle.getAttribute('data-login');
    again.className = 'button button-small';
    again.textContent = idle.getAttribute('data-again');
    say(idle.getAttribute('data-over'), again);
  }

  if (idle) expectEnd(Number(document.body.getAttribute('data-left')));
  // A machine that slept did not run the timers.
  document.addEventListener('visibilitychange', function () {
    if (idle && endsAt && !document.hidden && Date.now() >= endsAt) end();
  });

  // ---- Search while typing.

  var box = first('[data-search]');
  var place = document.getElementById('hits');
  var told = document.getElementById('found');
  if (box && place) (function () {
    var asked = box.value.trim(), shown = asked, timer, running, late;

    // The hits of another term must not be opened for the one in the box.
    function mark() {
      place.inert = box.value.trim() !== shown;
      if (place.inert) place.setAttribute('aria-busy', 'true');
      else place.removeAttribute('aria-busy');
    }

    function show(text, html) {
      shown = text;
      place.replaceChildren.apply(place, Array.from(new DOMParser().parseFromString(html, 'text/html').body.childNodes));
      mark();
      var words = place.querySelector('.found');
      told.textContent = words ? words.textContent.replace(/\s+/g, ' ').trim() : '';
    }

    function ask() {
      var text = box.value.trim();
      if (text === asked) return;
      asked = text;
      clearTimeout(late);
      if (running) running.abort();
      if (Array.from(text).length < FROM) {
        show(text, '');
        history.replaceState(null, '', box.getAttribute('data-home'));
        return;
      }

      var call = running = new AbortController();
      late = setTimeout(function () { call.abort(); }, LATE);
      fetch(box.form.action + '?handler=hits&q=' + encodeURIComponent(text), { credentials: 'same-origin', signal: call.signal })
        .then(function (answer) {
          if (answer.redirected || answer.status === 401) { location.assign(box.form.action + '?q=' + encodeURIComponent(text)); return new Promise(function () { }); }
          return answer.ok ? answer.text() : Promise.reject();
        })
        .then(function (html) {
          if (text !== asked) return;
          clearTimeout(late);
          show(text, html);
          history.replaceState(null, '', box.form.action + '?q=' + encodeURIComponent(text));
          var table = place.querySelector('[data-left]');
          if (table) expectEnd(Number(table.getAttribute('data-left')));
        })
        .catch(function () {
          if (text !== asked) return; // another search took its place
          clearTimeout(late);
          asked = null;
          show(text, '<p class="found"></p>');
          told.textContent = place.firstChild.textContent = told.getAttribute('data-failed');
        });
    }

    box.addEventListener('input', function (event) {
      mark();
      clearTimeout(timer);
      if (!event.isComposing) timer = setTimeout(ask, DEBOUNCE);
    });
    box.addEventListener('compositionend', function () { clearTimeout(timer); timer = setTimeout(ask, DEBOUNCE); });
  })();

  // ---- Rows by keyboard: arrows move between the rows' own links, so Enter opens and nothing is invented for screen readers.

  function links() { return all('[data-rows] tbody tr').map(function (row) { return row.querySelector('a[href], button'); }).filter(Boolean); }

  function rowOf(element) { return element.closest && element.closest('[data-rows] tbody tr'); }

  document.addEventListener('keydown', function (event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    var here = document.activeElement || document.body;
    var finder = box || first('[data-finder]');

    if (event.key === '/' && finder && !isTyping(here)) {
      event.preventDefault();
      finder.focus();
      finder.select();
      return;
    }

    var list = links();
    var row = rowOf(here);
    var free = here === document.body || here.id === 'main'; // nothing has the focus
    if (!list.length || (!row && !free && here !== box) || (row && isTyping(here)) || (place && place.inert)) return;
    var at = row ? list.findIndex(function (link) { return row.contains(link); }) : -1;
    var to = event.key === 'ArrowDown' ? at + 1
      : event.key === 'ArrowUp' ? at - 1
      : event.key === 'Home' && row ? 0
      : event.key === 'End' && row ? list.length - 1
      : null;
    if (to === null || (at === -1 && to < 0)) return;
    event.preventDefault();
    if (to < 0) { if (box) box.focus(); else here.blur(); return; }
    if (to < list.length) list[to].focus();
  });

  // ---- The menu closes when the work goes on elsewhere.

  all('[data-menu]').forEach(function (menu) {
    document.addEventListener('click', function (event) { if (!menu.contains(event.target)) menu.open = false; });
    menu.addEventListener('focusout', function (event) { if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false; });
    menu.addEventListener('keydown', function (event) {
      if (event.key !== 'Escape') return;
      menu.open = false;
      menu.querySelector('summary').focus();
    });
  });

  all('[data-print]').forEach(function (button) {
    button.hidden = false;
    button.addEventListener('click', function () { window.print(); });
  });
})();
