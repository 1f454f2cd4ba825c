// Runs before Streamlit's frontend; served at /page.js.
"use strict";

(() => {
  const words = __WORDS__;
  const root = document.documentElement;

  // Where the server is need not be looked for: beside this script, also under /embed.
  window.__streamlit = {
    BACKEND_BASE_URL: new URL(".", document.currentScript.src).href,
    HOST_CONFIG: {
      allowedOrigins: [location.origin],
      useExternalAuthToken: false,
      enableCustomParentMessages: false,
      blockErrorDialogs: false,
    },
  };

  function follow() {
    const asked = new URLSearchParams(location.search).get("lang");
    root.lang = asked === "en" ? "en" : "fr";
  }

  for (const name of ["pushState", "replaceState"]) {
    const original = history[name];
    history[name] = function (...given) {
      original.apply(this, given);
      follow();
    };
  }
  addEventListener("popstate", follow);
})();
