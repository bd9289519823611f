/** Left and right, by finger or by arrow key. */

const FAR_ENOUGH = 56;

/**
 * @param {HTMLElement} surface what is swiped
 * @param {(by: 1|-1) => void} turn 1: the following card
 * @returns {() => void} takes the listeners off again
 */
export function onSideways(surface, turn) {
  let from = null;

  function touched({ touches }) {
    from = touches.length === 1 ? { x: touches[0].clientX, y: touches[0].clientY } : null;
  }

  function lifted({ changedTouches }) {
    if (!from) return;
    const x = changedTouches[0].clientX - from.x;
    const y = changedTouches[0].clientY - from.y;
    from = null;
    if (Math.abs(x) > FAR_ENOUGH && Math.abs(x) > 2 * Math.abs(y)) turn(x < 0 ? 1 : -1);
  }

  function pressed(event) {
    const elsewhere = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey
      || event.target.closest('input, dialog, summary');
    if (elsewhere) return;
    if (event.key === 'ArrowRight') turn(1);
    if (event.key === 'ArrowLeft') turn(-1);
  }

  surface.addEventListener('touchstart', touched, { passive: true });
  surface.addEventListener('touchend', lifted, { passive: true });
  document.addEventListener('keydown', pressed);
  return () => document.removeEventListener('keydown', pressed);
}
