// What a browser knows about the network and the tab. Absent in Node: then nothing is heard.

export const browserEnvironment = Object.freeze({
  /** The host itself has no network: no failure of the server. */
  get offline() {
    return globalThis.navigator?.onLine === false;
  },

  /** Returns a function that stops listening. */
  listen({ online, offline, visible }) {
    const { window, document } = globalThis;
    if (!window?.addEventListener) {
      return () => {};
    }
    const onVisibility = () => {
      if (document.visibilityState === 'visible') {
        visible();
      }
    };
    window.addEventListener('online', online);
    window.addEventListener('offline', offline);
    // A page that comes back from the back/forward cache, as a tab that was frozen.
    window.addEventListener('pageshow', visible);
    document?.addEventListener('visibilitychange', onVisibility);
    return () => {
      window.removeEventListener('online', online);
      window.removeEventListener('offline', offline);
      window.removeEventListener('pageshow', visible);
      document?.removeEventListener('visibilitychange', onVisibility);
    };
  },
});
