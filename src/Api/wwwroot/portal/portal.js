// Comforts on top of pages that work without script: show a PIN, copy an ID, print, follow a mail's state.
// What concerns forms is in /shared/forms.js. Every text comes from the page's data- attributes.
(function () {
  'use strict';

  function each(selector, action) { Array.prototype.forEach.call(document.querySelectorAll(selector), action); }
  function field(button, name) { return document.getElementById(button.getAttribute(name)); }

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
