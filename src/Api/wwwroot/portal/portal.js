// Comforts on top of pages that work without script: show a PIN, copy an ID, print, follow a mail's state,
// and send a form once. Every text comes from the page's data- attributes.
(function () {
  'use strict';

  function each(selector, action) { Array.prototype.forEach.call(document.querySelectorAll(selector), action); }
  function field(button, name) { return document.getElementById(button.getAttribute(name)); }

  // Whoever comes back to the answer to a form gets its page afresh, and is not asked whether to send it again.
  if (document.body.hasAttribute('data-answer')) history.replaceState(null, '', location.href);

  // Without autofocus support on a summary, take the reader there ourselves.
  var errors = document.getElementById('errors');
  if (errors && document.activeElement !== errors) errors.focus();

  each('[data-reveal]', function (button) {
    var input = field(button, 'data-reveal');
    var says = field(button, 'data-says');
    var words = [button.textContent, button.getAttribute('data-hide')];
    var spoken = [button.getAttribute('data-hidden'), button.getAttribute('data-shown')];

    function show(visible, quietly) {
      input.type = visible ? 'text' : 'password';
      button.textContent = words[visible ? 1 : 0];
      if (!quietly) says.textContent = spoken[visible ? 1 : 0];
    }

    button.hidden = false;
    button.addEventListener('click', function () { show(input.type === 'password'); });
    input.form.addEventListener('submit', function () { show(false, true); });
  });

  if (navigator.clipboard) each('[data-copy]', function (button) {
    var source = field(button, 'data-copy');
    var says = field(button, 'data-says');
    var label = button.textContent;
    var timer;

    button.hidden = false;
    button.addEventListener('click', function () {
      navigator.clipboard.writeText(source.textContent.trim()).then(function () {
        clearTimeout(timer);
        button.textContent = button.getAttribute('data-done');
        says.textContent = source.getAttribute('data-name') + ' ' + button.getAttribute('data-done');
        timer = setTimeout(function () { button.textContent = label; says.textContent = ''; }, 3000);
      }, function () { getSelection().selectAllChildren(source); });
    });
  });

  each('[data-print]', function (button) {
    button.hidden = false;
    button.addEventListener('click', function () { window.print(); });
  });

  // A second press must not send a second request; coming back with the back button must not find a dead form.
  each('form', function (form) {
    form.addEventListener('submit', function (event) {
      if (form.getAttribute('aria-busy')) { event.preventDefault(); return; }
      form.setAttribute('aria-busy', 'true');
      Array.prototype.forEach.call(form.querySelectorAll('[type=submit]'), function (b) { b.setAttribute('aria-disabled', 'true'); });
    });
  });
  window.addEventListener('pageshow', function (event) {
    if (!event.persisted) return;
    each('form[aria-busy]', function (form) { form.removeAttribute('aria-busy'); });
    each('[type=submit][aria-disabled]', function (b) { b.removeAttribute('aria-disabled'); });
  });

  // While something inside a live region is marked data-refresh (seconds), ask for the page again and swap the region.
  function visitor(page) { var who = page.querySelector('.who'); return who && who.textContent; }

  each('[data-live]', function (region) {
    var rounds = 0;

    function later() {
      var waiting = region.querySelector('[data-refresh]');
      if (waiting && rounds++ < 30) setTimeout(ask, Number(waiting.getAttribute('data-refresh')) * 1000);
    }

    function ask() {
      if (document.hidden) { later(); return; }
      fetch(location.href, { credentials: 'same-origin', headers: { Accept: 'text/html' } })
        .then(function (answer) { return answer.ok && !answer.redirected ? answer.text() : Promise.reject(); })
        .then(function (html) {
          var page = new DOMParser().parseFromString(html, 'text/html');
          var fresh = page.getElementById(region.id);
          if (!fresh || visitor(page) !== visitor(document)) return; // another tab has opened the pages for somebody else
          if (fresh.innerHTML.trim() !== region.innerHTML.trim()) region.replaceChildren.apply(region, Array.prototype.slice.call(fresh.childNodes));
          later();
        })
        .catch(function () { /* the page stays as it is; its own link reloads it */ });
    }

    later();
  });
})();
