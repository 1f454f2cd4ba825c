// Pictures, links and embedding codes of the charts; sorted tables. Served by the dashboard itself.
"use strict";

(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const FONT = "'Source Sans', 'Source Sans 3', 'Source Sans Pro', 'Segoe UI', Arial, sans-serif";
  const INK = "#1b2430";
  const GREY = "#4a5563";
  const MARGIN = 24;
  const SCALE = 2; // of a PNG, so that it prints well

  // ---- Where this is -------------------------------------------------------------------------

  /** Address of the site's root, also behind a proxy's prefix and under /embed. */
  function root() {
    const base = window.__streamlit?.BACKEND_BASE_URL || new URL(".", location.href).href;
    return base.replace(/embed\/$/, "");
  }

  function page() {
    return location.pathname.split("/").pop();
  }

  function parameters() {
    const asked = new URLSearchParams(location.search);
    asked.delete("bloc");
    return asked;
  }

  function linkTo(key) {
    const query = parameters().toString();
    return root() + page() + (query ? `?${query}` : "") + `#${key}`;
  }

  function embedCode(tools) {
    const query = parameters();
    query.set("bloc", tools.dataset.key);
    // What stands above the buttons, and a line for the link to the page.
    const height = Math.round(tools.getBoundingClientRect().top - block(tools).getBoundingClientRect().top);
    const frame = document.createElement("iframe");
    frame.setAttribute("src", `${root()}embed/${page()}?${query}`);
    frame.setAttribute("title", tools.dataset.title);
    frame.setAttribute("width", "100%");
    frame.setAttribute("height", String(height + 90));
    frame.setAttribute("loading", "lazy");
    frame.setAttribute("style", "border:0");
    return frame.outerHTML;
  }

  function block(tools) {
    return tools.closest('[class*="st-key-bloc_"], [class*="st-key-bloc-"]') || document.body;
  }

  // ---- Pictures ------------------------------------------------------------------------------

  const pen = document.createElement("canvas").getContext("2d");

  /** Cuts words into lines of a width; a word longer than a line stands alone. */
  function lines(words, width, font) {
    pen.font = font;
    const found = [];
    let line = "";
    for (const word of words.split(" ")) {
      const longer = line ? `${line} ${word}` : word;
      if (line && pen.measureText(longer).width > width) {
        found.push(line);
        line = word;
      } else {
        line = longer;
      }
    }
    return line ? [...found, line] : found;
  }

  function paragraph(picture, words, { size, weight = 400, colour = INK, top, width }) {
    let y = top;
    for (const line of lines(words, width, `${weight} ${size}px ${FONT}`)) {
      y += Math.round(size * 1.3);
      const text = document.createElementNS(SVG, "text");
      text.setAttribute("x", MARGIN);
      text.setAttribute("y", y);
      text.setAttribute("fill", colour);
      text.setAttribute("style", `font: ${weight} ${size}px ${FONT}`);
      text.textContent = line;
      picture.append(text);
    }
    return y;
  }

  /** The layers of the chart as it is on the screen now; none if there is no chart. */
  function layers(tools) {
    if (tools.dataset.picture) {
      const bytes = Uint8Array.from(atob(tools.dataset.picture), (c) => c.charCodeAt(0));
      const drawn = new DOMParser().parseFromString(new TextDecoder().decode(bytes), "image/svg+xml");
      return [drawn.documentElement];
    }
    return [...block(tools).querySelectorAll(".js-plotly-plot .main-svg")].map((layer) => {
      const copy = layer.cloneNode(true);
      copy.querySelectorAll(".hoverlayer, .dragcover, .drag, .draglayer").forEach((n) => n.remove());
      copy.removeAttribute("style"); // its background is that of the screen
      return copy;
    });
  }

  /** The chart with its title, unit, source and address, as one SVG. */
  async function compose(tools) {
    const drawn = layers(tools);
    if (!drawn.length) return null;
    const style = document.createElementNS(SVG, "style");
    style.textContent = await font();
    const wide = Math.max(...drawn.map((layer) => Number(layer.getAttribute("width")) || 0), 320);
    const high = Math.max(...drawn.map((layer) => Number(layer.getAttribute("height")) || 0));
    const picture = document.createElementNS(SVG, "svg");
    const paper = document.createElementNS(SVG, "rect");
    paper.setAttribute("width", "100%");
    paper.setAttribute("height", "100%");
    paper.setAttribute("fill", "#ffffff");
    picture.append(style, paper);
    const { title, subtitle, source, key } = tools.dataset;
    let top = MARGIN - 8;
    if (title) top = paragraph(picture, title, { size: 20, weight: 650, top, width: wide });
    if (subtitle) top = paragraph(picture, subtitle, { size: 13, colour: GREY, top: top + 4, width: wide });
    top += 14;
    for (const layer of drawn) {
      layer.setAttribute("x", MARGIN);
      layer.setAttribute("y", top);
      layer.setAttribute("width", wide);
      layer.setAttribute("height", high);
      layer.setAttribute("overflow", "visible");
      picture.append(layer);
    }
    top += high + 8;
    if (source) top = paragraph(picture, source, { size: 12, colour: GREY, top, width: wide });
    const address = decodeURI(linkTo(key)).replace(/^https?:\/\//, "");
    top = paragraph(picture, address, { size: 12, colour: GREY, top: top + 2, width: wide });
    const width = wide + 2 * MARGIN;
    const height = Math.round(top + MARGIN);
    picture.setAttribute("xmlns", SVG);
    picture.setAttribute("width", width);
    picture.setAttribute("height", height);
    picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    return { text: onPaper(new XMLSerializer().serializeToString(picture), tools), width, height };
  }

  /** The font of the page as a style of the picture, which can load nothing; empty if unknown. */
  async function font() {
    const seen = performance.getEntriesByType("resource").map((entry) => entry.name);
    const address = seen.find((name) => /SourceSans[^/]*Upright[^/]*\.woff2/.test(name));
    if (!address) return "";
    try {
      const file = await (await fetch(address)).blob();
      const data = await new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result);
        reader.onerror = reject;
        reader.readAsDataURL(file);
      });
      return `@font-face{font-family:"Source Sans";font-weight:200 900;src:url("${data}")}`;
    } catch {
      return "";
    }
  }

  /** The colours of a dark screen replaced by those of the light one. */
  function onPaper(text, tools) {
    const light = JSON.parse(tools.dataset.colours || "{}");
    const pairs = Object.entries(light).flatMap(([dark, pale]) => [
      [dark.toLowerCase(), pale],
      [rgb(dark), rgb(pale)],
    ]);
    if (!pairs.length) return text;
    const found = new Map(pairs);
    return text.replace(/#[0-9a-f]{6}\b|rgb\(\d+, \d+, \d+\)/gi, (c) => found.get(c.toLowerCase()) || c);
  }

  function rgb(hex) {
    return `rgb(${[1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)).join(", ")})`;
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  async function png(picture) {
    const image = new Image();
    const address = URL.createObjectURL(new Blob([picture.text], { type: "image/svg+xml" }));
    try {
      image.src = address;
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = picture.width * SCALE;
      canvas.height = picture.height * SCALE;
      const brush = canvas.getContext("2d");
      brush.scale(SCALE, SCALE);
      brush.drawImage(image, 0, 0);
      return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  // ---- Buttons -------------------------------------------------------------------------------

  function say(tools, name) {
    const place = tools.querySelector(".said");
    place.textContent = ""; // said again even if it is the same
    requestAnimationFrame(() => {
      place.textContent = JSON.parse(tools.dataset.words)[name];
      clearTimeout(place.fading);
      place.fading = setTimeout(() => (place.textContent = ""), 6000);
    });
  }

  async function copy(words) {
    try {
      await navigator.clipboard.writeText(words);
      return true;
    } catch {
      const field = document.createElement("textarea"); // no clipboard over plain http
      field.value = words;
      field.style.position = "fixed";
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  }

  const actions = {
    async svg(tools) {
      const picture = await compose(tools);
      if (!picture) return say(tools, "no_picture");
      save(new Blob([picture.text], { type: "image/svg+xml" }), `${tools.dataset.key}.svg`);
      say(tools, "picture_saved");
    },
    async png(tools) {
      const picture = await compose(tools);
      const made = picture && (await png(picture).catch(() => null));
      if (!made) return say(tools, "no_picture");
      save(made, `${tools.dataset.key}.png`);
      say(tools, "picture_saved");
    },
    async link(tools) {
      say(tools, (await copy(linkTo(tools.dataset.key))) ? "link_copied" : "not_copied");
    },
    async embed(tools, button) {
      const panel = tools.querySelector(".embed-code");
      panel.hidden = !panel.hidden;
      button.setAttribute("aria-expanded", String(!panel.hidden));
      if (panel.hidden) return;
      const field = panel.querySelector("textarea");
      field.value = embedCode(tools);
      field.focus();
      field.select();
    },
    async code(tools) {
      const { value } = tools.querySelector("textarea");
      say(tools, (await copy(value)) ? "code_copied" : "not_copied");
    },
  };

  // ---- Sorted tables -------------------------------------------------------------------------

  function sort(head) {
    const table = head.closest("table");
    const place = [...head.parentNode.children].indexOf(head);
    const up = head.getAttribute("aria-sort") !== "ascending";
    const value = (row) => row.children[place].dataset.sort ?? row.children[place].textContent.trim();
    const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
    const compare = (one, other) => {
      const [a, b] = [value(one), value(other)];
      const [x, y] = [Number(a), Number(b)];
      return a !== "" && b !== "" && !isNaN(x) && !isNaN(y) ? x - y : order.compare(a, b);
    };
    const numbers = head.classList.contains("number");
    const known = (row) => !numbers || row.children[place].dataset.sort !== undefined;
    const rows = [...table.tBodies[0].rows];
    // What has no value stays last, whichever way the others go.
    const sorted = rows.filter(known).sort((a, b) => (up ? compare(a, b) : compare(b, a)));
    table.tBodies[0].append(...sorted, ...rows.filter((row) => !known(row)));
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
  }

  // ---- The page ------------------------------------------------------------------------------

  function toContent(event) {
    const main = document.querySelector('[data-testid="stMain"]');
    if (!main) return;
    event.preventDefault(); // the address stays that of the view
    main.tabIndex = -1;
    main.focus();
  }

  addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest(".chart-tools button[data-do]");
    if (button) {
      actions[button.dataset.do](button.closest(".chart-tools"), button);
      return;
    }
    const head = target?.closest(".reading-table th");
    if (head) sort(head);
    if (target?.closest(".skip-link")) toContent(event);
  });

  // The language may change without a new page.
  addEventListener("focusin", (event) => {
    const link = event.target;
    if (link instanceof HTMLElement && link.matches(".skip-link")) {
      link.textContent = link.dataset[document.documentElement.lang] || link.textContent;
    }
  });
})();
