// Unpacks Vega and the specifications once a chart comes near the window; until then the page holds drawings only.
(() => {
  "use strict";
  const places = document.querySelectorAll("[data-chart]");
  const able = "DecompressionStream" in window && "IntersectionObserver" in window;
  if (!places.length || !able || window.matchMedia("(max-width: 520px)").matches) return;

  async function unpacked(name) {
    const packed = atob(document.getElementById(name).textContent);
    const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  async function start() {
    try {
      const [code, specs] = await Promise.all([unpacked("chart-code"), unpacked("chart-specs")]);
      window.chartSpecs = JSON.parse(specs);
      const script = document.createElement("script");
      script.textContent = code;
      document.head.append(script);
    } catch (reason) {
      console.warn("The charts stay as drawn:", reason);
    }
  }

  const near = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    near.disconnect();
    start();
  }, { rootMargin: "400px" });
  places.forEach((place) => near.observe(place));
})();
