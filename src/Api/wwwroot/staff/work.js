// Comforts on top of staff.js. The line of the audit trail follows what is typed. Without script it stands there as soon as the server has seen the form.
(function () {
  'use strict';

  var form = document.querySelector('[data-paper]');
  if (!form) return;
  var all = form.querySelector('.audit-lines');
  if (!all) return;
  var reasons = JSON.parse(all.getAttribute('data-reasons'));
  var marks = all.getAttribute('data-marks');
  var lines = Array.prototype.slice.call(form.querySelectorAll('[data-audit-detail]'));

  // As the server folds it: full-width forms to ASCII, the ideographic space to a space, the hyphens of a Japanese keyboard to hyphens.
  function fold(text) {
    return text.replace(/[\uFF01-\uFF5E]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 0xFEE0); }).replace(/\u3000/g, ' ')
      .replace(/([A-Za-z0-9])[\u2010-\u2015\u2212\u30FC\uFF70](?=[A-Za-z0-9])/g, '$1-').trim();
  }

  // As the server shows what a person typed: in quotation marks, with the inner ones for such marks in it.
  function typed(text) {
    return marks[0] + text.split(marks[0]).join(marks[2]).split(marks[1]).join(marks[3]) + marks[1];
  }

  function follow() {
    var number = fold(form.elements.formNumber.value);
    var reason = form.elements.reason.value;
    var note = form.elements.note.value.trim();
    var wrong = number && !/^[A-Za-z0-9-]{1,40}$/.test(number);
    var detail = !wrong && number && reason ? [all.getAttribute('data-form').replace('{0}', function () { return number; }), reasons[reason]].concat(note ? typed(note) : []).join(all.getAttribute('data-comma')) : '';
    lines.forEach(function (line) {
      line.textContent = detail ? detail + line.getAttribute('data-audit-detail') : all.getAttribute(wrong ? 'data-wrong' : 'data-missing');
    });
  }

  form.addEventListener('input', follow);
  follow();
})();
