/* ES5 on purpose: starts the app, or leads a browser that is too old for it to the page for keypads. */
(function () {
  'use strict';

  var WORDS = {
    ja: {
      title: 'このブラウザではご利用いただけません',
      text: 'ブラウザが古いため、このアプリを表示できません。スマートフォンのOSとブラウザを最新にしていただくか、次のページをお使いください。',
      link: '古いスマートフォン・携帯電話向けのページを開く'
    },
    en: {
      title: 'This browser cannot be used',
      text: 'It is too old for this app. Update the phone’s system and its browser, or use the page for older phones.',
      link: 'Open the page for older phones'
    }
  };

  function start() {
    var script = document.createElement('script');
    script.type = 'module';
    script.src = '/app/main.js';
    document.head.appendChild(script);
  }

  function add(parent, tag, text) {
    var node = document.createElement(tag);
    node.textContent = text || '';
    return parent.appendChild(node);
  }

  /** The link keeps what stands behind the #: the code of a mail, or the institution. */
  function leadAway() {
    var lang = /^en/i.test(navigator.language) ? 'en' : 'ja', words = WORDS[lang], page, link;
    document.documentElement.lang = lang;
    page = add(document.getElementById('main'), 'div');
    page.className = 'page';
    add(page, 'h1', words.title);
    add(page, 'p', words.text);
    link = add(add(page, 'p'), 'a', words.link);
    link.id = 'keypadPage';
    link.className = 'secondary';
    link.href = '/k/' + location.hash;
    document.getElementById('language').hidden = true;
  }

  // Of all that the app cannot do without, this came last to each browser (Safari 14, Chrome 86, Firefox 78).
  if (Element.prototype.replaceChildren) { start(); } else { leadAway(); }
}());
