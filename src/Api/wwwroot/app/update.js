/** Keeps the app on the phone and lets a new version in when nobody is looking. */

import { isBusy } from './busy.js';

/** Registers the service worker (scope /app/). Where there is none the app works online only. */
export async function keepOnPhone() {
  if (!('serviceWorker' in navigator)) return;
  const running = navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener('controllerchange', () => running && reloadOnceHidden());
  await navigator.serviceWorker.register('sw.js', { updateViaCache: 'none' }).catch(() => null);
}

function reloadOnceHidden() {
  const reload = () => document.hidden && !isBusy() && location.reload();
  document.addEventListener('visibilitychange', reload);
  reload();
}
