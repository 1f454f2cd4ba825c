// Runs before Streamlit's frontend; served at /page.js.
"use strict";

(() => {
  // Streamlit's own English words and the French ones. A word that ends with a space is the
  // beginning of a label.
  const WORDS = Object.entries(__WORDS__);
  const FRENCH = dictionary(WORDS);
  const ENGLISH = dictionary(WORDS.map(([english, french]) => [french, english]));
  const LABELS = ["aria-label", "title", "placeholder"];
  const LONGEST = 120; // characters of a label worth a look
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

  function asked() {
    return new URLSearchParams(location.search).get("lang") === "en" ? "en" : "fr";
  }

  function dictionary(pairs) {
    return { whole: new Map(pairs), starts: pairs.filter(([word]) => word.endsWith(" ")) };
  }

  function inOtherWords(label, { whole, starts }) {
    if (label === null || label.length > LONGEST) return undefined;
    const start = starts.find(([word]) => label.startsWith(word));
    return whole.get(label) ?? (start && start[1] + label.slice(start[0].length));
  }

  function translateLabels(element, words) {
    for (const name of LABELS) {
      const said = inOtherWords(element.getAttribute(name), words);
      if (said) element.setAttribute(name, said);
    }
  }

  function translateText(node, { whole }) {
    const said = whole.get(node.nodeValue.trim());
    if (said) node.nodeValue = said;
  }

  // What is no HTML is left out with all that it holds: the charts have thousands of nodes.
  const ours = (node) =>
    node.nodeType === Node.TEXT_NODE ||
    (node instanceof HTMLElement && node.tagName !== "STYLE" && node.tagName !== "SCRIPT")
      ? NodeFilter.FILTER_ACCEPT
      : NodeFilter.FILTER_REJECT;

  function translate(top, words) {
    if (ours(top) === NodeFilter.FILTER_REJECT) return;
    const nodes = document.createTreeWalker(
      top,
      NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
      ours,
    );
    for (let node = top; node; node = nodes.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) translateText(node, words);
      else translateLabels(node, words);
    }
  }

  // The language of the page follows the address, also without a new page load.
  function follow() {
    if (root.lang === asked()) return;
    root.lang = asked();
    translate(document.body, root.lang === "fr" ? FRENCH : ENGLISH);
  }

  for (const name of ["pushState", "replaceState"]) {
    const original = history[name];
    history[name] = function (...given) {
      original.apply(this, given);
      follow();
    };
  }
  addEventListener("popstate", follow);

  // The menu of the pages is a list of sections, each a list; Streamlit marks up neither rightly.
  function mendMenu() {
    for (const menu of document.querySelectorAll("[data-testid=stSidebarNavItems]")) {
      if (!menu.hasAttribute("role")) menu.setAttribute("role", "presentation");
      for (const section of menu.querySelectorAll(":scope > :not([role])")) {
        section.setAttribute("role", "list");
      }
    }
  }

  // A link of our own HTML to a page of ours changes the address as the menu does, without a page load.
  addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest(".stHtml a[href]");
    if (!link || link.target || link.hash || link.origin !== location.origin) return;
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.pushState(null, "", link.href);
    dispatchEvent(new PopStateEvent("popstate"));
  });

  new MutationObserver((changes) => {
    mendMenu();
    if (root.lang !== "fr") return;
    for (const { type, target, addedNodes } of changes) {
      if (type === "childList") addedNodes.forEach((node) => translate(node, FRENCH));
      else if (type === "characterData") translateText(target, FRENCH);
      else if (target instanceof HTMLElement) translateLabels(target, FRENCH);
    }
  }).observe(root, {
    subtree: true,
    childList: true,
    characterData: true,
    attributeFilter: LABELS,
  });
})();
